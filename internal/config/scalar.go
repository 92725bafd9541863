package config

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

func (n Node) decodeScalar(v reflect.Value) bool {
	if v.Type() == durationType {
		return n.decodeDuration(v)
	}
	switch v.Kind() {
	case reflect.String:
		text, ok := n.text()
		if ok {
			v.SetString(text)
		}
		return ok
	case reflect.Bool:
		return n.decodeBool(v)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return n.decodeInt(v)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return n.decodeUint(v)
	case reflect.Float32, reflect.Float64:
		return n.decodeFloat(v)
	}
	n.fail(fmt.Sprintf("cannot decode into %s", v.Type()), "")
	return false
}

// scalar tells whether n is a single value; what names the one wanted.
func (n Node) scalar(what string) bool {
	if n.empty() {
		n.fail("has no value", "give it "+what+", or leave it out")
		return false
	}
	return n.wants(yaml.ScalarNode, what)
}

// text is the value as a string. What a variable holds is text whatever it
// looks like: a password may be all digits.
func (n Node) text() (string, bool) {
	if !n.scalar("a string") {
		return "", false
	}
	switch n.yaml.ShortTag() {
	case "!!int", "!!float", "!!bool":
		if n.doc.vars[n.yaml] == nil {
			n.fail("must be a string, "+n.is(), "put it in quotes")
			return "", false
		}
	}
	return n.yaml.Value, true
}

func (n Node) decodeText(v encoding.TextUnmarshaler) bool {
	if !n.scalar("text") {
		return false
	}
	err := v.UnmarshalText([]byte(n.yaml.Value))
	if err == nil {
		return true
	}
	if n.doc.vars[n.yaml] != nil { // the error may quote the value, or a part of it
		n.fail("not valid: "+n.shown(), "")
	} else {
		n.Errorf("not valid: %v", err)
	}
	return false
}

func (n Node) decodeBool(v reflect.Value) bool {
	if !n.scalar("true or false") {
		return false
	}
	if n.yaml.ShortTag() != "!!bool" {
		n.fail("must be true or false, not "+n.shown(), n.unquote())
		return false
	}
	v.SetBool(strings.EqualFold(n.yaml.Value, "true"))
	return true
}

var (
	integer = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	decimal = regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
)

// number tells whether n is written, unquoted, as form says.
func (n Node) number(what string, form *regexp.Regexp) bool {
	if !n.scalar(what) {
		return false
	}
	if quoted(n.yaml) || !form.MatchString(n.yaml.Value) {
		n.fail("must be "+what+", not "+n.shown(), n.unquote())
		return false
	}
	return true
}

func (n Node) decodeInt(v reflect.Value) bool {
	if !n.number("an integer in decimal digits", integer) {
		return false
	}
	bits := v.Type().Bits()
	i, err := strconv.ParseInt(n.yaml.Value, 10, bits)
	if err != nil {
		high := int64(1)<<(bits-1) - 1
		n.fail(fmt.Sprintf("out of range, must be %d to %d", -high-1, high), "")
		return false
	}
	v.SetInt(i)
	return true
}

func (n Node) decodeUint(v reflect.Value) bool {
	if !n.number("an integer in decimal digits", integer) {
		return false
	}
	bits := v.Type().Bits()
	u, err := strconv.ParseUint(n.yaml.Value, 10, bits)
	if err != nil {
		n.fail(fmt.Sprintf("out of range, must be 0 to %d", ^uint64(0)>>(64-bits)), "")
		return false
	}
	v.SetUint(u)
	return true
}

func (n Node) decodeFloat(v reflect.Value) bool {
	if !n.number("a number", decimal) {
		return false
	}
	f, err := strconv.ParseFloat(n.yaml.Value, v.Type().Bits())
	if err != nil {
		n.fail("out of range", "")
		return false
	}
	v.SetFloat(f)
	return true
}

func (n Node) decodeDuration(v reflect.Value) bool {
	if !n.scalar("a duration") {
		return false
	}
	d, err := time.ParseDuration(n.yaml.Value)
	switch {
	case err == nil:
		v.SetInt(int64(d))
		return true
	case decimal.MatchString(n.yaml.Value):
		n.fail("a duration needs a unit", "such as 50ms, 1.5s or 1h30m")
	default:
		n.fail("must be a duration, not "+n.shown(), "such as 50ms, 1.5s or 1h30m")
	}
	return false
}

// is describes the value by its type, as in "is a list".
func (n Node) is() string {
	switch {
	case n.Kind() == "":
		return "is empty"
	case n.Kind() != "scalar":
		return "is a " + n.Kind()
	case n.doc.vars[n.yaml] != nil:
		return "is " + n.shown()
	}
	switch n.yaml.ShortTag() {
	case "!!int":
		return "is an integer"
	case "!!float":
		return "is a number"
	case "!!bool":
		return "is a boolean"
	}
	return "is a string"
}

// shown quotes a value that stands in the file, and only names the variables
// of one that does not.
func (n Node) shown() string {
	if names := n.doc.vars[n.yaml]; names != nil {
		return "the value of " + strings.Join(names, " and ")
	}
	const most = 40
	if text := []rune(n.yaml.Value); len(text) > most {
		return strconv.Quote(string(text[:most])) + "…"
	}
	return strconv.Quote(n.yaml.Value)
}

func (n Node) unquote() string {
	if quoted(n.yaml) {
		return "remove the quotes"
	}
	return ""
}
