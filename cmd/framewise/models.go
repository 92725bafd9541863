package main

import (
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"framewise/models"
	"framewise/pipeline"
)

type modelsCmd struct {
	List   modelsListCmd   `cmd:"" help:"Show the rungs of ladders."`
	Verify modelsVerifyCmd `cmd:"" help:"Check that every file of ladders is there and has its sha256."`
}

type modelsListCmd struct {
	Ladders []string `arg:"" name:"manifest" help:"Manifest of a ladder."`
}

// Run prints a table a ladder.
func (c *modelsListCmd) Run(a *app) error {
	return eachLadder(c.Ladders, func(l *models.Ladder) error {
		fmt.Fprintf(a.out, "%s: %s, %d labels, picture %d px, hash %.12s\n", l.Name, l.Task, len(l.Labels), l.Picture, l.Hash)
		w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "  rung\tinput\toutput\tlicence\tfile")
		for i := range l.Rungs {
			m := &l.Rungs[i]
			fmt.Fprintf(w, "  %s\t%d px %s\t%d %s\t%s\t%s\n", m.Name, m.Input.Size, m.Input.Layout, m.Output.Classes, m.Output.Kind, m.License, m.File)
		}
		return w.Flush()
	})
}

type modelsVerifyCmd struct {
	Ladders []string `arg:"" name:"manifest" help:"Manifest of a ladder."`
}

// Run tells of each ladder whether its files are what the manifest says.
func (c *modelsVerifyCmd) Run(a *app) error {
	return eachLadder(c.Ladders, func(l *models.Ladder) error {
		if err := l.Verify(); err != nil {
			return fmt.Errorf("ladder %s: %w", l.Name, err)
		}
		fmt.Fprintf(a.out, "%s: %d files verified\n", l.Name, len(l.Rungs))
		return nil
	})
}

func eachLadder(paths []string, do func(*models.Ladder) error) error {
	var all []error
	for _, path := range paths {
		l, err := models.Load(path, os.LookupEnv)
		if err != nil {
			err = pipeline.Errorf(pipeline.ClassConfig, "%w", err)
		} else {
			err = do(l)
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}
