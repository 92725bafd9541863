package config

import (
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Node is a place in a document: a value with its path and position, or the
// place where an absent value would be. The zero Node is absent and reports to
// nobody. As the type of a struct field it puts off decoding.
type Node struct {
	doc          *Document
	yaml         *yaml.Node // aliases resolved; nil if absent
	line, column int
	path         string
}

// IsZero tells whether the value is absent.
func (n Node) IsZero() bool { return n.yaml == nil }

// Path is where the value is, such as sinks[0].jsonl.
func (n Node) Path() string { return n.path }

// Kind is "mapping", "list", "scalar", or "" for an absent or empty value. It
// serves settings that take more than one form.
func (n Node) Kind() string {
	switch {
	case n.empty():
		return ""
	case n.yaml.Kind == yaml.MappingNode:
		return "mapping"
	case n.yaml.Kind == yaml.SequenceNode:
		return "list"
	}
	return "scalar"
}

// Errorf adds an error at this node to the document. Wherever the text holds
// the value of an expanded variable, the variable's name takes its place.
func (n Node) Errorf(format string, args ...any) {
	if n.doc != nil {
		n.fail(n.doc.redact(fmt.Sprintf(format, args...)), "")
	}
}

// Unknown reports that name is none of the known ones, with the nearest of them,
// or all if they are few, as a hint. What says what is named, such as "rung".
func (n Node) Unknown(what, name string, known []string) {
	if n.doc != nil {
		n.fail(n.doc.redact(fmt.Sprintf("unknown %s %q", what, name)), hint(name, known))
	}
}

func (n Node) fail(what, hint string) {
	if n.doc == nil {
		return
	}
	n.doc.errs = append(n.doc.errs, Error{
		File: n.doc.file, Line: n.line, Column: n.column, Path: n.path, What: what, Hint: hint,
	})
}

// Field is the value of a key. If there is none, it is an absent node with the
// key's path and this node's position: right for reporting either way.
func (n Node) Field(name string) Node {
	for _, e := range n.entries() {
		if e.key.Value == name {
			return n.at(e.value, joinKey(n.path, name))
		}
	}
	return n.absent(name)
}

// Keys lists the keys of a mapping in the order of the file, those merged in
// last.
func (n Node) Keys() []string {
	var keys []string
	for _, e := range n.entries() {
		keys = append(keys, e.key.Value)
	}
	return keys
}

// at is y in the same document, under path.
func (n Node) at(y *yaml.Node, path string) Node {
	for y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	return Node{doc: n.doc, yaml: y, line: y.Line, column: y.Column, path: path}
}

func (n Node) absent(name string) Node {
	return Node{doc: n.doc, line: n.line, column: n.column, path: joinKey(n.path, name)}
}

func (n Node) item(i int) Node {
	return n.at(n.yaml.Content[i], fmt.Sprintf("%s[%d]", n.path, i))
}

// empty tells whether nothing is written here: the value is absent or null. An
// expanded variable is text, even if that is "" or "null".
func (n Node) empty() bool {
	return n.yaml == nil ||
		n.yaml.Kind == yaml.ScalarNode && n.yaml.ShortTag() == nullTag && n.doc.vars[n.yaml] == nil
}

type entry struct{ key, value *yaml.Node }

// entries lists the pairs of a mapping, first its own and then those merged in;
// the first of a name counts, as YAML says of merge keys.
func (n Node) entries() []entry {
	if n.yaml == nil || n.yaml.Kind != yaml.MappingNode {
		return nil
	}
	var entries []entry
	seen := map[string]bool{}
	var add func(m *yaml.Node)
	add = func(m *yaml.Node) {
		var merged []*yaml.Node
		for i := 0; i < len(m.Content); i += 2 {
			k, v := m.Content[i], m.Content[i+1]
			switch {
			case !isKey(k):
			case k.Tag == mergeTag:
				merged = append(merged, mergeSources(v)...)
			case !seen[k.Value]:
				seen[k.Value] = true
				entries = append(entries, entry{k, v})
			}
		}
		for _, source := range merged {
			add(source)
		}
	}
	add(n.yaml)
	return entries
}

// mergeSources lists the mappings that the value of a merge key stands for, nil
// if it is anything else.
func mergeSources(v *yaml.Node) []*yaml.Node {
	if v.Kind == yaml.AliasNode {
		v = v.Alias
	}
	if v.Kind == yaml.MappingNode {
		return []*yaml.Node{v}
	}
	if v.Kind != yaml.SequenceNode {
		return nil
	}
	var sources []*yaml.Node
	for _, c := range v.Content {
		if c.Kind == yaml.AliasNode {
			c = c.Alias
		}
		if c.Kind != yaml.MappingNode {
			return nil
		}
		sources = append(sources, c)
	}
	return sources
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// joinKey extends a path by a key, quoted where it would not read as one.
func joinKey(path, key string) string {
	switch {
	case key != "<<" && !plainKey.MatchString(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}
