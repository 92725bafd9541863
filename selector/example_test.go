package selector_test

import (
	"fmt"
	"time"

	"framewise/selector"
)

// unsure runs the cheapest rung, and the next one if it is unsure.
type unsure struct{ below float32 }

func (unsure) Name() string        { return "unsure" }
func (unsure) NeedsFeatures() bool { return false }

func (u unsure) Decide(s *selector.Situation) selector.Decision {
	switch {
	case len(s.Finished) == 0:
		return selector.Decision{Action: selector.Run, Rung: 0, Reason: "first"}
	case len(s.Finished) == 1 && s.Finished[0].Confidence < u.below:
		return selector.Decision{Action: selector.Run, Rung: 1, Reason: "unsure"}
	}
	return selector.Decision{Action: selector.Deliver, Rung: s.Best(), Reason: "sure"}
}

// A policy says what it wishes; Anytime keeps the wish within the time left.
func ExamplePolicy() {
	policy := selector.Anytime(unsure{below: .8})
	s := &selector.Situation{
		HasDeadline: true,
		TimeLeft:    40 * time.Millisecond,
		Bounds:      []time.Duration{5 * time.Millisecond, 30 * time.Millisecond},
	}
	fmt.Println(policy.Decide(s))

	s.Finished = append(s.Finished, selector.Finished{Rung: 0, Confidence: .5})
	s.TimeLeft = 35 * time.Millisecond
	fmt.Println(policy.Decide(s))

	s.TimeLeft = 20 * time.Millisecond // rung 0 took longer than expected
	fmt.Println(policy.Decide(s))
	// Output:
	// {run 0 first}
	// {run 1 unsure}
	// {deliver 0 no_time}
}
