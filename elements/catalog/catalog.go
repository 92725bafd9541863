// Package catalog turns the source of a kind into its page of the manual: the
// comment of its Config is the text, and the fields of Config are the options,
// with their comments and defaults. So the page cannot say something else than
// the code.
//
// Read Describe and Page.WriteTo. The package must not know any kind.
package catalog

import (
	"cmp"
	"encoding"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"time"

	"framewise/internal/config"
)

// Page describes a kind.
type Page struct {
	Kind    string
	Doc     string // first sentence: what it does
	Options []Option
}

// Option is one key of a kind's YAML.
type Option struct {
	Name     string
	Type     string // as a user says it: string, integer, duration, …
	Default  string // as in YAML; "" where Required
	Required bool
	Doc      string
}

// Describe makes the page of a kind. options is a pointer to its Config struct;
// sources hold the Go file that declares it.
func Describe(kind string, options any, sources fs.FS) (Page, error) {
	t := reflect.TypeOf(options).Elem()
	decl, text, err := find(sources, t.Name())
	if err != nil {
		return Page{}, fmt.Errorf("describe kind %s: %w", kind, err)
	}
	if text == "" {
		return Page{}, fmt.Errorf("describe kind %s: type %s has no comment", kind, t.Name())
	}
	page := Page{Kind: kind, Doc: text}
	v := reflect.New(t)
	if d, ok := v.Interface().(config.Defaulter); ok {
		d.Default()
	}
	comments := map[string]string{}
	for _, f := range decl.Fields.List {
		for _, name := range f.Names {
			comments[name.Name] = strings.TrimSpace(f.Doc.Text())
		}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" {
			continue
		}
		o := Option{Name: name, Type: typeName(f.Type), Doc: comments[f.Name], Required: f.Tag.Get("required") == "true"}
		if o.Doc == "" {
			return Page{}, fmt.Errorf("describe kind %s: option %s has no comment", kind, name)
		}
		if !o.Required {
			o.Default = value(v.Elem().Field(i))
		}
		page.Options = append(page.Options, o)
	}
	return page, nil
}

// find is the struct type of that name and its comment.
func find(sources fs.FS, name string) (*ast.StructType, string, error) {
	files, err := fs.Glob(sources, "*.go")
	if err != nil {
		return nil, "", err
	}
	for _, path := range files {
		text, err := fs.ReadFile(sources, path)
		if err != nil {
			return nil, "", err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, "", err
		}
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || len(g.Specs) == 0 {
				continue
			}
			spec, ok := g.Specs[0].(*ast.TypeSpec)
			if !ok || spec.Name.Name != name {
				continue
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				return s, sentence(name, g.Doc.Text()), nil
			}
		}
	}
	return nil, "", fmt.Errorf("no struct type %s in its sources", name)
}

// sentence takes the type's name off the front of a Go comment: a user reads
// "Plays a file", not "FileConfig plays a file".
func sentence(name, text string) string {
	text = strings.TrimSpace(text)
	rest, ok := strings.CutPrefix(text, name+" ")
	if !ok {
		return text
	}
	return strings.ToUpper(rest[:1]) + rest[1:]
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

func typeName(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "duration"
	case t == reflect.TypeFor[config.Choice]():
		return "kind"
	case reflect.PointerTo(t).Implements(textType):
		return "text"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.String:
		return "text"
	case reflect.Slice:
		return "list of " + typeName(t.Elem())
	case reflect.Map, reflect.Struct:
		return "mapping"
	case reflect.Pointer:
		return typeName(t.Elem())
	default:
		return "integer"
	}
}

// value is a default as in YAML.
func value(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case config.Choice:
		return cmp.Or(x.Kind, "none")
	case encoding.TextMarshaler:
		if text, err := x.MarshalText(); err == nil {
			return string(text)
		}
	}
	switch v.Kind() {
	case reflect.String:
		return cmp.Or(v.String(), `""`)
	case reflect.Slice, reflect.Map, reflect.Pointer:
		if v.IsZero() {
			return "none"
		}
	}
	return fmt.Sprint(v.Interface())
}

// WriteTo writes the page as plain text.
func (p Page) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s", p.Kind, wrap(p.Doc, "  "))
	if len(p.Options) > 0 {
		b.WriteString("\nOptions:\n")
	}
	for _, o := range p.Options {
		note := "default " + o.Default
		if o.Required {
			note = "required"
		}
		fmt.Fprintf(&b, "\n  %s (%s, %s)\n%s", o.Name, o.Type, note, wrap(o.Doc, "      "))
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// wrap sets a Go comment in lines of 80 columns.
func wrap(text, indent string) string {
	var p comment.Parser
	printer := comment.Printer{TextPrefix: indent}
	return string(printer.Text(p.Parse(text)))
}
