package policy

import (
	"fmt"
	"slices"

	"framewise/internal/config"
	"framewise/selector"
	"framewise/selector/premodel"
)

// skip is the fall-back that delivers no answer.
const skip = "skip"

// PremodelConfig picks one rung from the frame's features before anything runs, by
// the paper's chain of k-nearest-neighbour classifiers (Taylor et al., LCTES 2018).
//
//	policy: {premodel: {file: imagenet.premodel.json, fallback: skip}}
type PremodelConfig struct {
	// File that `framewise train` wrote, relative to the folder of this file. Default: selector.premodel.
	File string `yaml:"file"`
	// What to do where every rung is expected to fail: skip (no answer), or the name of the rung to run. Default: the top rung.
	Fallback string `yaml:"fallback"`
}

// New loads the premodel and builds the policy.
func (c *PremodelConfig) New(n config.Node, s Settings) selector.Policy {
	fallback, ok := c.fallback(n.Field("fallback"), s.Rungs)
	path, at := c.File, n.Field("file")
	if path == "" {
		path, at = s.Premodel, s.PremodelNode
	}
	if path == "" {
		n.Field("file").Errorf("policy premodel needs a file: name it here or as selector.premodel, `framewise train` writes it")
		return nil
	}
	m, err := s.LoadPremodel(path)
	if err == nil {
		err = matches(m, s)
	}
	if err != nil {
		at.Errorf("%v", err)
		return nil
	}
	if !ok {
		return nil
	}
	return NewPremodel(m, fallback)
}

func (c *PremodelConfig) fallback(at config.Node, rungs []string) (selector.Decision, bool) {
	d := selector.Decision{Action: selector.Run, Rung: len(rungs) - 1, Reason: selector.ReasonPremodelNoneRight}
	switch c.Fallback {
	case "":
	case skip:
		d.Action, d.Rung = selector.Skip, 0
	default:
		if d.Rung = slices.Index(rungs, c.Fallback); d.Rung < 0 {
			at.Unknown("rung", c.Fallback, append(slices.Clone(rungs), skip))
			return d, false
		}
	}
	return d, true
}

// matches refuses a premodel of another ladder: its rungs would mean others.
func matches(m *premodel.Premodel, s Settings) error {
	if !slices.Equal(m.Ladder.Rungs, s.Rungs) {
		return fmt.Errorf("premodel was trained on rungs %q, the ladder has %q: train again", m.Ladder.Rungs, s.Rungs)
	}
	if m.Ladder.Hash != s.LadderHash {
		return fmt.Errorf("premodel was trained on another version of the ladder (hash %.12s, not %.12s): train again", m.Ladder.Hash, s.LadderHash)
	}
	return nil
}

// Premodel runs the rung that a premodel picks.
type Premodel struct {
	predictor *premodel.Predictor
	fallback  selector.Decision
	choice    selector.Decision // for this frame
}

var _ selector.Policy = (*Premodel)(nil)

// NewPremodel returns a policy that follows m and, where m expects every rung to
// fail, fallback.
func NewPremodel(m *premodel.Premodel, fallback selector.Decision) *Premodel {
	return &Premodel{predictor: m.Predictor(), fallback: fallback}
}

// Name is premodel.
func (*Premodel) Name() string { return "premodel" }

// NeedsFeatures is true.
func (*Premodel) NeedsFeatures() bool { return true }

// Decide asks the premodel before anything ran, and delivers what then is there.
func (p *Premodel) Decide(s *selector.Situation) selector.Decision {
	if len(s.Finished) == 0 {
		p.choice = p.fallback
		if rung, ok := p.predictor.Choose(s.Features); ok {
			p.choice = selector.Decision{Action: selector.Run, Rung: rung, Reason: selector.ReasonPremodel}
		}
	}
	return once(s, p.choice)
}
