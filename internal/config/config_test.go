package config_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"framewise/internal/config"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden cases")

// site has a field of every type that can be decoded.
type site struct {
	Name    string             `yaml:"name" required:"true"`
	On      bool               `yaml:"on"`
	Int     int                `yaml:"int"`
	Int8    int8               `yaml:"int8"`
	Uint16  uint16             `yaml:"uint16"`
	Uint64  uint64             `yaml:"uint64"`
	Float   float64            `yaml:"float"`
	Small   float32            `yaml:"small"`
	Wait    time.Duration      `yaml:"wait"`
	List    []string           `yaml:"list"`
	Three   [3]float32         `yaml:"three"`
	Table   map[string]int     `yaml:"table"`
	Addr    netip.Addr         `yaml:"addr"`
	Maybe   *int               `yaml:"maybe"`
	Later   config.Node        `yaml:"later"`
	Limits  limits             `yaml:"limits"`
	Extra   *limits            `yaml:"extra"`
	Streams map[string]stream  `yaml:"streams"`
	Ways    map[string]*limits `yaml:"ways"`
	Sinks   []config.Choice    `yaml:"sinks"`
	Tree    tree               `yaml:"tree"`
	Ignored string
}

// tree goes as deep as the file does.
type tree map[string]tree

func (s *site) Default() { s.Wait, s.Limits.High = 5*time.Second, 20 }

type limits struct {
	Low  int `yaml:"low"`
	High int `yaml:"high"`
}

func (l *limits) Default() { l.Low, l.High = 1, 10 }

func (l *limits) Validate(n config.Node) {
	if l.Low > l.High {
		n.Field("low").Errorf("%d is above high, %d", l.Low, l.High)
	}
}

type stream struct {
	Source   config.Choice `yaml:"source" required:"true"`
	Deadline time.Duration `yaml:"deadline"`
	Region   config.Choice `yaml:"region"`
	File     *file         // decoded from Source
}

func (s *stream) Default() { s.Deadline, s.Region.Kind = 50*time.Millisecond, "whole" }

// Validate decodes the options as the owner of a catalogue does.
func (s *stream) Validate(n config.Node) {
	switch s.Source.Kind {
	case "file":
		s.File = &file{}
		s.Source.Options.Decode(s.File)
	case "test":
	default:
		s.Source.Unknown("source", []string{"file", "test"})
	}
	if s.Region.Kind == "rect" {
		s.Region.Options.Decode(&limits{})
	}
}

type file struct {
	Path string `yaml:"path" required:"true"`
	Loop bool   `yaml:"loop"`
	User string `yaml:"user"`
}

func (f *file) Validate(n config.Node) {
	if strings.Contains(f.Path, "missing") {
		n.Field("path").Errorf("no file %q for user %s", f.Path, f.User)
	}
}

// Every case is a txtar file: what it is about, in.yaml, env (NAME=value lines),
// and what comes out, either errors or decoded.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			in, env, want := section(archive, "in.yaml"), section(archive, "env"), section(archive, "want")
			got := outcome(t, in, environment(env))
			if *update {
				archive.Files = []txtar.File{{Name: "in.yaml", Data: []byte(in)}}
				if env != "" {
					archive.Files = append(archive.Files, txtar.File{Name: "env", Data: []byte(env)})
				}
				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("run with -update if this is right (-want +got):\n%s", diff)
			}
		})
	}
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func environment(lines string) func(string) (string, bool) {
	vars := map[string]string{}
	for line := range strings.Lines(lines) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "="); ok {
			vars[name] = value
		}
	}
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

// outcome is the errors, or what differs from a site decoded from a name alone.
func outcome(t *testing.T, in string, env func(string) (string, bool)) string {
	t.Helper()
	d := config.Parse("in.yaml", []byte(in), env)
	var s site
	ok := d.Root().Decode(&s)
	if err := d.Err(); err != nil {
		return err.Error() + "\n"
	}
	if !ok {
		t.Error("Decode returned false without an error")
	}
	var plain site
	config.Parse("plain.yaml", []byte("name: x"), env).Root().Decode(&plain)
	return changes(t, plain, s)
}

func changes(t *testing.T, from, to site) string {
	t.Helper()
	var a, b map[string]any
	for v, into := range map[*site]*map[string]any{&from: &a, &to: &b} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		if err := dec.Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	for key := range a {
		if cmp.Equal(a[key], b[key]) {
			delete(b, key)
		}
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}
