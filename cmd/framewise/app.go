package main

import (
	"io"
	"log/slog"
)

// app is what every subcommand gets from main: where to write.
type app struct {
	log      *slog.Logger
	out, err io.Writer
	terminal bool // err is a terminal: a live line may be drawn over itself
}
