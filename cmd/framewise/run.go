package main

import (
	"context"
	"errors"
	"os"
	"sync"

	"golang.org/x/sync/errgroup"

	"framewise/elements"
	"framewise/internal/gst"
	"framewise/pipeline"
)

type runCmd struct {
	Config string `arg:"" help:"Configuration file."`
}

// Run runs all streams until they have ended or the process is told to stop.
// A stream that fails takes no other with it; the exit status tells of it.
func (c *runCmd) Run(a *app) error {
	cfg, err := elements.Load(c.Config)
	if err != nil {
		return err
	}
	if err := gst.Init(elements.FromProperties); err != nil {
		return err
	}
	s, err := wire(cfg, a.log)
	if err != nil {
		return err
	}
	err = errors.Join(s.run(a), s.networks.Close())
	if os.Getenv("GST_TRACERS") != "" {
		s.streams = nil
		gst.Deinit()
	}
	return err
}

// run starts sinks before streams and stops them after, so that every answer
// finds its way out.
func (s *system) run(a *app) error {
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

	var sinks errgroup.Group
	for _, k := range s.sinks {
		sinks.Go(func() error { return k.feed(a.log) })
	}
	streams := make([]error, len(s.streams))
	var running sync.WaitGroup
	for i, stream := range s.streams {
		running.Go(func() {
			if streams[i] = stream.Run(a.ctx); streams[i] != nil {
				a.log.Error("stream failed", "stream", stream.Name, "class", pipeline.ClassOf(streams[i]).String(), "error", streams[i])
			}
		})
	}
	running.Wait()
	for _, k := range s.sinks {
		k.queue.Close()
	}
	sinkErr := sinks.Wait()
	stopServing()
	around.Wait()
	report(a.err, s.watched)
	for _, w := range s.watched {
		streams = append(streams, w.balance())
	}
	return errors.Join(append(streams, sinkErr)...)
}
