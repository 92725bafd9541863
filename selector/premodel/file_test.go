package premodel

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"framewise/selector/features"
)

var update = flag.Bool("update", false, "rewrite golden files")

// small is a premodel of six pictures.
func small(t testing.TB) *Premodel {
	t.Helper()
	var samples []Sample
	for i, right := range []string{"11", "11", "01", "01", "01", "00"} {
		s := Sample{Features: make([]float64, features.Count)}
		for j := range s.Features {
			s.Features[j] = float64(i*(j+1)) / 3
		}
		for _, c := range right {
			s.Right = append(s.Right, c == '1')
		}
		samples = append(samples, s)
	}
	p, err := Train(samples, Options{
		K: 3, Features: []string{"n_keypoints", "hue1"},
		Ladder:  Ladder{Name: "two", Hash: "abc123", Rungs: []string{"small", "large"}},
		Data:    Data{Hash: "def456"},
		Command: "framewise train two.yaml images",
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSaveAndLoad(t *testing.T) {
	p := small(t)
	path := filepath.Join(t.TempDir(), "a.premodel.json")
	for range 2 { // the second replaces the first
		if err := p.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	q, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, q, cmp.AllowUnexported(Premodel{}, valRange{})); diff != "" {
		t.Errorf("what was loaded is not what was saved:\n%s", diff)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files are left, want 1: %v", len(entries), entries)
	}
}

// TestFormat: a change here makes files in use unreadable; then version must rise.
func TestFormat(t *testing.T) {
	golden := filepath.Join("testdata", "small.premodel.json")
	path := filepath.Join(t.TempDir(), "small.json")
	if *update {
		path = golden
	}
	if err := small(t).Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestSaveFails(t *testing.T) {
	err := small(t).Save(filepath.Join(t.TempDir(), "nowhere", "a.json"))
	if err == nil || !strings.Contains(err.Error(), "save premodel") {
		t.Errorf("error %v, want one that says what was tried", err)
	}
	dir := filepath.Join(t.TempDir(), "a.json")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := small(t).Save(dir); err == nil {
		t.Error("saved over a folder")
	}
	if entries, _ := os.ReadDir(filepath.Dir(dir)); len(entries) != 1 {
		t.Errorf("a temporary file is left: %v", entries)
	}
}

func TestLoadRefuses(t *testing.T) {
	good, err := os.ReadFile(filepath.Join("testdata", "small.premodel.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, err string }{
		{"not JSON", `{`, `<`, "not a premodel: invalid character"},
		{"another format", `"framewise-premodel"`, `"recipe"`, `format is "recipe"`},
		{"a newer version", `"version":1`, `"version":2`, "version is 2, this framewise reads 1"},
		{"a newer version of another shape", `"version":1,`, `"version":2,"trees":[],`, "version is 2"},
		{"an unknown key", `"k":3`, `"k":3,"trees":[]`, `unknown field "trees"`},
		{"an unknown feature", `"hue1"`, `"hue9"`, `unknown feature "hue9"`},
		{"a feature twice", `"hue1"`, `"n_keypoints"`, "named twice"},
		{"no features", `["n_keypoints","hue1"]`, `[]`, "no features"},
		{"k of 0", `"k":3`, `"k":0`, "k is 0"},
		{"k beyond the images", `"k":3`, `"k":7`, "6 images are too few for 7 neighbours"},
		{"a fractional k", `"k":3`, `"k":3.5`, "cannot unmarshal number 3.5"},
		{"no rungs", `["small","large"]`, `[]`, "no rungs"},
		{"other rungs", `["small","large"]`, `["small"]`, `outcome 0 is "11"`},
		{"an outcome of letters", `"11","11"`, `"1x","11"`, `outcome 0 is "1x"`},
		{"an outcome short", `"11","11"`, `"11","1"`, `outcome 1 is "1"`},
		{"an outcome missing", `"11","11"`, `"11"`, "outcomes of 5 images for 6 points"},
		{"another number of images", `"images":6`, `"images":5`, "5 images for 6 points"},
		{"a range upside down", `"ranges":[[0,`, `"ranges":[[99,`, "range of n_keypoints"},
		{"a range of one", `"ranges":[[0,`, `"ranges":[[0],[0,`, "3 ranges for 2 features"},
		{"a ragged point", `"points":[[0,0]`, `"points":[[0]`, "point 0 has 1 numbers for 2 features"},
		{"a point out of range", `"points":[[0,0]`, `"points":[[0,1.5]`, "point 0: hue1 is 1.5"},
		{"an infinite number", `"points":[[0,0]`, `"points":[[0,1e99]`, "cannot unmarshal number 1e99"},
		{"not a number", `"points":[[0,0]`, `"points":[[0,NaN]`, "invalid character"},
		{"something behind", "}\n", "} {}", "not a premodel"},
		{"cut short", "}\n", "", "not a premodel"},
	} {
		t.Run(test.name, func(t *testing.T) {
			bad := strings.Replace(string(good), test.old, test.new, 1)
			if bad == string(good) {
				t.Fatalf("%q is not in the golden file", test.old)
			}
			path := filepath.Join(t.TempDir(), "bad.json")
			if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path)
			if err == nil || !strings.Contains(err.Error(), test.err) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want the path and %q in it", err, test.err)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.json")); err == nil || !strings.Contains(err.Error(), "none.json") {
		t.Errorf("no file: error %v, want its name in it", err)
	}
}

// FuzzLoad: whatever is accepted predicts without failing, and survives being
// saved.
func FuzzLoad(f *testing.F) {
	good, err := os.ReadFile(filepath.Join("testdata", "small.premodel.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"format":"framewise-premodel","version":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parse(data)
		if err != nil {
			return
		}
		v := [features.Count]float64{1, 2, 3, 4, 5, 6, 7, 8}
		rung, ok := p.Predictor().Choose(&v)
		if rung < 0 || rung >= len(p.Ladder.Rungs) {
			t.Fatalf("rung %d of %d", rung, len(p.Ladder.Rungs))
		}
		path := filepath.Join(t.TempDir(), "a.json")
		if err := p.Save(path); err != nil {
			t.Fatal(err)
		}
		q, err := Load(path)
		if err != nil {
			t.Fatalf("what was saved is refused: %v", err)
		}
		if again, okAgain := q.Predictor().Choose(&v); again != rung || okAgain != ok {
			t.Fatalf("rung %d, %v; after saving %d, %v", rung, ok, again, okAgain)
		}
	})
}
