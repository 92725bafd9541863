package gst

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	gogst "github.com/go-gst/go-gst/gst"

	"framewise/internal/gst/element"
	"framewise/pipeline"
)

// nop is a behaviour that costs nothing: what is left is the element itself.
type nop struct{}

func (nop) Start() error                           { return nil }
func (nop) Frame(*pipeline.Frame) pipeline.Verdict { return pipeline.Forward }
func (nop) Stop()                                  {}

// timed plays n frames through a pipeline with the middle element and returns
// the time and the Go allocations of the whole run.
func timed(b *testing.B, middle string, n int) (time.Duration, uint64) {
	b.Helper()
	pipe, err := gogst.NewPipelineFromString(fmt.Sprintf("videotestsrc pattern=black num-buffers=%d ! %s ! %s ! fakesink", n, rgb, middle))
	if err != nil {
		b.Fatal(err)
	}
	r := &running{name: "bench", pipe: pipe, bus: pipe.GetPipelineBus()}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	if err := r.setState(gogst.StatePlaying, 10*time.Second); err != nil {
		b.Fatal(err)
	}
	if m, ok := r.Next(5 * time.Minute); !ok || m.Kind != pipeline.MessageEOS {
		b.Fatalf("ended with %+v", m)
	}
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if err := r.setState(gogst.StateNull, 10*time.Second); err != nil {
		b.Fatal(err)
	}
	return took, after.Mallocs - before.Mallocs
}

// BenchmarkElement compares the element, with its call into Go and back, with
// GStreamer's own identity on the same frames, in turn, and reports the
// difference a frame. Goal: under 2 µs extra and no Go allocation.
func BenchmarkElement(b *testing.B) {
	const frames = 20000
	if err := element.Register(nil, func(element.Settings) (element.Behaviour, error) { return nop{}, nil }); err != nil {
		b.Fatal(err)
	}
	defer element.Register(nil, nil)
	var ours, identity time.Duration
	var allocs uint64
	runs := 0
	for b.Loop() {
		took, n := timed(b, "framewise", frames)
		base, baseAllocs := timed(b, "identity", frames)
		ours, identity = ours+took, identity+base
		allocs += n - min(n, baseAllocs)
		runs++
	}
	total := float64(runs * frames)
	b.ReportMetric(float64(ours.Nanoseconds())/total, "element-ns/frame")
	b.ReportMetric(float64(identity.Nanoseconds())/total, "identity-ns/frame")
	b.ReportMetric(float64((ours-identity).Nanoseconds())/total, "extra-ns/frame")
	b.ReportMetric(float64(allocs)/total, "allocs/frame")
}
