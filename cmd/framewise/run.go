package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"framewise/elements"
	"framewise/internal/gst"
	"framewise/pipeline"
)

type runCmd struct {
	Config string `arg:"" help:"Configuration file."`
}

// Run runs all streams until they have ended or the process is told to stop.
// A stream that fails takes no other with it; the exit status tells of it.
func (c *runCmd) Run(ctx context.Context, a *app) error {
	cfg, err := elements.Load(c.Config)
	if err != nil {
		return err
	}
	if err := gst.Init(nil); err != nil {
		return err
	}
	s, err := wire(cfg, ctx.Done(), a.log)
	if err != nil {
		return err
	}
	err = s.run(ctx, a)
	if errors.Is(err, pipeline.ErrStuck) {
		return err // its threads may still be in a network
	}
	err = errors.Join(err, s.networks.Close())
	if os.Getenv("GST_TRACERS") != "" {
		s.streams = nil
		gst.Deinit()
	}
	return err
}

// run starts sinks before streams and stops them after, so that every answer
// finds its way out.
func (s *system) run(ctx context.Context, a *app) error {
	if err := s.server.Listen(); err != nil {
		return pipeline.Errorf(pipeline.ClassConfig, "%w", err)
	}
	serving, stopServing := context.WithCancel(context.Background())
	defer stopServing()
	var around sync.WaitGroup
	around.Go(func() {
		if err := s.server.Run(serving); err != nil {
			a.log.Error("http", "error", err)
		}
	})
	around.Go(func() { show(serving, a, s.watched) })
	if addr := s.server.Addr(); addr != "" {
		a.log.Info("serving", "metrics", "http://"+addr+"/metrics", "ready", "http://"+addr+"/readyz")
	}

	drained := s.feed(a.log)
	streams := make([]error, len(s.streams))
	var running sync.WaitGroup
	for i, stream := range s.streams {
		running.Go(func() {
			if streams[i] = stream.Run(ctx); streams[i] != nil {
				a.log.Error("stream failed", "stream", stream.Name, "class", pipeline.ClassOf(streams[i]).String(), "error", streams[i])
			}
		})
	}
	running.Wait()
	sinkErr := drained()
	stopServing()
	around.Wait()
	report(a.err, s.watched)
	for _, w := range s.watched {
		streams = append(streams, w.balance())
	}
	return errors.Join(append(streams, sinkErr)...)
}

// drainTimeout is how long sinks may take over what is queued when the streams
// have ended.
const drainTimeout = 5 * time.Second

// feed starts every sink. The function it returns says that no more answers
// come, and waits until the sinks have sent what they have.
func (s *system) feed(log *slog.Logger) (drained func() error) {
	ended := make(chan error, len(s.sinks))
	for _, k := range s.sinks {
		go func() { ended <- k.feed(log) }()
	}
	return func() error {
		for _, k := range s.sinks {
			k.queue.Close()
		}
		late := time.NewTimer(drainTimeout)
		defer late.Stop()
		var all []error
		for range s.sinks {
			select {
			case err := <-ended:
				all = append(all, err)
			case <-late.C:
				return errors.Join(append(all, pipeline.Errorf(pipeline.ClassSink, "a sink did not take what was queued within %v: answers are lost", drainTimeout))...)
			}
		}
		return errors.Join(all...)
	}
}
