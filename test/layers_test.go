// Package test holds the tests of the whole: layers, documentation, and the
// programs as a user runs them.
package test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = ".."

// layers are the packages from the top down. A package may import those of
// lower layers, and its own folder's; never a higher layer, and never a
// neighbour unless listed in friends.
var layers = [][]string{
	{"test"},
	{"cmd"},
	{"internal/training"},
	{"internal/outcomes"},
	{"elements"},
	{"internal/gst", "models/ort"},
	{"pipeline", "selector", "models"},
	{"internal/config", "internal/telemetry", "internal/measure"},
}

// sole are modules that one package alone may import.
var sole = map[string]string{
	"github.com/go-gst/":              "internal/gst",
	"github.com/yalue/onnxruntime_go": "models/ort",
	"go.yaml.in/yaml":                 "internal/config",
	"github.com/prometheus/client_golang/prometheus/promhttp": "internal/telemetry",
}

// pure are the packages that must build without cgo.
var pure = []string{"pipeline", "selector", "models", "internal/config"}

// layerOf is the index of the layer a package belongs to, by the longest name.
func layerOf(pkg string) (layer int, name string) {
	layer = -1
	for i, names := range layers {
		for _, n := range names {
			if (pkg == n || strings.HasPrefix(pkg, n+"/")) && len(n) > len(name) {
				layer, name = i, n
			}
		}
	}
	return layer, name
}

// imports are the imports of each package of the module, tests apart.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, i := range file.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			all[filepath.ToSlash(pkg)] = append(all[filepath.ToSlash(pkg)], name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestImportsGoDownOnly(t *testing.T) {
	all := imports(t)
	if len(all) < 10 {
		t.Fatalf("only %d packages found", len(all))
	}
	for pkg, names := range all {
		layer, home := layerOf(pkg)
		if layer < 0 {
			t.Errorf("package %s has no place in the layers", pkg)
			continue
		}
		for _, name := range names {
			for prefix, owner := range sole {
				if strings.HasPrefix(name, prefix) && pkg != owner {
					t.Errorf("%s imports %s, which only %s may", pkg, name, owner)
				}
			}
			if slices.Contains(pure, home) && pkg != "models/ort" && name == "C" && home != "models/ort" {
				t.Errorf("%s uses cgo", pkg)
			}
			inside, ok := strings.CutPrefix(name, "framewise/")
			if !ok {
				continue
			}
			theirs, other := layerOf(inside)
			switch {
			case theirs < 0:
				t.Errorf("%s imports %s, which has no place in the layers", pkg, inside)
			case theirs < layer:
				t.Errorf("%s imports %s: that is upwards", pkg, inside)
			case theirs == layer && other != home:
				t.Errorf("%s imports %s: neighbours do not import one another", pkg, inside)
			}
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	const most = 500
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".go", ".c", ".h":
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if n := strings.Count(string(text), "\n"); n > most {
				t.Errorf("%s has %d lines, %d are the most", path, n, most)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
