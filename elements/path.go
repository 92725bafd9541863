package elements

import (
	"errors"
	"time"

	"framewise/elements/framewise"
	"framewise/models/ort"
	"framewise/pipeline"
	"framewise/selector/latency"
)

// Networks are a ladder, loaded and timed: what all streams share.
type Networks struct {
	*ort.Set
	runtime *ort.Runtime
	times   [][]time.Duration // by rung, measured at start: the seed of latency estimates
}

// warmRuns is how often each rung runs before the first frame. The seed of a
// p99 wants more than a handful, the user wants frames.
const warmRuns = 15

// Open loads ONNX Runtime and every rung of the configuration's ladder, and runs
// each in mixed order, so that the first frame finds warm networks and known times.
func (c *Config) Open() (*Networks, error) {
	library, origin, err := ort.FindLibrary(c.Models.Library)
	if err != nil {
		return nil, pipeline.Errorf(pipeline.ClassConfig, "%w", err)
	}
	rt, err := ort.Open(library)
	if err != nil {
		return nil, pipeline.Errorf(pipeline.ClassConfig, "ONNX Runtime from %s: %w", origin, err)
	}
	set, err := rt.Load(c.Ladder, ort.Options{Providers: c.Models.Providers(), Threads: c.Models.Threads, Instances: c.Models.Instances})
	if err != nil {
		return nil, errors.Join(pipeline.Errorf(pipeline.ClassConfig, "%w", err), rt.Close())
	}
	return &Networks{Set: set, runtime: rt, times: set.Warm(warmRuns)}, nil
}

// Typical is a rung's median time at start.
func (n *Networks) Typical(rung int) time.Duration {
	e := latency.New(len(n.times), 0.5, n.times)
	bounds := make([]time.Duration, len(n.times))
	e.Bounds(bounds, time.Now())
	return bounds[rung]
}

// Close frees the sessions, after the runs that are under way.
func (n *Networks) Close() error { return errors.Join(n.Set.Close(), n.runtime.Close()) }

// NewPath makes the frame path of a stream, which is the behaviour of its
// framewise element. deliver is called on the streaming thread.
func (c *Config) NewPath(s framewise.Settings, n *Networks) *framewise.Path {
	s.Ladder, s.Runner, s.Policy = c.Ladder, n.Runner(), c.Policy()
	s.Cut = c.Selector.Anytime
	s.Latency = latency.New(len(c.Ladder.Rungs), c.Selector.Latency.Quantile, n.times)
	return framewise.New(s)
}
