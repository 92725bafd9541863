package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"framewise/elements"
	"framewise/pipeline"
)

type kindsCmd struct {
	Kind string `arg:"" optional:"" help:"Show the page of this kind."`
}

// Run prints the catalogue, or the page of one kind.
func (c *kindsCmd) Run(a *app) error {
	groups, err := elements.All()
	if err != nil {
		return err
	}
	if c.Kind == "" {
		w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
		for _, g := range groups {
			for _, p := range g.Pages {
				first, _, _ := strings.Cut(strings.ReplaceAll(p.Doc, "\n", " "), ". ")
				fmt.Fprintf(w, "%s\t%s\t%s\n", g.Role, p.Kind, strings.TrimSuffix(first, "."))
			}
		}
		return w.Flush()
	}
	found := false
	for _, g := range groups {
		for _, p := range g.Pages {
			if p.Kind != c.Kind {
				continue
			}
			if found {
				fmt.Fprintln(a.out)
			}
			found = true
			fmt.Fprintf(a.out, "%s ", g.Role)
			if _, err := p.WriteTo(a.out); err != nil {
				return err
			}
		}
	}
	if !found {
		return pipeline.Errorf(pipeline.ClassConfig, "no kind is named %q; framewise kinds lists them", c.Kind)
	}
	return nil
}
