package policy

import (
	"slices"

	"framewise/internal/config"
	"framewise/selector"
)

// FixedConfig always runs the same rung: the baseline that every user has today.
//
//	policy: {fixed: {rung: mobilenet_v2}}
type FixedConfig struct {
	// Name of the rung. Default: the top rung.
	Rung string `yaml:"rung"`
}

// New builds the policy.
func (c *FixedConfig) New(n config.Node, s Settings) selector.Policy {
	rung := len(s.Rungs) - 1
	if c.Rung != "" {
		if rung = slices.Index(s.Rungs, c.Rung); rung < 0 {
			n.Field("rung").Unknown("rung", c.Rung, s.Rungs)
			return nil
		}
	}
	return NewFixed(rung)
}

// Fixed runs one rung on every frame.
type Fixed struct{ rung int }

var _ selector.Policy = (*Fixed)(nil)

// NewFixed returns a policy that runs rung.
func NewFixed(rung int) *Fixed { return &Fixed{rung} }

// Name is fixed.
func (*Fixed) Name() string { return "fixed" }

// NeedsFeatures is false.
func (*Fixed) NeedsFeatures() bool { return false }

// Decide runs the rung and delivers what then is there.
func (p *Fixed) Decide(s *selector.Situation) selector.Decision {
	return once(s, selector.Decision{Action: selector.Run, Rung: p.rung, Reason: selector.ReasonFixed})
}

// once carries out a choice that is made before anything ran: when something has
// finished, it is delivered.
func once(s *selector.Situation, choice selector.Decision) selector.Decision {
	if best := s.Best(); best >= 0 {
		return selector.Decision{Action: selector.Deliver, Rung: best, Reason: choice.Reason}
	}
	return choice
}
