package models

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"framewise/internal/config"
)

var update = flag.Bool("update", false, "write the wanted part of the golden files anew")

// TestLoad runs the golden cases: each is a folder of files with manifest.yaml in it, and what Load makes of it.
func TestLoad(t *testing.T) {
	cases, err := filepath.Glob("testdata/manifest/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			want := &archive.Files[len(archive.Files)-1]
			if want.Name != "want" {
				t.Fatal("the last file of a case is named want")
			}
			for _, f := range archive.Files[:len(archive.Files)-1] {
				if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got := strings.ReplaceAll(outcome(t, filepath.Join(dir, "manifest.yaml")), dir, "DIR")
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func outcome(t *testing.T, path string) string {
	t.Helper()
	l, err := Load(path, func(name string) (string, bool) { return "/somewhere", name == "PLACE" })
	if err != nil {
		return err.Error() + "\n"
	}
	text, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

func TestLoadErrorsAreTheConfigs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "manifest.yaml")
	if err := os.WriteFile(path, []byte("name: x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path, os.LookupEnv)
	var errs config.Errors
	if !errors.As(err, &errs) || len(errs) < 3 {
		t.Errorf("%v: want several config.Errors", err)
	}
}

func TestLoadWithoutManifest(t *testing.T) {
	_, err := Load("testdata/absent.yaml", os.LookupEnv)
	want := "load ladder: open testdata/absent.yaml: no such file or directory"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func toy(t testing.TB) *Ladder {
	t.Helper()
	l, err := Load("../configs/colors.yaml", os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestHash: the same ladder somewhere else is the same; one whose answers may differ is another.
func TestHash(t *testing.T) {
	want := toy(t).Hash
	for name, c := range map[string]struct {
		change func(*Ladder)
		same   bool
	}{
		"path":       {func(l *Ladder) { l.Path, l.Rungs[0].File = "/elsewhere", "/elsewhere" }, true},
		"licence":    {func(l *Ladder) { l.Rungs[0].License = "MIT" }, true},
		"rung name":  {func(l *Ladder) { l.Rungs[0].Name = "tiny" }, false},
		"file":       {func(l *Ladder) { l.Rungs[1].SHA256 = l.Rungs[0].SHA256 }, false},
		"order":      {func(l *Ladder) { l.Rungs[0], l.Rungs[1] = l.Rungs[1], l.Rungs[0] }, false},
		"mean":       {func(l *Ladder) { l.Rungs[2].Input.Mean[1] = 1 }, false},
		"kind":       {func(l *Ladder) { l.Rungs[2].Output.Kind = Logits }, false},
		"picture":    {func(l *Ladder) { l.Picture++ }, false},
		"label":      {func(l *Ladder) { l.Labels[3] = "lime" }, false},
		"fewer rung": {func(l *Ladder) { l.Rungs = l.Rungs[:2] }, false},
	} {
		l := toy(t)
		c.change(l)
		if got := l.hash(); (got == want) != c.same {
			t.Errorf("%s: hash %s, before %s", name, got, want)
		}
	}
}

func TestConfigSection(t *testing.T) {
	for name, c := range map[string]struct {
		yaml      string
		want      Config
		providers []string
		err       string
	}{
		"defaults": {
			yaml: "ladder: l.yaml", want: Config{Ladder: "l.yaml", Threads: 1, Instances: 1}, providers: []string{"auto"},
		},
		"one provider": {
			yaml: "{ladder: l.yaml, provider: cuda, threads: 2, instances: 3, library: /lib/x.so}",
			want: Config{Ladder: "l.yaml", Threads: 2, Instances: 3, Library: "/lib/x.so"}, providers: []string{"cuda"},
		},
		"several providers": {
			yaml: "{ladder: l.yaml, provider: [cuda, cpu]}",
			want: Config{Ladder: "l.yaml", Threads: 1, Instances: 1}, providers: []string{"cuda", "cpu"},
		},
		"unknown provider": {
			yaml: "{ladder: l.yaml, provider: cdua}", err: `c.yaml:1:28: provider: must be auto or tensorrt or cuda or cpu, not "cdua"`,
		},
		"empty list": {
			yaml: "{ladder: l.yaml, provider: []}", err: `c.yaml:1:28: provider: needs at least one provider`,
		},
		"numbers": {
			yaml: "{ladder: l.yaml, threads: 0, instances: -1}",
			err:  "c.yaml:1:27: threads: must be at least 1\nc.yaml:1:41: instances: must be at least 1",
		},
		"no ladder": {
			yaml: "{threads: 1}", err: "c.yaml:1:1: ladder: required, but missing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			doc := config.Parse("c.yaml", []byte(c.yaml), os.LookupEnv)
			var got Config
			doc.Root().Decode(&got)
			if err := doc.Err(); err != nil || c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Errorf("error %v, want %s", err, c.err)
				}
				return
			}
			if diff := cmp.Diff(c.providers, got.Providers()); diff != "" {
				t.Error(diff)
			}
			got.Provider, got.providers = config.Node{}, nil
			if got.Ladder != c.want.Ladder || got.Threads != c.want.Threads || got.Instances != c.want.Instances || got.Library != c.want.Library {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// FuzzParse: whatever a manifest holds, either it has errors or the ladder is fit for use.
func FuzzParse(f *testing.F) {
	cases, err := filepath.Glob("testdata/manifest/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range cases {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	labels := filepath.Join(f.TempDir(), "labels.txt")
	if err := os.WriteFile(labels, []byte("red\ngreen\n"), 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := config.Parse("manifest.yaml", data, func(string) (string, bool) { return "", false })
		l := parse(doc, filepath.Dir(labels))
		if doc.Err() != nil {
			return
		}
		if l == nil || len(l.Rungs) == 0 || l.Picture < 1 {
			t.Fatalf("no error, but the ladder is %+v", l)
		}
		for _, m := range l.Rungs {
			if m.Output.Classes != len(l.Labels) || m.Input.Size < 1 || m.Input.Std[0] == 0 {
				t.Errorf("no error, but a rung is %+v", m)
			}
		}
	})
}
