package selector

// Policy decides, on the streaming thread and for one stream only, so it may
// keep scratch memory and need not lock. Decide neither blocks nor allocates.
//
// For each frame Decide is asked until it says anything but Run; after a run it
// finds the answer in Situation.Finished. A run that was cut off or failed ends
// the frame without asking again.
type Policy interface {
	Name() string        // the kind, as in YAML
	NeedsFeatures() bool // whether Situation.Features must be there
	Decide(s *Situation) Decision
}

// Anytime puts the rule for deadlines around a policy. What p wishes to run is
// run if its latency bound fits the time left. If it does not, the highest lower
// rung that fits is run, provided that it is above what has answered already.
// If there is none, the best finished answer is delivered; without one, the last
// answer is reused; without that, the cheapest rung is run all the same, for an
// answer late is better than no answer ever.
//
// A rung never runs twice on one frame, so a ladder of n rungs takes at most n
// runs and one decision more, whatever p wishes. Deliver and Skip pass
// unchanged, and so does Reuse where there is an answer to reuse. Without a
// deadline everything fits.
func Anytime(p Policy) Policy { return anytime{p} }

type anytime struct{ Policy }

func (a anytime) Decide(s *Situation) Decision {
	d := a.Policy.Decide(s)
	switch {
	case d.Action == Reuse && !s.Last:
		return noRun(s, d.Reason)
	case d.Action != Run:
		return d
	case s.finished(d.Rung):
		return Decision{Deliver, s.Best(), d.Reason}
	case s.Fits(d.Rung):
		return d
	}
	for rung := d.Rung - 1; rung > s.Best(); rung-- {
		if s.Fits(rung) {
			return Decision{Run, rung, ReasonSteppedDown}
		}
	}
	return noRun(s, ReasonNoTime)
}

// noRun is what remains when nothing fits.
func noRun(s *Situation, why Reason) Decision {
	switch {
	case len(s.Finished) > 0:
		return Decision{Deliver, s.Best(), why}
	case s.Last:
		return Decision{Reuse, 0, why}
	}
	return Decision{Run, 0, why}
}
