// Command framewise-lab is the project's measuring bench: it makes a labelled video, scores the records of a run
// against it, checks that the live path answers as training did, and measures policies under deadlines.
//
// Read the structs videoCmd, scoreCmd, agreeCmd and deadlinesCmd first: one subcommand, one file. The lab runs the
// framewise program as its users do, as a process with a configuration file, and reads the records it writes. It
// must not know a package of the live path (internal/gst, elements, selector/policy).
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Video     videoCmd     `cmd:"" help:"Make a labelled video from labelled pictures."`
	Score     scoreCmd     `cmd:"" help:"Score the records of runs on a labelled video, side by side."`
	Agree     agreeCmd     `cmd:"" help:"Check that each rung answers live as it did in training."`
	Deadlines deadlinesCmd `cmd:"" help:"Measure policies on a labelled video in real time under deadlines."`
}

// lab is what every subcommand gets from main.
type lab struct {
	ctx      context.Context
	out, err io.Writer
}

func main() { os.Exit(start()) }

func start() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var line commands
	k := kong.Parse(&line, kong.Name("framewise-lab"), kong.UsageOnError(),
		kong.Description("Measures Framewise: labelled videos, scores, agreement of live and offline, deadlines."))
	if err := k.Run(&lab{ctx: ctx, out: os.Stdout, err: os.Stderr}); err != nil {
		fmt.Fprintln(os.Stderr, "framewise-lab:", err)
		return 1
	}
	return 0
}
