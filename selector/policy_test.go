package selector_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"framewise/selector"
)

const ms = time.Millisecond

// wish is a policy that always wants the same.
type wish selector.Decision

func (wish) Name() string                                   { return "wish" }
func (wish) NeedsFeatures() bool                            { return false }
func (w wish) Decide(*selector.Situation) selector.Decision { return selector.Decision(w) }

func run(rung int) selector.Decision {
	return selector.Decision{Action: selector.Run, Rung: rung, Reason: "wished"}
}

func TestAnytime(t *testing.T) {
	bounds := []time.Duration{1 * ms, 10 * ms, 25 * ms, 50 * ms}
	mixed := []time.Duration{30 * ms, 10 * ms, 45 * ms, 50 * ms} // the cheapest rung had a hiccup
	unknown := make([]time.Duration, 4)
	type finished = []selector.Finished
	for _, test := range []struct {
		name     string
		wish     selector.Decision
		bounds   []time.Duration
		left     time.Duration
		finished finished
		last     bool
		want     selector.Decision
	}{
		{name: "the wish fits", wish: run(3), bounds: bounds, left: 60 * ms, want: run(3)},
		{name: "the wish just fits", wish: run(3), bounds: bounds, left: 50 * ms, want: run(3)},
		{name: "it does not: the next lower", wish: run(3), bounds: bounds, left: 49 * ms,
			want: selector.Decision{Action: selector.Run, Rung: 2, Reason: selector.ReasonSteppedDown}},
		{name: "it does not: the highest that fits", wish: run(3), bounds: bounds, left: 5 * ms,
			want: selector.Decision{Action: selector.Run, Rung: 0, Reason: selector.ReasonSteppedDown}},
		{name: "bounds need not rise with the rungs", wish: run(3), bounds: mixed, left: 20 * ms,
			want: selector.Decision{Action: selector.Run, Rung: 1, Reason: selector.ReasonSteppedDown}},
		{name: "never up", wish: run(0), bounds: mixed, left: 20 * ms, last: true,
			want: selector.Decision{Action: selector.Reuse, Reason: selector.ReasonNoTime}},
		{name: "an unknown bound is tried", wish: run(3), bounds: unknown, left: 1 * ms, want: run(3)},
		{name: "but not with no time", wish: run(3), bounds: unknown, left: 0, last: true,
			want: selector.Decision{Action: selector.Reuse, Reason: selector.ReasonNoTime}},

		{name: "escalation fits", wish: run(3), bounds: bounds, left: 55 * ms, finished: finished{{1, .4}}, want: run(3)},
		{name: "escalation steps down", wish: run(3), bounds: bounds, left: 30 * ms, finished: finished{{1, .4}},
			want: selector.Decision{Action: selector.Run, Rung: 2, Reason: selector.ReasonSteppedDown}},
		{name: "escalation never falls to what answered", wish: run(3), bounds: bounds, left: 20 * ms, finished: finished{{1, .4}},
			want: selector.Decision{Action: selector.Deliver, Rung: 1, Reason: selector.ReasonNoTime}},
		{name: "nor below", wish: run(3), bounds: bounds, left: 20 * ms, finished: finished{{2, .4}},
			want: selector.Decision{Action: selector.Deliver, Rung: 2, Reason: selector.ReasonNoTime}},
		{name: "a rung never runs twice", wish: run(1), bounds: bounds, left: time.Second, finished: finished{{1, .4}},
			want: selector.Decision{Action: selector.Deliver, Rung: 1, Reason: "wished"}},

		{name: "nothing fits: the best finished", wish: run(3), bounds: bounds, left: -1, finished: finished{{0, .9}, {1, .4}}, last: true,
			want: selector.Decision{Action: selector.Deliver, Rung: 1, Reason: selector.ReasonNoTime}},
		{name: "nothing fits or finished: the last answer", wish: run(3), bounds: bounds, left: -1, last: true,
			want: selector.Decision{Action: selector.Reuse, Reason: selector.ReasonNoTime}},
		{name: "not even a last answer: the cheapest", wish: run(3), bounds: bounds, left: -1,
			want: selector.Decision{Action: selector.Run, Rung: 0, Reason: selector.ReasonNoTime}},

		{name: "deliver passes", wish: selector.Decision{Action: selector.Deliver, Rung: 0, Reason: "wished"}, bounds: bounds, left: -1,
			finished: finished{{0, .9}, {1, .4}}, want: selector.Decision{Action: selector.Deliver, Rung: 0, Reason: "wished"}},
		{name: "skip passes", wish: selector.Decision{Action: selector.Skip, Reason: "wished"}, bounds: bounds, left: 60 * ms, last: true,
			want: selector.Decision{Action: selector.Skip, Reason: "wished"}},
		{name: "reuse passes", wish: selector.Decision{Action: selector.Reuse, Reason: "wished"}, bounds: bounds, left: 60 * ms, last: true,
			want: selector.Decision{Action: selector.Reuse, Reason: "wished"}},
		{name: "reuse of nothing: the cheapest", wish: selector.Decision{Action: selector.Reuse, Reason: "wished"}, bounds: bounds, left: 60 * ms,
			want: selector.Decision{Action: selector.Run, Rung: 0, Reason: "wished"}},
		{name: "reuse of nothing: the best finished", wish: selector.Decision{Action: selector.Reuse, Reason: "wished"}, bounds: bounds, left: 60 * ms,
			finished: finished{{1, .4}}, want: selector.Decision{Action: selector.Deliver, Rung: 1, Reason: "wished"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &selector.Situation{HasDeadline: true, TimeLeft: test.left, Bounds: test.bounds, Finished: test.finished, Last: test.last}
			if got := selector.Anytime(wish(test.wish)).Decide(s); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
	t.Run("without a deadline everything fits", func(t *testing.T) {
		s := &selector.Situation{TimeLeft: -time.Hour, Bounds: bounds}
		if got := selector.Anytime(wish(run(3))).Decide(s); got != run(3) {
			t.Errorf("got %+v, want the wish", got)
		}
	})
}

// whim decides anything, within the contract: it delivers only what finished.
type whim struct {
	*rand.Rand
	rungs int
	last  selector.Decision
}

func (*whim) Name() string        { return "whim" }
func (*whim) NeedsFeatures() bool { return false }
func (w *whim) Decide(s *selector.Situation) selector.Decision {
	w.last = run(w.IntN(w.rungs))
	switch w.IntN(12) {
	case 0:
		w.last.Action = selector.Skip
	case 1:
		w.last.Action = selector.Reuse
	case 2:
		if len(s.Finished) > 0 {
			w.last = selector.Decision{Action: selector.Deliver, Rung: s.Finished[0].Rung, Reason: "wished"}
		}
	}
	return w.last
}

// checkFrame plays one frame of a whimsical policy and holds every decision to
// the rule.
func checkFrame(t *testing.T, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	w := &whim{Rand: r, rungs: 1 + r.IntN(6)}
	s := &selector.Situation{
		HasDeadline: r.IntN(8) > 0,
		TimeLeft:    time.Duration(r.IntN(120)-20) * ms,
		Bounds:      make([]time.Duration, w.rungs),
		Last:        r.IntN(2) == 0,
	}
	for i := range s.Bounds {
		s.Bounds[i] = time.Duration(r.IntN(80)) * ms
	}
	p := selector.Anytime(w)
	for range w.rungs + 1 {
		d := p.Decide(s)
		finished := slices.ContainsFunc(s.Finished, func(f selector.Finished) bool { return f.Rung == d.Rung })
		switch d.Action {
		case selector.Deliver:
			if !finished {
				t.Fatalf("seed %d: delivers rung %d, which has not finished", seed, d.Rung)
			}
			return
		case selector.Reuse:
			if !s.Last || len(s.Finished) > 0 && w.last.Action != selector.Reuse {
				t.Fatalf("seed %d: reuses with last %v, finished %v", seed, s.Last, s.Finished)
			}
			return
		case selector.Skip:
			if w.last.Action != selector.Skip {
				t.Fatalf("seed %d: skips, the policy did not", seed)
			}
			return
		}
		if finished {
			t.Fatalf("seed %d: rung %d runs twice", seed, d.Rung)
		}
		if w.last.Action == selector.Run && d.Rung > w.last.Rung {
			t.Fatalf("seed %d: runs rung %d, the wish was %d", seed, d.Rung, w.last.Rung)
		}
		if !s.Fits(d.Rung) && (len(s.Finished) > 0 || s.Last || d.Rung != 0) {
			t.Fatalf("seed %d: rung %d is to run, which does not fit, with %+v", seed, d.Rung, *s)
		}
		if w.last.Action == selector.Run && s.Fits(w.last.Rung) && d.Rung != w.last.Rung {
			t.Fatalf("seed %d: steps down from a rung that fits", seed)
		}
		s.Finished = append(s.Finished, selector.Finished{Rung: d.Rung, Confidence: r.Float32()})
		s.TimeLeft -= time.Duration(r.IntN(80)) * ms // the bound may not hold
	}
	t.Fatalf("seed %d: %d rungs, and more decisions than one for each and one more", seed, w.rungs)
}

func TestAnytimeKeepsTheRule(t *testing.T) {
	for seed := range uint64(20000) {
		checkFrame(t, seed)
	}
}

func FuzzAnytime(f *testing.F) {
	f.Add(uint64(1))
	f.Add(uint64(1 << 40))
	f.Fuzz(checkFrame)
}

func TestBest(t *testing.T) {
	s := selector.Situation{}
	if got := s.Best(); got != -1 {
		t.Errorf("nothing finished: %d, want -1", got)
	}
	s.Finished = []selector.Finished{{Rung: 0, Confidence: .9}, {Rung: 2, Confidence: .3}, {Rung: 1, Confidence: .8}}
	if got := s.Best(); got != 2 {
		t.Errorf("best is %d, want 2", got)
	}
}

func TestReasons(t *testing.T) {
	all := selector.Reasons()
	slices.Sort(all)
	if len(slices.Compact(all)) != len(selector.Reasons()) {
		t.Errorf("a reason is there twice: %q", all)
	}
}

func TestActionString(t *testing.T) {
	for a, want := range map[selector.Action]string{
		selector.Run: "run", selector.Deliver: "deliver", selector.Reuse: "reuse", selector.Skip: "skip", 9: "Action(9)",
	} {
		if got := a.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAnytimeDoesNotAllocate(t *testing.T) {
	p := selector.Anytime(wish(run(3)))
	s := &selector.Situation{HasDeadline: true, TimeLeft: 5 * ms, Bounds: []time.Duration{1 * ms, 10 * ms, 25 * ms, 50 * ms}}
	if n := testing.AllocsPerRun(100, func() { p.Decide(s) }); n != 0 {
		t.Errorf("%v allocations a decision", n)
	}
}
