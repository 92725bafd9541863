package gst

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	gogst "github.com/go-gst/go-gst/gst"

	"framewise/internal/gst/element"
	"framewise/pipeline"
)

func TestMain(m *testing.M) {
	if err := Init(nil); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// spy is a behaviour that counts, and does what a test tells it to.
type spy struct {
	starts, stops, frames atomic.Int64
	onStart               func() error
	onFrame               func(*pipeline.Frame) pipeline.Verdict
}

func (s *spy) Start() error {
	s.starts.Add(1)
	if s.onStart != nil {
		return s.onStart()
	}
	return nil
}

func (s *spy) Frame(f *pipeline.Frame) pipeline.Verdict {
	s.frames.Add(1)
	if s.onFrame != nil {
		return s.onFrame(f)
	}
	return pipeline.Forward
}

func (s *spy) Stop() { s.stops.Add(1) }

// chain is a test source of n frames, the element, and what follows it.
func chain(frames string, caps string, props []pipeline.Prop, after ...pipeline.Node) pipeline.Graph {
	nodes := []pipeline.Node{
		{Factory: "videotestsrc", Props: []pipeline.Prop{{Key: "num-buffers", Value: frames}}},
		{Caps: caps},
		{Factory: "identity", Name: EntryName},
		{Factory: "framewise", Name: ElementName, Props: props},
	}
	nodes = append(nodes, after...)
	return pipeline.Graph{Nodes: append(nodes, pipeline.Node{Factory: "fakesink", Name: "out", Props: []pipeline.Prop{{Key: "async", Value: "false"}}})}
}

const rgb = "video/x-raw,format=RGB,width=64,height=48,framerate=30/1"

func launch(t *testing.T, b element.Behaviour, g pipeline.Graph) *running {
	t.Helper()
	r, err := NewEngine(b).Launch("test", g)
	if err != nil {
		t.Fatal(err)
	}
	return r.(*running)
}

// finish waits for the end of the stream or its error, and stops it.
func finish(t *testing.T, r *running) pipeline.Message {
	t.Helper()
	var last pipeline.Message
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		m, ok := r.Next(100 * time.Millisecond)
		if ok && (m.Kind == pipeline.MessageEOS || m.Kind == pipeline.MessageError) {
			last = m
			break
		}
	}
	if err := r.Stop(10 * time.Second); err != nil {
		t.Fatal(err)
	}
	if last.Kind == pipeline.MessageOther {
		t.Fatal("neither end of stream nor error within 20 s")
	}
	return last
}

