package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// Defaulter fills in defaults. Default is called on every struct before it is
// decoded, in maps and slices too; that of an inner struct first, so the outer
// one has the last word.
type Defaulter interface{ Default() }

// Validator checks a decoded struct and reports through n.Field(…).Errorf. It is
// called after the struct decoded without errors of its own; the structs inside
// it may have some.
type Validator interface{ Validate(n Node) }

var (
	nodeType     = reflect.TypeFor[Node]()
	choiceType   = reflect.TypeFor[Choice]()
	durationType = reflect.TypeFor[time.Duration]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// Decode fills what v points to: a string, bool, number, time.Duration, Node,
// Choice, [encoding.TextUnmarshaler], or a struct, slice, array, pointer or map
// from string of these. Every error goes to the document; Decode returns true
// if it added none. What the file does not mention keeps the value it had, or
// its Default. A struct is always there: if absent it decodes as an empty
// mapping, so its required keys are required; an optional section is a pointer.
func (n Node) Decode(v any) bool {
	if n.doc == nil {
		n.doc = &Document{}
	}
	if n.doc.broken {
		return false
	}
	before := len(n.doc.errs)
	p := reflect.ValueOf(v)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		n.fail(fmt.Sprintf("cannot decode into %T", v), "")
		return false
	}
	setDefaults(p.Elem())
	n.decode(p.Elem())
	return len(n.doc.errs) == before
}

// decode fills v, which has its defaults, and tells whether it did so without
// an error, those of structs inside v not counted.
func (n Node) decode(v reflect.Value) bool {
	t := v.Type()
	switch {
	case t == nodeType:
		v.Set(reflect.ValueOf(n))
		return true
	case t == choiceType:
		return n.decodeChoice(v.Addr().Interface().(*Choice))
	case n.doc.bad[n.yaml]:
		return false
	case isStruct(t):
		n.decodeStruct(v)
		return true
	case n.yaml == nil:
		return true
	case reflect.PointerTo(t).Implements(textType):
		return n.decodeText(v.Addr().Interface().(encoding.TextUnmarshaler))
	}
	switch t.Kind() {
	case reflect.Pointer:
		return n.decodePointer(v)
	case reflect.Slice:
		return n.decodeSlice(v)
	case reflect.Array:
		return n.decodeArray(v)
	case reflect.Map:
		return n.decodeMap(v)
	}
	return n.decodeScalar(v)
}

// isStruct tells whether t is decoded field by field.
func isStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != nodeType && t != choiceType && !reflect.PointerTo(t).Implements(textType)
}

func (n Node) decodeStruct(v reflect.Value) {
	if !n.empty() && !n.wants(yaml.MappingNode, "a mapping") {
		return
	}
	given := map[string]entry{}
	for _, e := range n.entries() {
		given[e.key.Value] = e
	}
	ok := true
	var known []string
	for name, f := range fields(v) {
		known = append(known, name)
		child := n.absent(name)
		if e, found := given[name]; found {
			child = n.at(e.value, child.path)
		}
		if f.required && (child.yaml == nil || child.empty() && !isStruct(f.value.Type())) {
			child.fail("required, but missing", "")
			ok = false
			continue
		}
		ok = child.decode(f.value) && ok
	}
	for _, e := range n.entries() {
		name := e.key.Value
		if !slices.Contains(known, name) {
			n.at(e.key, joinKey(n.path, name)).fail("unknown key", suggest(name, known))
			ok = false
		}
	}
	if validator, is := v.Addr().Interface().(Validator); is && ok {
		validator.Validate(n)
	}
}

func (n Node) decodePointer(v reflect.Value) bool {
	if n.empty() {
		v.SetZero()
		return true
	}
	if v.IsNil() {
		v.Set(fresh(v.Type().Elem()).Addr())
	}
	return n.decode(v.Elem())
}

func (n Node) decodeSlice(v reflect.Value) bool {
	if n.empty() {
		return true
	}
	if !n.wants(yaml.SequenceNode, "a list") {
		return false
	}
	ok := true
	list := reflect.MakeSlice(v.Type(), 0, len(n.yaml.Content))
	for i := range n.yaml.Content {
		elem := fresh(v.Type().Elem())
		ok = n.item(i).decodeElement(elem) && ok
		list = reflect.Append(list, elem)
	}
	v.Set(list)
	return ok
}

func (n Node) decodeArray(v reflect.Value) bool {
	if !n.wants(yaml.SequenceNode, "a list") {
		return false
	}
	if got := len(n.yaml.Content); got != v.Len() {
		n.fail(fmt.Sprintf("must have %d items, has %d", v.Len(), got), "")
		return false
	}
	ok := true
	for i := range v.Len() {
		setDefaults(v.Index(i))
		ok = n.item(i).decodeElement(v.Index(i)) && ok
	}
	return ok
}

func (n Node) decodeMap(v reflect.Value) bool {
	if n.empty() {
		return true
	}
	if !n.wants(yaml.MappingNode, "a mapping") {
		return false
	}
	t := v.Type()
	if t.Key().Kind() != reflect.String {
		n.fail(fmt.Sprintf("cannot decode into %s", t), "")
		return false
	}
	ok := true
	m := reflect.MakeMap(t)
	for _, e := range n.entries() {
		elem := fresh(t.Elem())
		ok = n.at(e.value, joinKey(n.path, e.key.Value)).decodeElement(elem) && ok
		m.SetMapIndex(reflect.ValueOf(e.key.Value).Convert(t.Key()), elem)
	}
	v.Set(m)
	return ok
}

// decodeElement fills an element of a list or map, where a pointer must not
// end up nil.
func (n Node) decodeElement(v reflect.Value) bool {
	if n.empty() && v.Kind() == reflect.Pointer {
		n.fail("has no value", "")
		return false
	}
	return n.decode(v)
}

// wants reports a value of another kind than wanted.
func (n Node) wants(kind yaml.Kind, name string) bool {
	if n.yaml != nil && n.yaml.Kind == kind {
		return true
	}
	n.fail(fmt.Sprintf("must be %s, %s", name, n.is()), "")
	return false
}
