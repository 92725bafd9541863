package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Each case is a txtar file: what it is about, scene.csv, the runs' records, and what score prints.
func TestScore(t *testing.T) {
	paths, err := filepath.Glob("testdata/score/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			c := scoreCmd{Labels: "scene.csv"}
			for _, f := range archive.Files {
				if f.Name == "want" {
					continue
				}
				if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
				if strings.HasSuffix(f.Name, ".jsonl") {
					c.Runs = append(c.Runs, f.Name)
				}
			}
			var got bytes.Buffer
			if err := c.Run(&lab{ctx: context.Background(), out: &got}); err != nil {
				got.WriteString("error: " + err.Error() + "\n")
			}
			want := &archive.Files[len(archive.Files)-1]
			if *update {
				want.Data = got.Bytes()
				rewrite(t, path, archive)
				return
			}
			if diff := cmp.Diff(string(want.Data), got.String()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}

// source is the folder of this file; a test may have changed the working directory.
var source, _ = os.Getwd()

func rewrite(t *testing.T, path string, archive *txtar.Archive) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(source, path), txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A program that was killed leaves half a line.
func TestTornRecords(t *testing.T) {
	line := `{"schema":"framewise.record/1","frame":0,"label_id":3,"model":"m","in_time":true}` + "\n"
	for _, torn := range []string{"", line[:30], line[:len(line)-1]} {
		records, err := parseRecords("f", strings.NewReader(line+torn))
		if err != nil || len(records) != 1 {
			t.Errorf("%q: %d records, error %v", torn, len(records), err)
		}
	}
}

func TestScoreJSON(t *testing.T) {
	dir := t.TempDir()
	scene, answers := filepath.Join(dir, "scene.csv"), filepath.Join(dir, "a.jsonl")
	for path, text := range map[string]string{
		scene:   "frame,label,picture,source\n0,3,a.png,\n",
		answers: `{"schema":"framewise.record/1","frame":0,"label_id":3,"model":"m","latency_ms":{"total":5},"in_time":true}` + "\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var got bytes.Buffer
	c := scoreCmd{Labels: scene, Runs: []string{answers}, JSON: true}
	if err := c.Run(&lab{ctx: context.Background(), out: &got}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got.String(), `"effective": 1,`) || !strings.Contains(got.String(), `"deadline_ms": null`) {
		t.Errorf("got %s", got.String())
	}
}

func FuzzParseRecords(f *testing.F) {
	f.Add([]byte(`{"schema":"framewise.record/1","stream":"s","frame":0,"label_id":3,"model":"m","in_time":true}` + "\n"))
	f.Add([]byte(`{"schema":"framewise.record/1","frame":1,"label_id":null}` + "\n\n{}\n"))
	f.Add([]byte(`{"sch`))
	f.Fuzz(func(t *testing.T, data []byte) {
		records, err := parseRecords("f", bytes.NewReader(data))
		if err != nil {
			return
		}
		for frame, r := range records {
			if r.Frame != frame || r.Schema != recordSchema {
				t.Errorf("record %+v at %d", r, frame)
			}
		}
	})
}

func FuzzParseScene(f *testing.F) {
	f.Add([]byte("frame,label,picture,source\n0,3,a.png,web\n1,3,a.png,web\n"))
	f.Add([]byte("frame,label,picture,source\n1,3,a.png,web\n"))
	f.Add([]byte("frame,label\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if frames, err := parseScene("f", bytes.NewReader(data)); (err == nil) != (len(frames) > 0) {
			t.Errorf("%d frames and error %v", len(frames), err)
		}
	})
}
