// Package telemetry sets up what a process tells about itself: its metrics
// registry, its logger, and the HTTP server that shows metrics and health.
//
// Read [NewRegistry], [NewLogger] and [NewServer] first. Nothing here is
// global: what is made is handed to those who use it.
//
// The package must not know of streams, models or answers; whoever has metrics
// registers them.
package telemetry

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// NewRegistry returns a registry with the metrics of the Go runtime, of the
// process, and of the build.
func NewRegistry() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewBuildInfoCollector(),
	)
	return reg
}

// Format is how log records are written.
type Format string

// The formats. Auto is text on a terminal and JSON elsewhere.
const (
	Text Format = "text"
	JSON Format = "json"
	Auto Format = "auto"
)

// UnmarshalText accepts the formats, and nothing else.
func (f *Format) UnmarshalText(text []byte) error {
	switch got := Format(text); got {
	case Text, JSON, Auto:
		*f = got
		return nil
	}
	return fmt.Errorf("log format %q is none of text, json, auto", text)
}

// NewLogger returns a logger that writes records of at least level to w.
// Terminal tells whether a person reads w; it decides what Auto is.
func NewLogger(w io.Writer, format Format, terminal bool, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == Text || format == Auto && terminal {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
