package config

import (
	"iter"
	"reflect"
)

type field struct {
	value    reflect.Value
	required bool
}

// fields lists the fields of a struct that have a yaml tag, by key.
func fields(v reflect.Value) iter.Seq2[string, field] {
	return func(yield func(string, field) bool) {
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := f.Tag.Get("yaml")
			if name == "" || !f.IsExported() {
				continue
			}
			if !yield(name, field{v.Field(i), f.Tag.Get("required") == "true"}) {
				return
			}
		}
	}
}

// fresh returns a settable value of type t with its defaults.
func fresh(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	setDefaults(v)
	return v
}

// setDefaults calls Default on the structs inside v, then on v.
func setDefaults(v reflect.Value) {
	if isStruct(v.Type()) {
		for _, f := range fields(v) {
			setDefaults(f.value)
		}
	}
	if d, ok := v.Addr().Interface().(Defaulter); ok {
		d.Default()
	}
}
