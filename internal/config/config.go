// Package config decodes YAML strictly: every fault of a file is found in one
// go and reads "file:line:col: path: what (did you mean …?)".
//
// Read [Parse], [Node.Decode] and [Choice] first. A Go struct is the
// specification of a mapping: its `yaml:"name"` tags are the keys it takes,
// `required:"true"` marks those that must be there, [Defaulter] gives the
// defaults and [Validator] the rules between fields.
//
// What a value may look like is narrower than YAML, so that a file never means
// something other than it seems to:
//
//   - A string is text; a bare number, true or false in its place must be quoted.
//   - A boolean is true or false; yes, no, on and off are refused.
//   - An integer is decimal digits, with a minus where it is negative: no
//     leading zero or plus, no 0x10, 0o17, 1_000 or 1e3, no quotes.
//   - A float is a decimal number, 1e3 included; infinities, NaN, underscores
//     and quotes are refused.
//   - A duration is a string with a unit, as in [time.ParseDuration]: 50ms, 1h30m.
//     A bare number is refused, 0 apart.
//   - A key is plain text, written once. Explicit tags (!!str) are refused.
//   - A key with nothing after it is the empty mapping where a mapping is
//     wanted, an absent list or map, and a fault where one value is wanted.
//
// Anchors, aliases and merge keys (<<) work. A file is refused if its aliases
// unfold to much more than what is written, or contain themselves, or if it
// nests more than 100 deep.
//
// In values (never in keys) ${NAME} is the environment variable NAME,
// ${NAME:-text} is text if NAME is unset or empty, and $$ is a dollar; any other
// dollar is a fault. Unquoted, the outcome is read as if it stood in the file,
// so ${PORT} may be an integer; but it stays one value, whatever it contains.
// Inside {…} or […], YAML wants quotes around ${NAME}. What a variable holds
// may be a secret and is never part of an error's text; its name is.
//
// The package must not know what is configured.
package config

import (
	"go.yaml.in/yaml/v3"
)

// Document is one parsed file and every error found in it so far. It is not
// for concurrent use.
type Document struct {
	file   string
	root   *yaml.Node // nil for an empty file
	broken bool       // nothing can be decoded: not YAML, or out of bounds
	errs   Errors

	bad     map[*yaml.Node]bool     // already reported: decoding must stay silent
	vars    map[*yaml.Node][]string // names of the variables in an expanded scalar
	secrets map[string]string       // values taken from the environment, to the variable's name
}

// Parse reads one YAML document. File is the name that errors carry; env looks
// up a variable, as [os.LookupEnv] does. The result is never nil: what is wrong
// with the file is in Err, and after a syntax error every Decode returns false
// and adds nothing.
func Parse(file string, data []byte, env func(string) (string, bool)) *Document {
	d := &Document{
		file:    file,
		bad:     map[*yaml.Node]bool{},
		vars:    map[*yaml.Node][]string{},
		secrets: map[string]string{},
	}
	root, fault := parse(file, data)
	if fault != nil {
		d.broken = true
		d.errs = Errors{*fault}
		return d
	}
	d.root = root
	if root == nil {
		return d
	}
	if !d.checkBounds() {
		d.broken = true
		return d
	}
	d.check(d.Root(), env)
	return d
}

// Root is the top of the document: absent if the file is empty.
func (d *Document) Root() Node {
	n := Node{doc: d, line: 1, column: 1}
	if d.root != nil {
		n = n.at(d.root, "")
	}
	return n
}

// Err is nil, or the Errors of the file found so far.
func (d *Document) Err() error {
	if len(d.errs) == 0 {
		return nil
	}
	return d.errs.sorted()
}
