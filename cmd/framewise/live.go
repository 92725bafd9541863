package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"framewise/pipeline"
)

// watched is a stream as the live display sees it.
type watched struct {
	name      string
	deadline  time.Duration // 0 = none
	summary   func() pipeline.Summary
	state     func() pipeline.State
	balance   func() error
	lastError func() error
}

// How often the display is drawn on a terminal, and logged elsewhere.
const (
	drawInterval = 500 * time.Millisecond
	drawWindow   = 6 // draws that the figures are over: 3 s
	logInterval  = 10 * time.Second
)

// show tells how the streams are doing until ctx is done: one line a stream,
// drawn over itself on a terminal, a log record every ten seconds elsewhere.
func show(ctx context.Context, a *app, streams []watched) {
	interval, window := logInterval, 1
	if a.terminal {
		interval, window = drawInterval, drawWindow
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	past := make([][]sample, len(streams))
	for i := range streams {
		past[i] = []sample{{at: time.Now(), Summary: streams[i].summary()}}
	}
	drawn := false
	told := make([]error, len(streams))
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if a.terminal && drawn {
				fmt.Fprintf(a.err, "\x1b[%dA", len(streams))
			}
			for i, s := range streams {
				latest := sample{at: now, Summary: s.summary()}
				f := figuresOf(past[i][0], latest, s.deadline)
				past[i] = append(past[i], latest)
				if len(past[i]) > window {
					past[i] = past[i][1:]
				}
				if a.terminal {
					fmt.Fprintf(a.err, "\r\x1b[2K%-10s %-8s %s\n", s.name, s.state(), f.line())
				}
				if err := s.lastError(); err != nil && !errors.Is(told[i], err) {
					told[i] = err
					a.log.Warn("frame path", "stream", s.name, "error", err)
				}
				if !a.terminal {
					a.log.LogAttrs(ctx, slog.LevelInfo, "frames", append([]slog.Attr{slog.String("stream", s.name)}, f.attrs()...)...)
				}
			}
			drawn = true
		}
	}
}

type sample struct {
	at time.Time
	pipeline.Summary
}

// figures are what happened between two samples.
type figures struct {
	rate               float64 // delivered frames a second
	inTime             float64 // of delivered, 0..1; 1 where there are none
	delivered, dropped uint64
	shares             []pipeline.Count // delivered frames by rung, then reused
	p99, deadline      time.Duration
}

func figuresOf(from, to sample, deadline time.Duration) figures {
	f := figures{inTime: 1, deadline: deadline, delivered: to.Delivered - from.Delivered}
	f.rate = float64(f.delivered) / max(to.at.Sub(from.at).Seconds(), 1e-9)
	if f.delivered > 0 {
		f.inTime = float64(to.InTime-from.InTime) / float64(f.delivered)
	}
	for i := range to.Dropped {
		f.dropped += to.Dropped[i].N - from.Dropped[i].N
	}
	for i := range to.Rungs {
		f.shares = append(f.shares, pipeline.Count{Name: to.Rungs[i].Name, N: to.Rungs[i].N - from.Rungs[i].N})
	}
	f.shares = append(f.shares, pipeline.Count{Name: "reused", N: to.Reused - from.Reused})
	recent := to.Latency.Since(&from.Latency)
	f.p99 = recent.Quantile(0.99)
	return f
}

// line is the figures for a person.
func (f figures) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%6.1f frames/s  in time %5.1f %%  p99 %s", f.rate, 100*f.inTime, milliseconds(f.p99))
	if f.deadline > 0 {
		fmt.Fprintf(&b, " of %s", milliseconds(f.deadline))
	}
	if f.dropped > 0 {
		fmt.Fprintf(&b, "  dropped %d", f.dropped)
	}
	for _, s := range f.shares {
		if s.N > 0 {
			fmt.Fprintf(&b, "  %s %.0f %%", s.Name, 100*float64(s.N)/float64(max(f.delivered, 1)))
		}
	}
	return b.String()
}

// attrs are the figures for a log.
func (f figures) attrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.Float64("frames_per_second", round(f.rate)), slog.Float64("in_time", round(f.inTime)),
		slog.Uint64("delivered", f.delivered), slog.Uint64("dropped", f.dropped),
		slog.Duration("p99", f.p99), slog.Duration("deadline", f.deadline),
	}
	var shares []any
	for _, s := range f.shares {
		if s.N > 0 {
			shares = append(shares, slog.Uint64(s.Name, s.N))
		}
	}
	return append(attrs, slog.Group("answers", shares...))
}

func round(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// report prints how each stream ended: every frame that came in is in one column.
func report(w io.Writer, streams []watched) {
	for _, s := range streams {
		sum := s.summary()
		fmt.Fprintf(w, "%s: %d frames in = %d delivered + %d dropped + %d failed", s.name, sum.Received, sum.Delivered, total(sum.Dropped), sum.Failed)
		if s.deadline > 0 {
			fmt.Fprintf(w, "; %d in time (%s)", sum.InTime, milliseconds(s.deadline))
		}
		fmt.Fprintf(w, "; latency p50 %s, p95 %s, p99 %s\n", milliseconds(sum.Latency.Quantile(0.5)),
			milliseconds(sum.Latency.Quantile(0.95)), milliseconds(sum.Latency.Quantile(0.99)))
		list(w, "answers by", append(sum.Rungs, pipeline.Count{Name: "reused", N: sum.Reused}))
		list(w, "dropped:", sum.Dropped)
		list(w, "late by:", sum.Misses)
		if err := s.lastError(); err != nil {
			fmt.Fprintf(w, "  last error: %v\n", err)
		}
	}
}

// list prints the counts that are not zero on a line.
func list(w io.Writer, title string, counts []pipeline.Count) {
	if total(counts) == 0 {
		return
	}
	fmt.Fprintf(w, "  %s", title)
	for _, c := range counts {
		if c.N > 0 {
			fmt.Fprintf(w, " %s %d", c.Name, c.N)
		}
	}
	fmt.Fprintln(w)
}

func total(counts []pipeline.Count) (n uint64) {
	for _, c := range counts {
		n += c.N
	}
	return n
}
