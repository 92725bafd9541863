// Package source holds the kinds of sources a stream may have, one file a kind,
// and the part of the graph that follows every source: Tail.
//
// Read first: Decode (a source from its YAML), Kinds (the catalogue) and Tail.
// A source is data: it names GStreamer elements and never touches them, so the
// package must not know the GStreamer binding. Nothing does I/O before Prepare.
package source

import (
	"path/filepath"

	"framewise/internal/config"
	"framewise/pipeline"
)

// Settings are what the host gives a source.
type Settings struct {
	Dir string // where relative paths start: the config file's folder
}

func (s Settings) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(s.Dir, p)
}

// Kind is one kind of source.
type Kind struct {
	Name   string
	Config any // pointer to the kind's options at their defaults, for its page
	// Decode makes a source of the options. False means that it has added what
	// is wrong with them to their document.
	Decode func(config.Choice, Settings) (pipeline.Source, bool)
}

// Decode makes the source that a choice asks for. False means that it has added
// what is wrong to the choice's document.
func Decode(c config.Choice, s Settings) (pipeline.Source, bool) {
	kinds := Kinds()
	names := make([]string, len(kinds))
	for i, k := range kinds {
		if k.Name == c.Kind {
			return k.Decode(c, s)
		}
		names[i] = k.Name
	}
	c.Unknown("source", names)
	return nil, false
}

// props makes a list of properties of keys and values in turn.
func props(keysAndValues ...string) []pipeline.Prop {
	out := make([]pipeline.Prop, 0, len(keysAndValues)/2)
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		out = append(out, pipeline.Prop{Key: keysAndValues[i], Value: keysAndValues[i+1]})
	}
	return out
}
