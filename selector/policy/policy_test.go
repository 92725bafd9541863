package policy_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"framewise/internal/config"
	"framewise/selector"
	"framewise/selector/features"
	"framewise/selector/policy"
	"framewise/selector/premodel"
)

const ms = time.Millisecond

var rungs = []string{"small", "middle", "large"}

// trained says "small" where there are few keypoints, "middle" where there are
// many, and none of all in between.
func trained(t testing.TB) *premodel.Premodel {
	t.Helper()
	var samples []premodel.Sample
	for i := range 30 {
		s := premodel.Sample{Features: make([]float64, features.Count), Right: make([]bool, len(rungs))}
		s.Features[features.Keypoints] = float64(i)
		if i < 10 {
			s.Right[0] = true
		}
		if i >= 20 {
			s.Right[1], s.Right[2] = true, true
		}
		samples = append(samples, s)
	}
	p, err := premodel.Train(samples, premodel.Options{Ladder: premodel.Ladder{Hash: "abc", Rungs: rungs}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func settings(t testing.TB) policy.Settings {
	return policy.Settings{
		Rungs: rungs, LadderHash: "abc",
		LoadPremodel: func(path string) (*premodel.Premodel, error) {
			if path != "good.json" {
				return nil, errors.New("load premodel: open " + path + ": no such file")
			}
			return trained(t), nil
		},
	}
}

// build decodes the section `selector` and builds its policy.
func build(yaml string, s policy.Settings) (selector.Policy, error) {
	d := config.Parse("f.yaml", []byte(yaml), func(string) (string, bool) { return "", false })
	var c selector.Config
	d.Root().Decode(&c)
	return policy.Build(&c, s), d.Err()
}

func keypoints(n float64) *[features.Count]float64 {
	return &[features.Count]float64{features.Keypoints: n}
}

func TestFixed(t *testing.T) {
	for yaml, rung := range map[string]int{
		"":                                2,
		"policy: fixed":                   2,
		"policy: {fixed: {rung: small}}":  0,
		"policy: {fixed: {rung: middle}}": 1,
	} {
		p, err := build(yaml, settings(t))
		if err != nil {
			t.Errorf("%q: %v", yaml, err)
			continue
		}
		s := &selector.Situation{Bounds: make([]time.Duration, len(rungs))}
		want := selector.Decision{Action: selector.Run, Rung: rung, Reason: selector.ReasonFixed}
		if got := p.Decide(s); got != want {
			t.Errorf("%q: %+v, want %+v", yaml, got, want)
		}
		s.Finished = []selector.Finished{{Rung: rung, Confidence: .1}}
		want.Action = selector.Deliver
		if got := p.Decide(s); got != want {
			t.Errorf("%q, the rung finished: %+v, want %+v", yaml, got, want)
		}
		if p.NeedsFeatures() {
			t.Errorf("%q: needs features", yaml)
		}
	}
}

func TestPremodel(t *testing.T) {
	type decision = selector.Decision
	const top, skip = "premodel: good.json", "policy: {premodel: {file: good.json, fallback: skip}}"
	for _, test := range []struct {
		name, yaml string
		keypoints  float64
		want       decision
	}{
		{"the first yes", top, 3, decision{Action: selector.Run, Rung: 0, Reason: selector.ReasonPremodel}},
		{"the second level's yes", top, 27, decision{Action: selector.Run, Rung: 1, Reason: selector.ReasonPremodel}},
		{"no yes: the top rung", top, 15, decision{Action: selector.Run, Rung: 2, Reason: selector.ReasonPremodelNoneRight}},
		{"no yes: skip", skip, 15, decision{Action: selector.Skip, Reason: selector.ReasonPremodelNoneRight}},
		{"a yes is a yes", skip, 3, decision{Action: selector.Run, Rung: 0, Reason: selector.ReasonPremodel}},
		{"no yes: the rung named", "policy: {premodel: {file: good.json, fallback: small}}", 15,
			decision{Action: selector.Run, Rung: 0, Reason: selector.ReasonPremodelNoneRight}},
		{"the policy's own file", "{premodel: bad.json, policy: {premodel: {file: good.json}}}", 3,
			decision{Action: selector.Run, Rung: 0, Reason: selector.ReasonPremodel}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := build(test.yaml, settings(t))
			if err != nil {
				t.Fatal(err)
			}
			s := &selector.Situation{Features: keypoints(test.keypoints), Bounds: make([]time.Duration, len(rungs))}
			if got := p.Decide(s); got != test.want {
				t.Fatalf("got %+v, want %+v", got, test.want)
			}
			if !p.NeedsFeatures() {
				t.Error("needs no features")
			}
			if test.want.Action != selector.Run {
				return
			}
			s.Finished = []selector.Finished{{Rung: test.want.Rung, Confidence: .1}}
			test.want.Action = selector.Deliver
			if got := p.Decide(s); got != test.want {
				t.Errorf("the rung finished: %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestAnytimeIsOn: the rule is around every policy, unless switched off.
func TestAnytimeIsOn(t *testing.T) {
	s := &selector.Situation{HasDeadline: true, TimeLeft: 20 * ms, Bounds: []time.Duration{1 * ms, 10 * ms, 50 * ms}}
	for yaml, want := range map[string]int{"policy: fixed": 1, "{policy: fixed, anytime: false}": 2} {
		p, err := build(yaml, settings(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Decide(s); got.Action != selector.Run || got.Rung != want {
			t.Errorf("%q: %+v, want to run rung %d", yaml, got, want)
		}
	}
}

func TestBuildReports(t *testing.T) {
	other := settings(t)
	other.LadderHash = "def"
	longer := settings(t)
	longer.Rungs = []string{"small", "middle", "large", "huge"}
	for _, test := range []struct {
		name, yaml string
		s          policy.Settings
		err        string
	}{
		{"unknown policy", "policy: fixd", settings(t), `f.yaml:1:9: policy: unknown policy "fixd" (did you mean "fixed"?)`},
		{"a fault of the section is the only one", "anytimes: true", settings(t), `f.yaml:1:1: anytimes: unknown key (did you mean "anytime"?)`},
		{"so is one of the choice", "policy: [fixed]", settings(t), "f.yaml:1:9: policy: must be one kind, as `kind` or `kind: {options}`"},
		{"unknown rung", "policy: {fixed: {rung: midle}}", settings(t), `f.yaml:1:24: policy.fixed.rung: unknown rung "midle" (did you mean "middle"?)`},
		{"unknown option", "policy: {fixed: {rang: middle}}", settings(t), `f.yaml:1:18: policy.fixed.rang: unknown key (did you mean "rung"?)`},
		{"no file", "policy: premodel", settings(t), "f.yaml:1:9: policy.premodel.file: policy premodel needs a file: name it here or as selector.premodel, `framewise train` writes it"},
		{"the file is not there", "policy: {premodel: {file: bad.json}}", settings(t), "f.yaml:1:27: policy.premodel.file: load premodel: open bad.json: no such file"},
		{"the file for all is not there", "premodel: bad.json", settings(t), "f.yaml:1:11: premodel: load premodel: open bad.json: no such file"},
		{"unknown fall-back", "policy: {premodel: {file: good.json, fallback: skp}}", settings(t), `f.yaml:1:48: policy.premodel.fallback: unknown rung "skp" (did you mean "skip"?)`},
		{"both", "policy: {premodel: {file: bad.json, fallback: skp}}", settings(t),
			"f.yaml:1:27: policy.premodel.file: load premodel: open bad.json: no such file\n" +
				`f.yaml:1:47: policy.premodel.fallback: unknown rung "skp" (did you mean "skip"?)`},
		{"another ladder", "premodel: good.json", longer, `f.yaml:1:11: premodel: premodel was trained on rungs ["small" "middle" "large"], the ladder has ["small" "middle" "large" "huge"]: train again`},
		{"another version of the ladder", "premodel: good.json", other, "f.yaml:1:11: premodel: premodel was trained on another version of the ladder (hash abc, not def): train again"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := build(test.yaml, test.s)
			if err == nil || err.Error() != test.err {
				t.Errorf("error:\n%v\nwant:\n%s", err, test.err)
			}
			if p != nil {
				t.Errorf("a policy was built: %s", p.Name())
			}
		})
	}
}

// TestConformance holds every kind of the catalogue to the contract.
func TestConformance(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range policy.All() {
		t.Run(kind.Name, func(t *testing.T) {
			if seen[kind.Name] || strings.ToLower(kind.Name) != kind.Name {
				t.Error("the name is taken or not in lower case")
			}
			seen[kind.Name] = true
			p, err := build("{premodel: good.json, policy: "+kind.Name+"}", settings(t))
			if err != nil {
				t.Fatalf("the defaults do not build: %v", err)
			}
			if p.Name() != kind.Name {
				t.Errorf("calls itself %q", p.Name())
			}
			s := &selector.Situation{
				Features: keypoints(15), HasDeadline: true, TimeLeft: time.Second, Bounds: make([]time.Duration, len(rungs)),
				Finished: make([]selector.Finished, 0, len(rungs)),
			}
			frame := func() {
				s.Finished = s.Finished[:0]
				for range len(rungs) + 1 {
					d := p.Decide(s)
					if d.Action != selector.Run {
						return
					}
					s.Finished = append(s.Finished, selector.Finished{Rung: d.Rung, Confidence: .5})
				}
				t.Error("takes more decisions than one for each rung and one more")
			}
			if n := testing.AllocsPerRun(20, frame); n != 0 {
				t.Errorf("%v allocations a frame", n)
			}
			known := false
			for _, reason := range selector.Reasons() {
				known = known || reason == p.Decide(s).Reason
			}
			if !known {
				t.Errorf("reason %q is not among selector.Reasons", p.Decide(s).Reason)
			}
		})
	}
}

func BenchmarkPremodel(b *testing.B) {
	p := selector.Anytime(policy.NewPremodel(trained(b), selector.Decision{Action: selector.Skip}))
	s := &selector.Situation{Features: keypoints(3), Bounds: make([]time.Duration, len(rungs))}
	b.ReportAllocs()
	for b.Loop() {
		p.Decide(s)
	}
}
