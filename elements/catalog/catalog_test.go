package catalog

import (
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden page")

type SampleConfig struct {
	Path  string        `yaml:"path" required:"true"`
	Wait  time.Duration `yaml:"wait"`
	Names []string      `yaml:"names"`
	Empty string        `yaml:"empty"`
	Ratio float64       `yaml:"ratio"`
	On    bool          `yaml:"on"`

	inner int
}

func (c *SampleConfig) Default() { *c = SampleConfig{Wait: time.Second, Ratio: 0.5, inner: 1} }

const declaration = `package sample

// SampleConfig shows what a page looks like.
//
// A second paragraph, long enough that it has to be wrapped because no terminal is as wide as this.
//
//   - first
//   - second
type SampleConfig struct {
	// Where it is.
	Path string
	// How long to wait.
	Wait time.Duration
	// Their names.
	Names []string
	// Nothing at first.
	Empty string
	// Of one to the other.
	Ratio float64
	// Whether it is on.
	On bool

	inner int
}
`

func TestPage(t *testing.T) {
	page, err := Describe("sample", new(SampleConfig), fstest.MapFS{"sample.go": {Data: []byte(declaration)}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := page.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/page.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("run go test -update (-want +got):\n%s", diff)
	}
}

func TestUndocumented(t *testing.T) {
	for text, want := range map[string]string{
		"package sample": "no struct type SampleConfig",
		"package":        "expected",
		"package sample\ntype SampleConfig struct {}\n":                                   "has no comment",
		"package sample\n// SampleConfig is.\ntype SampleConfig struct { Path string }\n": "option path has no comment",
	} {
		_, err := Describe("sample", new(SampleConfig), fstest.MapFS{"sample.go": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
