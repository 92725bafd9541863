package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"framewise/internal/config"

	"github.com/google/go-cmp/cmp"
)

func TestErrIsErrors(t *testing.T) {
	d := config.Parse("in.yaml", []byte("a: 1\n"), nil)
	d.Root().Decode(&site{})
	var all config.Errors
	if !errors.As(d.Err(), &all) || len(all) != 2 {
		t.Fatalf("%v is not two Errors", d.Err())
	}
	var one config.Error
	if !errors.As(fmt.Errorf("load: %w", d.Err()), &one) {
		t.Fatal("no single Error found")
	}
	want := config.Error{File: "in.yaml", Line: 1, Column: 1, Path: "a", What: "unknown key"}
	if diff := cmp.Diff(want, one); diff != "" {
		t.Error(diff)
	}
}

// Decoding twice, as check and run may, must not double the errors.
func TestDecodeTwice(t *testing.T) {
	d := config.Parse("in.yaml", []byte("name: x\nint: x\n"), nil)
	for range 2 {
		if d.Root().Decode(&site{}) {
			t.Error("Decode returned true")
		}
	}
	var all config.Errors
	if errors.As(d.Err(), &all); len(all) != 1 {
		t.Errorf("%d errors, want 1: %v", len(all), all)
	}
}

func TestNode(t *testing.T) {
	d := config.Parse("in.yaml", []byte("later:\n  b: [1]\n  \"odd key\": {}\n  a: text\n  n:\n"), nil)
	if !d.Root().Decode(&struct {
		Later config.Node `yaml:"later"`
	}{}) {
		t.Fatal(d.Err())
	}
	later := d.Root().Field("later")
	if diff := cmp.Diff([]string{"b", "odd key", "a", "n"}, later.Keys()); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		key, path, kind string
		absent          bool
	}{
		{"b", "later.b", "list", false},
		{"odd key", `later["odd key"]`, "mapping", false},
		{"a", "later.a", "scalar", false},
		{"n", "later.n", "", false},
		{"none", "later.none", "", true},
	} {
		n := later.Field(c.key)
		if n.Path() != c.path || n.Kind() != c.kind || n.IsZero() != c.absent {
			t.Errorf("%s: path %s, kind %q, absent %t", c.key, n.Path(), n.Kind(), n.IsZero())
		}
	}
	later.Field("none").Errorf("must be %d", 1)
	if got, want := d.Err().Error(), "in.yaml:2:3: later.none: must be 1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestZeroNode(t *testing.T) {
	var n config.Node
	n.Errorf("nobody hears")
	n.Unknown("thing", "x", nil)
	if !n.IsZero() || n.Kind() != "" || n.Keys() != nil || !n.Field("x").IsZero() {
		t.Error("the zero Node is not absent")
	}
	if n.Decode(&site{}) {
		t.Error("a required key was found in nothing")
	}
	if l := (limits{}); !n.Decode(&l) || l.High != 10 {
		t.Errorf("decoded %+v, want the defaults", l)
	}
}

func TestCannotDecodeInto(t *testing.T) {
	for _, v := range []any{
		nil, site{}, (*site)(nil), new(chan int), new(map[int]int), new(any),
	} {
		d := config.Parse("in.yaml", []byte("a: 1"), nil)
		if d.Root().Decode(v) || d.Err() == nil {
			t.Errorf("%T was accepted", v)
		}
	}
}

func TestChoiceSuggest(t *testing.T) {
	kinds := []string{"file", "rtsp", "test"}
	for kind, want := range map[string]string{
		"flie": `did you mean "file"?`, "RTSP": `did you mean "rtsp"?`, "tests": `did you mean "test"?`,
		"webcam": "", "": "", "x": "", strings.Repeat("file", 100): "",
	} {
		if got := (config.Choice{Kind: kind}).Suggest(kinds); got != want {
			t.Errorf("%.10s: %q, want %q", kind, got, want)
		}
	}
}

// What txtar cannot hold, or holds badly.
func TestNotText(t *testing.T) {
	for in, want := range map[string]string{
		"a: 1\nb: \x80\n":    "in.yaml:2:4: not valid UTF-8",
		"a: 1\nbé: \x00\n":   "in.yaml:2:5: control character U+0000",
		"\xff\xfea\x00":      "in.yaml:1:1: not valid UTF-8",
		"a: 1\n\tb: 2\n":     "in.yaml:2:1: not valid YAML: found a tab character that violates indentation",
		"a: 1\r\n- b\r\n":    "in.yaml:2:1: not valid YAML: did not find expected key",
		"a: \"x\nb: 1\nc: d": "in.yaml:3:1: not valid YAML: found unexpected end of stream",
	} {
		d := config.Parse("in.yaml", []byte(in), nil)
		if got := fmt.Sprint(d.Err()); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
		if d.Root().Decode(&site{}) || fmt.Sprint(d.Err()) != want {
			t.Errorf("%q: decoding went on: %v", in, d.Err())
		}
	}
}

// The greatest file that bounds let through unfolds in no time worth waiting for.
func TestAliasesJustWithinBounds(t *testing.T) {
	var in strings.Builder
	in.WriteString("name: x\ntree:\n  a0: &a0 {}\n")
	for i := 1; i <= 12; i++ {
		fmt.Fprintf(&in, "  a%d: &a%d {x: *a%d, y: *a%d}\n", i, i, i-1, i-1)
	}
	d := config.Parse("in.yaml", []byte(in.String()), nil)
	if !d.Root().Decode(&site{}) {
		t.Error(d.Err())
	}
	fmt.Fprint(&in, "  b: [*a12, *a12, *a12, *a12, *a12, *a12, *a12]\n")
	d = config.Parse("in.yaml", []byte(in.String()), nil)
	if d.Root().Decode(&site{}) || !strings.Contains(d.Err().Error(), "unfold") {
		t.Errorf("got %v", d.Err())
	}
}

// A hint may list what is known, but only where that is short.
func TestUnknown(t *testing.T) {
	d := config.Parse("in.yaml", nil, nil)
	many := strings.Split("abcdefghijkl", "")
	d.Root().Field("rung").Unknown("rung", "middle", many)
	d.Root().Field("rung").Unknown("rung", "midle", append(many, "middle"))
	d.Root().Field("sink").Unknown("sink", "mqtt", []string{"jsonl"})
	d.Root().Field("sink").Unknown("tank", "x", nil)
	want := `in.yaml:1:1: rung: unknown rung "middle"
in.yaml:1:1: rung: unknown rung "midle" (did you mean "middle"?)
in.yaml:1:1: sink: unknown sink "mqtt" (one of jsonl)
in.yaml:1:1: sink: unknown tank "x"`
	if diff := cmp.Diff(want, fmt.Sprint(d.Err())); diff != "" {
		t.Error(diff)
	}
}
