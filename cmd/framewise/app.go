package main

import (
	"context"
	"io"
	"log/slog"
)

// app is what every subcommand gets from main: where to write, when to stop.
type app struct {
	ctx      context.Context
	log      *slog.Logger
	out, err io.Writer
	terminal bool // err is a terminal: a live line may be drawn over itself
}
