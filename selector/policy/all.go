// Package policy holds the kinds of policy, one file a kind.
//
// Read first: [All], the catalogue; [Build], from configuration to a policy;
// [Config], what a new kind needs.
//
// It must not know of pipelines or models' files: the ladder comes in as names,
// a premodel through a function.
package policy

import (
	"framewise/internal/config"
	"framewise/selector"
	"framewise/selector/premodel"
)

// Kind is a kind of policy. Name is the word in YAML, logs and metrics.
type Kind struct {
	Name   string
	Config func() Config // a new, empty one
}

// Config is the options of a kind, a pointer to a struct with yaml tags. It may
// implement config.Defaulter and config.Validator.
type Config interface {
	// New checks the options against the host's settings and builds the policy. It
	// reports what is wrong at n, the options' place, and returns nil then.
	New(n config.Node, s Settings) selector.Policy
}

// Settings are what the host gives to a policy.
type Settings struct {
	Rungs      []string // names, cheapest first; at least one
	LadderHash string   // as in models.Ladder; a premodel must have been trained on it

	// LoadPremodel reads a premodel file. The host resolves a relative path and
	// may return the same premodel to many streams.
	LoadPremodel func(path string) (*premodel.Premodel, error)

	// Premodel is the file named for all policies and where it is named.
	Premodel     string
	PremodelNode config.Node
}

// All is the catalogue.
func All() []Kind {
	return []Kind{
		{"fixed", func() Config { return new(FixedConfig) }},
		{"premodel", func() Config { return new(PremodelConfig) }},
	}
}

// Build makes one stream's policy, with the anytime rule around it unless it is
// switched off. It fills in Settings.Premodel. What is wrong is reported to the
// document that c was decoded from, and the result is nil then.
func Build(c *selector.Config, s Settings) selector.Policy {
	if c.Policy.Kind == "" {
		return nil // the section has faults of its own, told already
	}
	s.Premodel, s.PremodelNode = c.Premodel, c.PremodelNode()
	var names []string
	for _, kind := range All() {
		if kind.Name != c.Policy.Kind {
			names = append(names, kind.Name)
			continue
		}
		options := kind.Config()
		if !c.Policy.Options.Decode(options) {
			return nil
		}
		p := options.New(c.Policy.Options, s)
		if p != nil && c.Anytime {
			p = selector.Anytime(p)
		}
		return p
	}
	c.Policy.Unknown("policy", names)
	return nil
}
