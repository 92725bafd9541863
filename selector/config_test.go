package selector_test

import (
	"testing"

	"framewise/internal/config"
	"framewise/selector"
)

func TestConfig(t *testing.T) {
	for _, test := range []struct {
		name, yaml, policy, err string
	}{
		{name: "empty", policy: "fixed"},
		{name: "a premodel chooses its policy", yaml: "premodel: a.json", policy: "premodel"},
		{name: "a named policy stays", yaml: "{policy: fixed, premodel: a.json}", policy: "fixed"},
		{name: "a quantile of one", yaml: "latency: {quantile: 1}", err: "f.yaml:1:21: latency.quantile: must be above 0 and below 1, is 1"},
		{name: "a quantile below 0", yaml: "latency: {quantile: -0.5}", err: "f.yaml:1:21: latency.quantile: must be above 0 and below 1, is -0.5"},
		{name: "an unknown key", yaml: "anytimes: true", err: `f.yaml:1:1: anytimes: unknown key (did you mean "anytime"?)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := config.Parse("f.yaml", []byte(test.yaml), func(string) (string, bool) { return "", false })
			var c selector.Config
			d.Root().Decode(&c)
			got := ""
			if err := d.Err(); err != nil {
				got = err.Error()
			}
			if got != test.err {
				t.Fatalf("error %q, want %q", got, test.err)
			}
			if test.err == "" && (c.Policy.Kind != test.policy || !c.Anytime || c.Latency.Quantile != .99) {
				t.Errorf("got %+v, want policy %s and the defaults", c, test.policy)
			}
		})
	}
}
