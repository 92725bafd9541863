package selector

import (
	"framewise/internal/config"
)

// Config is the section `selector` of a configuration.
type Config struct {
	// How the rung is chosen: one kind of policy and its options. Default: premodel if a premodel is given, else fixed.
	Policy config.Choice `yaml:"policy"`
	// File that `framewise train` wrote, relative to the folder of this file.
	Premodel string `yaml:"premodel"`
	// Keep every choice within the time left: step down, deliver what is finished, or reuse the last answer.
	Anytime bool `yaml:"anytime"`
	// How the time that a rung will take is estimated.
	Latency LatencyConfig `yaml:"latency"`

	node config.Node
}

// LatencyConfig is the section `selector.latency`.
type LatencyConfig struct {
	// Share of a rung's runs, above 0 and below 1, that are to end within its latency bound.
	Quantile float64 `yaml:"quantile"`
}

// Default is the anytime rule with bounds at the 99th percentile.
func (c *Config) Default() {
	c.Anytime = true
	c.Latency.Quantile = 0.99
}

// Validate checks the quantile and chooses the policy where none is named.
func (c *Config) Validate(n config.Node) {
	c.node = n
	if q := c.Latency.Quantile; !(q > 0 && q < 1) {
		n.Field("latency").Field("quantile").Errorf("must be above 0 and below 1, is %v", q)
	}
	if c.Policy.Kind == "" {
		c.Policy.Kind = "fixed"
		if c.Premodel != "" {
			c.Policy.Kind = "premodel"
		}
	}
}

// PremodelNode is where the premodel is named, for reports of what is wrong with it.
func (c *Config) PremodelNode() config.Node { return c.node.Field("premodel") }
