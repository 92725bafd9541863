package selector

import (
	"slices"
	"time"

	"framewise/selector/features"
)

// Situation is what is known at one point of one frame. The frame path owns one
// for each stream and reuses it from frame to frame; a policy must not keep or
// change it.
type Situation struct {
	Features    *[features.Count]float64 // of this frame; nil unless the policy needs them
	HasDeadline bool
	TimeLeft    time.Duration   // until the deadline; may be negative
	Bounds      []time.Duration // by rung, cheapest first: upper quantile of its time now; 0 = unknown
	Finished    []Finished      // rungs that answered on this frame, in the order of finishing
	Last        bool            // an answer of an earlier frame exists and may be reused
}

// Finished is a rung that answered on this frame.
type Finished struct {
	Rung       int
	Confidence float32 // of the top label, [0, 1], as the network gave it
}

// Best is the rung whose answer is to be delivered if nothing more can run: the
// highest that finished, -1 if none did. Confidences of different networks are
// not comparable before calibration, so they have no say.
func (s *Situation) Best() int {
	best := -1
	for _, f := range s.Finished {
		best = max(best, f.Rung)
	}
	return best
}

// Fits tells whether a rung is expected to end within the time left. Without a
// deadline every rung does; with none left, not even one of unknown cost does.
func (s *Situation) Fits(rung int) bool {
	return !s.HasDeadline || s.TimeLeft > 0 && s.Bounds[rung] <= s.TimeLeft
}

func (s *Situation) finished(rung int) bool {
	return slices.ContainsFunc(s.Finished, func(f Finished) bool { return f.Rung == rung })
}
