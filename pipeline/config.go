package pipeline

import (
	"time"

	"framewise/internal/config"
)

// StreamConfig is a stream in YAML.
type StreamConfig struct {
	// Where frames come from: one kind of source and its options.
	Source config.Choice `yaml:"source" required:"true"`
	// Longest useful time from capture to delivered answer, e.g. 50ms. 0: none.
	Deadline time.Duration `yaml:"deadline"`
	// What part of the frame is looked at: center (the largest centred square) or whole.
	Region config.Choice `yaml:"region"`
}

// Default is no deadline and the centre of the frame.
func (c *StreamConfig) Default() { *c = StreamConfig{Region: config.Choice{Kind: "center"}} }

// Validate checks the deadline.
func (c *StreamConfig) Validate(n config.Node) {
	if c.Deadline < 0 {
		n.Field("deadline").Errorf("must not be negative, is %v", c.Deadline)
	}
}
