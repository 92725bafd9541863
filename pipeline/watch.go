package pipeline

import (
	"log/slog"
	"time"
)

// Times of the watch.
const (
	quietTimeout = 10 * time.Second // without a frame before a warning
	warnInterval = time.Second      // between two log lines about a fault that repeats
)

// watch tells what is wrong with a running graph without ending it.
type watch struct {
	log *slog.Logger
	m   *Metrics

	entered uint64    // frames so far
	since   time.Time // when there was last a new one, at first when the graph began to play
	quiet   bool      // it has been said that there are none

	told    time.Time // when a warning was last logged
	warning Message   // the last one not logged
	waiting int       // warnings not logged
}

func newWatch(log *slog.Logger, m *Metrics) *watch {
	return &watch{log: log, m: m, since: time.Now()}
}

// look notices frames, and that there are none. A silent source is told of once
// each time; it may come back by itself.
func (w *watch) look(entered uint64) {
	now := time.Now()
	switch {
	case entered != w.entered:
		if w.quiet {
			w.log.Info("frames again", "after", now.Sub(w.since).Round(time.Millisecond))
		}
		w.entered, w.since, w.quiet = entered, now, false
		w.m.SourceUp(true)
	case !w.quiet && now.Sub(w.since) >= quietTimeout:
		w.quiet = true
		w.m.SourceUp(false)
		w.log.Warn("no frame from the source", "for", quietTimeout, "frames", entered)
	}
	if w.waiting > 0 && now.Sub(w.told) >= warnInterval {
		w.tell()
	}
}

// fault counts an error or warning of the source.
func (w *watch) fault(m Message) {
	if m.Class == ClassSource {
		w.m.DecodeError()
	}
	w.log.Debug("bus", "element", m.Source, "text", m.Text, "debug", m.Debug)
}

// warn logs a warning, at most one a second: the last, with how many there were.
func (w *watch) warn(m Message) {
	w.warning = m
	w.waiting++
	if time.Since(w.told) >= warnInterval {
		w.tell()
	}
}

func (w *watch) tell() {
	if w.waiting == 0 {
		return
	}
	w.log.Warn(w.warning.Text, "element", w.warning.Source, "class", w.warning.Class.String(), "times", w.waiting)
	w.told, w.waiting = time.Now(), 0
}
