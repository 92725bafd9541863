package config

import "go.yaml.in/yaml/v3"

// Choice is one thing out of several kinds, with that kind's own options. In
// YAML it is `kind`, or `kind: {options}` with exactly one key. The owner looks
// the kind up, reports an unknown one with Unknown, and decodes Options into
// that kind's struct; absent options decode as an empty mapping, so defaults
// and rules hold all the same.
type Choice struct {
	Kind    string // "" if absent and without a default
	Options Node

	kind Node // where the kind is written
}

// Suggest returns `did you mean "x"?` for the nearest of kinds, or "".
func (c Choice) Suggest(kinds []string) string { return suggest(c.Kind, kinds) }

// Unknown reports that Kind is none of kinds, with the nearest as a hint. What
// says what is chosen, such as "source".
func (c Choice) Unknown(what string, kinds []string) { c.kind.Unknown(what, c.Kind, kinds) }

// decodeChoice fills c from n. If n is absent, c keeps the kind that a
// Defaulter gave it.
func (n Node) decodeChoice(c *Choice) bool {
	switch entries := n.entries(); {
	case n.yaml == nil:
		c.kind, c.Options = n, n
		if c.Kind != "" {
			c.Options = n.absent(c.Kind)
		}
	case n.doc.bad[n.yaml]:
		return false
	case n.yaml.Kind == yaml.ScalarNode && !n.empty():
		text, ok := n.text()
		if !ok {
			return false
		}
		options := n.absent(text)
		if n.doc.vars[n.yaml] != nil {
			options.path = n.path // a path must not tell what a variable holds
		}
		*c = Choice{Kind: text, Options: options, kind: n}
	case len(entries) == 1:
		key, value := entries[0].key, entries[0].value
		*c = Choice{Kind: key.Value, Options: n.at(value, joinKey(n.path, key.Value)), kind: n.at(key, n.path)}
	default:
		n.fail("must be one kind, as `kind` or `kind: {options}`", "")
		return false
	}
	return true
}
