package gst

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"time"

	"framewise/pipeline"
)

// resident is the process's resident memory in bytes and its open descriptors.
func resident(t *testing.T) (rss int64, fds int) {
	t.Helper()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("no /proc here: ", err)
	}
	pages, err := strconv.ParseInt(string(bytes.Fields(statm)[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize()), len(entries)
}

// Pipelines come and go for months: 300 starts and stops, some in the middle of
// the stream, under a collector that runs all the time, must neither crash nor
// grow. Finalizers of the binding's objects once ran while C still used them.
func TestStartStopCyclesUnderGCStress(t *testing.T) {
	cycles := 300
	if testing.Short() {
		cycles = 30
	}
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				runtime.GC()
			}
		}
	}()
	defer func() { close(stop); <-done }()

	cycle := func(i int) {
		s := &spy{}
		g := chain("-1", rgb, nil)
		r := launch(t, s, g)
		if err := r.Play(5 * time.Second); err != nil {
			t.Fatal(err)
		}
		for want := int64(i % 5); s.frames.Load() < want; {
			runtime.Gosched()
		}
		if err := r.Stop(5 * time.Second); err != nil {
			t.Fatal(err)
		}
		if s.starts.Load() != s.stops.Load() {
			t.Fatalf("cycle %d: %d starts, %d stops", i, s.starts.Load(), s.stops.Load())
		}
	}
	for i := range cycles / 3 {
		cycle(i)
	}
	runtime.GC()
	rss, fds := resident(t)
	for i := range cycles - cycles/3 {
		cycle(i)
	}
	runtime.GC()
	rssAfter, fdsAfter := resident(t)
	t.Logf("%d cycles: resident %d -> %d KiB, descriptors %d -> %d", cycles-cycles/3, rss>>10, rssAfter>>10, fds, fdsAfter)
	if grown := rssAfter - rss; grown > 8<<20 {
		t.Errorf("resident memory grew by %d KiB over %d cycles", grown>>10, cycles-cycles/3)
	}
	if fdsAfter > fds+8 {
		t.Errorf("open descriptors grew from %d to %d", fds, fdsAfter)
	}
}

// A looped source goes on without a gap in frame numbers.
func TestFrameIndexGoesOnAfterAStop(t *testing.T) {
	s := &spy{}
	r := launch(t, s, chain("10", rgb, nil))
	if err := r.Play(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	finish(t, r)
	if c := r.Counts(); c != (pipeline.Counts{Entered: 10, Processed: 10}) {
		t.Errorf("counts after the stop: %+v", c)
	}
}
