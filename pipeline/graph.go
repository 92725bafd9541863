package pipeline

import "strings"

// Graph is a chain of GStreamer elements as data: each node is linked to the next.
type Graph struct {
	Nodes []Node
	Loop  bool // the end of the source is MessageSegmentDone, and Running.Loop sends it back to its start
}

// Node is an element, or a caps filter when Caps is set.
type Node struct {
	Factory string // e.g. "filesrc"
	Name    string // optional; unique in the graph
	Props   []Prop
	Caps    string // e.g. "video/x-raw,format=RGB"; then all else is empty
}

// Prop is one property of an element, its value as text.
type Prop struct {
	Key, Value string
}

// Launch writes the graph in gst-launch's language.
func (g Graph) Launch() string {
	var b strings.Builder
	for i, n := range g.Nodes {
		if i > 0 {
			b.WriteString(" ! ")
		}
		if n.Caps != "" {
			b.WriteString(n.Caps)
			continue
		}
		b.WriteString(n.Factory)
		if n.Name != "" {
			b.WriteString(" name=")
			b.WriteString(quote(n.Name))
		}
		for _, p := range n.Props {
			b.WriteByte(' ')
			b.WriteString(p.Key)
			b.WriteByte('=')
			b.WriteString(quote(p.Value))
		}
	}
	return b.String()
}

// quote writes a property's value so that gst_parse_launch and then
// gst_value_deserialize give it back byte for byte.
//
// Two layers read it. The parser ends a value at white space and takes a
// backslash away (its own quotes are of no use: a quoted value that ends in a
// backslash runs on to the next quote). Then a string that starts and ends with
// a quote is unwrapped by gst_string_unwrap, where a backslash with three octal
// digits is a byte. So a value with anything unusual in it is wrapped with octal
// escapes, and the quotes and backslashes of that are escaped for the parser.
// Values that are not strings (numbers, enums, caps, fractions) never need it.
// A zero byte cannot be said; the value ends before it.
func quote(value string) string {
	value, _, _ = strings.Cut(value, "\x00")
	plain := value != "" && value != "NULL"
	for i := 0; i < len(value) && plain; i++ {
		plain = isPlain(value[i])
	}
	if plain {
		return value
	}
	b := make([]byte, 0, 2*len(value)+4)
	b = append(b, `\"`...)
	for i := range len(value) {
		if c := value[i]; isWord(c) {
			b = append(b, c)
		} else {
			b = append(b, '\\', '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		}
	}
	return string(append(b, `\"`...))
}

// isWord: bytes that gst_string_unwrap takes as they are (GST_ASCII_IS_STRING).
func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("_-+/:.", c) >= 0
}

// isPlain: bytes that stand for themselves in a bare value.
func isPlain(c byte) bool {
	return isWord(c) || strings.IndexByte("%,=()@~", c) >= 0
}
