package config_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"framewise/internal/config"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzDecode: whatever the file, decoding ends, says true or why not, places
// every error in the file, and never tells what a variable holds.
func FuzzDecode(f *testing.F) {
	paths, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(section(archive, "in.yaml")))
	}
	const secret = "S3cret!Value"
	f.Fuzz(func(t *testing.T, data []byte) {
		d := config.Parse("in.yaml", data, func(name string) (string, bool) {
			return secret, !strings.HasPrefix(name, "N")
		})
		ok := d.Root().Decode(&site{})
		err := d.Err()
		if !ok && err == nil {
			t.Fatal("Decode returned false without an error")
		}
		if err == nil {
			return
		}
		var all config.Errors
		if !errors.As(err, &all) {
			t.Fatalf("%T is not Errors", err)
		}
		// To YAML, a carriage return and some of Unicode's separators end a line too.
		lines := 1 + strings.Count(string(data), "\n") + strings.Count(string(data), "\r") +
			strings.Count(string(data), "\u0085") + strings.Count(string(data), "\u2028") + strings.Count(string(data), "\u2029")
		for _, e := range all {
			if e.Line < 1 || e.Line > lines+1 || e.Column < 1 {
				t.Errorf("outside the file of %d lines: %v", lines, e)
			}
			text := e.Error()
			if strings.Contains(text, "\n") {
				t.Errorf("more than one line: %q", text)
			}
			if strings.Contains(text, secret) && !strings.Contains(string(data), secret) {
				t.Errorf("tells the value of a variable: %v", e)
			}
		}
		if !slices.IsSortedFunc(all, func(a, b config.Error) int {
			return max(-1, min(1, (a.Line-b.Line)*1_000_000+a.Column-b.Column))
		}) {
			t.Errorf("not sorted: %v", err)
		}
	})
}
