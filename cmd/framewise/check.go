package main

import (
	"fmt"

	"framewise/elements"
)

type checkCmd struct {
	Config string `arg:"" help:"Configuration file."`
}

// Run does what run does before it opens anything.
func (c *checkCmd) Run(a *app) error {
	cfg, err := elements.Load(c.Config)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d streams, %d sinks, ladder %s of %d rungs: no error found\n",
		c.Config, len(cfg.Streams), len(cfg.Sinks), cfg.Ladder.Name, len(cfg.Ladder.Rungs))
	return nil
}
