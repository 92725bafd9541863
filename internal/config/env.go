package config

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// variable matches $$, or ${NAME}, or ${NAME:-text}; or a lone dollar, which is
// a fault.
var variable = regexp.MustCompile(`\$(\$|\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}$]*))?\})?`)

// expand replaces the variables of a scalar.
func (d *Document) expand(n Node, env func(string) (string, bool)) {
	y := n.yaml
	if !strings.Contains(y.Value, "$") {
		return
	}
	names := []string{}
	ok := true
	text := variable.ReplaceAllStringFunc(y.Value, func(found string) string {
		m := variable.FindStringSubmatch(found)
		name, hasDefault, text := m[2], m[3] != "", m[4]
		switch {
		case m[1] == "$":
			return "$"
		case name == "":
			ok = false
			n.fail("a $ that begins neither ${NAME} nor ${NAME:-default}", "write $$ for a dollar")
			return found
		}
		names = append(names, "${"+name+"}")
		value, set := env(name)
		switch {
		case hasDefault && value == "":
			return text
		case !set:
			ok = false
			n.fail(fmt.Sprintf("environment variable %s is not set", name),
				fmt.Sprintf("set it, or write ${%s:-default}", name))
			return found
		}
		if value != "" {
			d.secrets[value] = "${" + name + "}"
		}
		return value
	})
	if !ok {
		d.bad[y] = true
		return
	}
	y.Value = text
	if !quoted(y) {
		y.Tag = "" // ShortTag then looks at the new text
	}
	if len(names) > 0 {
		d.vars[y] = slices.Compact(names)
	}
}

func quoted(y *yaml.Node) bool {
	const styles = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	return y.Style&styles != 0
}

// shortSecret is the length in bytes under which a value is replaced only where
// it stands as a word: nothing so short is a secret, and PORT=1 must not garble
// every number.
const shortSecret = 4

// redact puts the variable's name wherever a variable's value stands in text,
// as it is or as %q writes it. It serves texts made outside this package, which
// may quote what was decoded.
func (d *Document) redact(text string) string {
	if len(d.secrets) == 0 {
		return text
	}
	names := map[string]string{}
	for value, name := range d.secrets {
		escaped := strconv.Quote(value)
		names[escaped[1:len(escaped)-1]] = name
		names[value] = name
	}
	longestFirst := slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	var forms []string
	for _, form := range longestFirst {
		re := regexp.QuoteMeta(form)
		if len(form) < shortSecret && word.MatchString(form) {
			re = `\b` + re + `\b`
		}
		forms = append(forms, re)
	}
	// One pass, so that a name put in is not searched again.
	return regexp.MustCompile(strings.Join(forms, "|")).ReplaceAllStringFunc(text, func(found string) string {
		return names[found]
	})
}

var word = regexp.MustCompile(`^\w+$`)
