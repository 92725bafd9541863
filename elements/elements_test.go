package elements

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"framewise/internal/gst/element"
)

func TestCatalogueHasAPageForEveryKind(t *testing.T) {
	groups, err := All()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"source": 3, "sink": 1, "policy": 2, "feature": 8}
	for _, g := range groups {
		if len(g.Pages) != want[g.Role] {
			t.Errorf("%d pages of role %s, want %d", len(g.Pages), g.Role, want[g.Role])
		}
		for _, p := range g.Pages {
			if p.Doc == "" {
				t.Errorf("%s %s has no text", g.Role, p.Kind)
			}
		}
	}
}

func TestLoadTellsEverythingAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	text := `models: {ladder: gone.yaml}
streams:
  "bad name": {source: {test: {rate: 0}}}
  good: {source: {fiel: {path: x}}, region: middle}
sinks: [jsonl: {}]
`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"config.yaml:3:", "letters, digits", "rate", `did you mean "file"?`, "unknown region", "sinks[0].jsonl.path", "gone.yaml",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
}

func TestPropertiesOverrideTheFile(t *testing.T) {
	ladder, err := filepath.Abs("../configs/colors.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		properties element.Settings
		want       string // policy, or what is wrong
	}{
		"a ladder is enough": {element.Settings{Ladder: ladder}, "fixed"},
		"nothing":            {element.Settings{}, "config=FILE.yaml"},
		"unknown policy":     {element.Settings{Ladder: ladder, Policy: "fixde"}, `did you mean "fixed"?`},
		"unknown rung":       {element.Settings{Ladder: ladder, Policy: "fixed:tiny"}, "unknown rung"},
		"missing premodel":   {element.Settings{Ladder: ladder, Premodel: "gone.json"}, "gone.json"},
		"missing file":       {element.Settings{Config: "gone.yaml"}, "gone.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := fromProperties(c.properties)
			switch {
			case err != nil && !strings.Contains(err.Error(), c.want):
				t.Errorf("%v, want %q", err, c.want)
			case err == nil && got.Policy().Name() != c.want:
				t.Errorf("policy %s, want %s", got.Policy().Name(), c.want)
			}
		})
	}
}
