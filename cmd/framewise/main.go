// Command framewise runs video streams from a YAML file: it picks, frame by
// frame, the neural network that answers best before the frame's deadline.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"framewise/internal/telemetry"
)

type commands struct {
	Log telemetry.Format `help:"Log format: text, json or auto (text on a terminal)." default:"auto"`

	Run     runCmd     `cmd:"" help:"Run all streams of a configuration until they end or Ctrl-C."`
	Check   checkCmd   `cmd:"" help:"Check a configuration without opening anything: every error with its place."`
	Train   trainCmd   `cmd:"" help:"Train a premodel from labelled pictures and a ladder."`
	Models  modelsCmd  `cmd:"" help:"Ladders of models: list, verify."`
	Kinds   kindsCmd   `cmd:"" help:"Catalogue of sources, sinks, policies and features, and their options."`
	Version versionCmd `cmd:"" help:"Versions of framewise, GStreamer and ONNX Runtime."`
}

func main() { os.Exit(start(os.Args[1:])) }

func start(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the process at once.
	context.AfterFunc(ctx, stop)

	var c commands
	parser := kong.Must(&c, kong.Name("framewise"), kong.UsageOnError(),
		kong.Description("Picks, frame by frame, the neural network that answers best before the frame's deadline."))
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "framewise:", err)
		return exitUsage
	}
	terminal := term.IsTerminal(int(os.Stderr.Fd()))
	a := &app{
		out: os.Stdout, err: os.Stderr, terminal: terminal,
		log: telemetry.NewLogger(os.Stderr, c.Log, terminal, nil),
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(a); err != nil {
		fmt.Fprintln(os.Stderr, "framewise:", err)
		return status(err)
	}
	return 0
}