func TestFramesReachTheBehaviourInOrderAndAreCounted(t *testing.T) {
	var indices []uint64
	s := &spy{onFrame: func(f *pipeline.Frame) pipeline.Verdict {
		indices = append(indices, f.Index)
		if f.Width != 64 || f.Height != 48 || f.Format != pipeline.FormatRGB || len(f.Planes[0]) != 64*48*3 {
			t.Errorf("frame %d: %dx%d format %d, %d bytes", f.Index, f.Width, f.Height, f.Format, len(f.Planes[0]))
		}
		return pipeline.Forward
	}}
	r := launch(t, s, chain("50", rgb, nil))
	if err := r.Play(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	if m := finish(t, r); m.Kind != pipeline.MessageEOS {
		t.Fatalf("ended with %+v", m)
	}
	for i, n := range indices {
		if n != uint64(i) {
			t.Fatalf("frame %d has index %d", i, n)
		}
	}
	if c := r.Counts(); c.Entered != 50 || c.Processed != 50 || len(indices) != 50 {
		t.Errorf("counts %+v, %d frames seen, want 50", c, len(indices))
	}
	if s.starts.Load() != 1 || s.stops.Load() != 1 {
		t.Errorf("%d starts, %d stops", s.starts.Load(), s.stops.Load())
	}
}

// A row of 322 RGB pixels is padded to 968 bytes by GStreamer.
func TestOddWidthHasItsStride(t *testing.T) {
	s := &spy{onFrame: func(f *pipeline.Frame) pipeline.Verdict {
		if f.Strides[0] != 968 || len(f.Planes[0]) != 968*240+322*3 {
			t.Errorf("stride %d, %d bytes", f.Strides[0], len(f.Planes[0]))
		}
		return pipeline.Forward
	}}
	r := launch(t, s, chain("3", "video/x-raw,format=RGB,width=322,height=241", nil))
	if err := r.Play(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	if m := finish(t, r); m.Kind != pipeline.MessageEOS || s.frames.Load() != 3 {
		t.Fatalf("ended with %+v after %d frames", m, s.frames.Load())
	}
}

func TestPanicBecomesABusErrorAndTheProcessLives(t *testing.T) {
	s := &spy{onFrame: func(f *pipeline.Frame) pipeline.Verdict {
		if f.Index == 3 {
			panic("boom")
		}
		return pipeline.Forward
	}}
	r := launch(t, s, chain("50", rgb, nil))
	if err := r.Play(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	m := finish(t, r)
	if m.Kind != pipeline.MessageError || !strings.Contains(m.Text, "boom") || m.Class != pipeline.ClassInternal {
		t.Errorf("got %+v", m)
	}
	if !strings.Contains(m.Debug, "gst_test.go") {
		t.Errorf("no Go stack in the debug text: %q", m.Debug)
	}
}

func TestStartErrorIsToldByPlay(t *testing.T) {
	s := &spy{onStart: func() error { return errors.New("no ladder here") }}
	r := launch(t, s, chain("5", rgb, nil))
	err := r.Play(5 * time.Second)
	if err == nil || !strings.Contains(err.Error(), "no ladder here") {
		t.Fatalf("got %v", err)
	}
	if err := r.Stop(5 * time.Second); err != nil {
		t.Fatal(err)
	}
}

func TestUnboundElementWithoutFactoryIsAClearError(t *testing.T) {
	pipe, err := gogst.NewPipelineFromString("videotestsrc num-buffers=1 ! framewise ! fakesink")
	if err != nil {
		t.Fatal(err)
	}
	r := &running{name: "test", pipe: pipe, bus: pipe.GetPipelineBus()}
	err = r.setState(gogst.StatePlaying, 5*time.Second)
	if err == nil || !strings.Contains(err.Error(), "no behaviour is bound") {
		t.Errorf("got %v", err)
	}
	if err := r.setState(gogst.StateNull, 5*time.Second); err != nil {
		t.Fatal(err)
	}
}

func TestUnknownElementIsAnErrorOfTheGraph(t *testing.T) {
	_, err := NewEngine(&spy{}).Launch("gate", pipeline.Graph{Nodes: []pipeline.Node{{Factory: "nosuchelement"}, {Factory: "fakesink"}}})
	if err == nil || !strings.Contains(err.Error(), "gate") || !strings.Contains(err.Error(), "nosuchelement") {
		t.Errorf("got %v", err)
	}
}

func TestStuckBehaviourDoesNotBlockStop(t *testing.T) {
	release := make(chan struct{})
	s := &spy{onFrame: func(*pipeline.Frame) pipeline.Verdict { <-release; return pipeline.Forward }}
	r := launch(t, s, chain("5", rgb, nil))
	if err := r.Play(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	for s.frames.Load() == 0 {
		runtime.Gosched()
	}
	if err := r.Stop(100 * time.Millisecond); !errors.Is(err, pipeline.ErrStuck) {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(r.Dump(), "digraph") {
		t.Error("no graph in the dump")
	}
	close(release)
	if err := r.Stop(5 * time.Second); err != nil {
		t.Errorf("after the release: %v", err)
	}
}

func TestDeadlineIsAddedToThePipelinesLatency(t *testing.T) {
	latency := func(deadline string) time.Duration {
		g := chain("-1", rgb, []pipeline.Prop{{Key: "deadline", Value: deadline}})
		g.Nodes[0].Props = append(g.Nodes[0].Props, pipeline.Prop{Key: "is-live", Value: "true"})
		g.Nodes[len(g.Nodes)-1].Props = []pipeline.Prop{{Key: "sync", Value: "true"}}
		s := &spy{}
		r := launch(t, s, g)
		if err := r.Play(5 * time.Second); err != nil {
			t.Fatal(err)
		}
		for s.frames.Load() < 2 {
			runtime.Gosched()
		}
		q := gogst.NewLatencyQuery()
		if !r.pipe.Query(q) {
			t.Fatal("the pipeline answers no latency query")
		}
		live, least, _ := q.ParseLatency()
		runtime.KeepAlive(q)
		if !live {
			t.Error("the pipeline does not say that it is live")
		}
		if err := r.Stop(5 * time.Second); err != nil {
			t.Fatal(err)
		}
		return time.Duration(least)
	}
	if with, without := latency("20000000"), latency("0"); with-without != 20*time.Millisecond {
		t.Errorf("latency %v with a deadline of 20 ms, %v without", with, without)
	}
}

// The answer must still be there behind elements that copy or convert frames.
func TestAnswerTravelsOnTheBuffer(t *testing.T) {
	want := pipeline.Attachment{Set: true, LabelID: 7, Label: strings.Repeat("é", 60), Model: "small", Confidence: 0.5, Latency: 3 * time.Millisecond, InTime: true}
	s := &spy{onFrame: func(f *pipeline.Frame) pipeline.Verdict { f.Attach = want; return pipeline.Forward }}
	r := launch(t, s, chain("5", rgb, nil,
		pipeline.Node{Factory: "videoconvert"}, pipeline.Node{Factory: "videoscale"},
		pipeline.Node{Caps: "video/x-raw,format=I420,width=32,height=24"}, pipeline.Node{Factory: "identity", Name: "after"}))
	after, err := r.pipe.GetElementByName("after")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var got []pipeline.Attachment
	after.GetStaticPad("sink").AddProbe(gogst.PadProbeTypeBuffer, func(_ *gogst.Pad, info *gogst.PadProbeInfo) gogst.PadProbeReturn {
		if a, _, ok := element.AnswerOf(unsafe.Pointer(info.GetBuffer().Instance())); ok {
			mu.Lock()
			got = append(got, a)
			mu.Unlock()
		}
		return gogst.PadProbeOK
	})
	if err := r.Play(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	finish(t, r)
	want.Label = strings.Repeat("é", 47) // 95 bytes at most, no half rune
	if len(got) != 5 || got[0] != want {
		t.Errorf("%d answers, the first %+v", len(got), got)
	}
}

// A sink that throws late frames away says so upstream; the behaviour hears it.
func TestQoSReachesTheBehaviour(t *testing.T) {
	var late atomic.Int64
	s := &spy{onFrame: func(f *pipeline.Frame) pipeline.Verdict {
		if f.QoSLate {
			late.Add(1)
			return pipeline.Forward
		}
		end := time.Now().Add(50 * time.Millisecond)
		for time.Now().Before(end) {
			runtime.Gosched()
		}
		return pipeline.Forward
	}}
	g := chain("60", "video/x-raw,format=RGB,width=64,height=48,framerate=100/1", nil)
	g.Nodes[len(g.Nodes)-1].Props = []pipeline.Prop{{Key: "sync", Value: "true"}, {Key: "qos", Value: "true"}, {Key: "max-lateness", Value: "10000000"}}
	r := launch(t, s, g)
	if err := r.Play(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	finish(t, r)
	if late.Load() == 0 || s.frames.Load() != 60 {
		t.Errorf("%d of %d frames were told to be late", late.Load(), s.frames.Load())
	}
}
