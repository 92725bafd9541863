// Package sink holds the kinds of sinks that answers may go to, one file a kind.
//
// Read first: Decode (a sink from its YAML), Kinds (the catalogue) and JSONL.Run
// as an example. A sink takes records from its own bounded queue and may be slow,
// fail or be away: nothing of that reaches the frame path.
//
// The package must not know streams, models or GStreamer.
package sink

import (
	"io"
	"log/slog"

	"framewise/internal/config"
	"framewise/pipeline"
)

// Settings are what the host gives a sink.
type Settings struct {
	Dir     string                // where relative paths start: the config file's folder
	Stdout  io.Writer             // what "-" means
	Log     *slog.Logger          // carries the sink's name
	Metrics *pipeline.SinkMetrics // of the queue the sink is fed from
}

// Kind is one kind of sink.
type Kind struct {
	Name   string
	Config any // pointer to the kind's options at their defaults, for its page
	// Decode makes a sink of the options. False means that it has added what is
	// wrong with them to their document.
	Decode func(config.Choice, Settings) (pipeline.Sink, bool)
}

// Decode makes the sink that a choice asks for. False means that it has added
// what is wrong to the choice's document.
func Decode(c config.Choice, s Settings) (pipeline.Sink, bool) {
	kinds := Kinds()
	names := make([]string, len(kinds))
	for i, k := range kinds {
		if k.Name == c.Kind {
			return k.Decode(c, s)
		}
		names[i] = k.Name
	}
	c.Unknown("sink", names)
	return nil, false
}
