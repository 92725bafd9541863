package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"framewise/elements"
	"framewise/elements/framewise"
	"framewise/elements/sink"
	"framewise/elements/source"
	"framewise/internal/gst"
	"framewise/internal/telemetry"
	"framewise/pipeline"
)

// system is everything that runs.
type system struct {
	stop     <-chan struct{}
	server   *telemetry.Server
	networks *elements.Networks
	sinks    []*feeder
	streams  []*pipeline.Stream
	watched  []watched
}

// wire makes every part and connects it: metrics and health, networks, sinks
// with their queues, and for each stream its account, its frame path, its graph
// and its supervisor. Networks are loaded and timed; no stream, sink or server
// runs yet. stop is closed when streams are to stop:
// no answer waits for a sink then.
func wire(cfg *elements.Config, stop <-chan struct{}, log *slog.Logger) (s *system, err error) {
	s = &system{stop: stop}
	reg := telemetry.NewRegistry()
	s.server = telemetry.NewServer(cfg.HTTP, reg, s.ready)

	networks, err := cfg.Open()
	if err != nil {
		return nil, err
	}
	s.networks = networks
	defer func() {
		if err != nil {
			err = errors.Join(err, networks.Close())
		}
	}()
	for i := range cfg.Ladder.Rungs {
		log.Info("network ready", "model", cfg.Ladder.Rungs[i].Name, "provider", networks.Provider(i), "typical", networks.Typical(i))
	}
	for i := range cfg.Sinks {
		f, err := newFeeder(&cfg.Sinks[i], reg, log)
		if err != nil {
			return nil, err
		}
		s.sinks = append(s.sinks, f)
	}
	for i := range cfg.Streams {
		if err := s.addStream(cfg, &cfg.Streams[i], reg, log); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *system) addStream(cfg *elements.Config, c *elements.Stream, reg prometheus.Registerer, log *slog.Logger) error {
	metrics, err := cfg.NewMetrics(reg, c.Name, c.Deadline)
	if err != nil {
		return err
	}
	ledger := pipeline.NewLedger(metrics)
	mode := pipeline.Blocking
	if c.Source.Live() || c.Source.RealTime() {
		mode = pipeline.Leaky
	}
	path := cfg.NewPath(framewise.Settings{
		Stream: c.Name, Region: c.Region, Deadline: c.Deadline, Clock: clockOf(c.Source),
		Ledger: ledger, Deliver: s.deliver(mode),
	}, s.networks)
	tail := source.Tail(c.Source, []pipeline.Prop{
		{Key: "deadline", Value: strconv.FormatInt(c.Deadline.Nanoseconds(), 10)},
	})
	stream := pipeline.NewStream(pipeline.StreamSettings{
		Name: c.Name, Source: c.Source, Tail: tail, Engine: gst.NewEngine(path), Ledger: ledger, Log: log.With("stream", c.Name),
	})
	s.streams = append(s.streams, stream)
	s.watched = append(s.watched, watched{name: c.Name, deadline: c.Deadline, summary: ledger.Summary, state: stream.State, balance: ledger.Balance, lastError: path.LastError})
	return nil
}

// clockOf says from when a source's frames are timed.
func clockOf(s pipeline.Source) pipeline.Clock {
	switch {
	case s.RealTime():
		return pipeline.ClockPresentation
	case s.Live():
		return pipeline.ClockArrival
	default:
		return pipeline.ClockDecoded
	}
}

// deliver hands a record to every sink. It is called on streaming threads.
func (s *system) deliver(mode pipeline.Mode) func(*pipeline.Record) {
	return func(r *pipeline.Record) {
		for _, k := range s.sinks {
			k.queue.Put(s.stop, r, mode)
		}
	}
}

// ready is red until each stream has delivered an answer, and when one has failed.
func (s *system) ready() (bool, string) {
	for _, w := range s.watched {
		if state := w.state(); state == pipeline.StateFailed {
			return false, fmt.Sprintf("stream %s has failed", w.name)
		}
		if w.summary().Delivered == 0 {
			return false, fmt.Sprintf("stream %s has not delivered an answer yet", w.name)
		}
	}
	return true, fmt.Sprintf("%d streams deliver", len(s.watched))
}

// feeder runs one sink on its queue.
type feeder struct {
	name  string
	queue *pipeline.Queue
	sink  pipeline.Sink
}

// queueSize is how many answers may wait for a sink: some seconds of a few
// cameras, at 600 bytes each.
const queueSize = 1024

func newFeeder(k *elements.Sink, reg prometheus.Registerer, log *slog.Logger) (*feeder, error) {
	queue, metrics, err := pipeline.NewSinkQueue(reg, k.Name, queueSize)
	if err != nil {
		return nil, err
	}
	made := k.Make(sink.Settings{Stdout: os.Stdout, Log: log.With("sink", k.Name), Metrics: metrics})
	return &feeder{name: k.Name, queue: queue, sink: made}, nil
}

// feed runs the sink until its queue is closed and empty. Its context is never
// done: what is in the queue at the end still leaves.
func (f *feeder) feed(log *slog.Logger) error {
	err := f.queue.Feed(context.Background(), f.sink)
	if err != nil {
		log.Error("sink failed", "sink", f.name, "error", err)
		return fmt.Errorf("sink %s: %w", f.name, err)
	}
	return nil
}
