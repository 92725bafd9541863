package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// fakeSource is a source without I/O.
type fakeSource struct {
	loop     bool
	live     bool
	prepare  error
	cleanups int
}

func (f *fakeSource) Prepare(context.Context) (func(), error) {
	if f.prepare != nil {
		return nil, f.prepare
	}
	return func() { f.cleanups++ }, nil
}
func (f *fakeSource) Graph() []Node  { return []Node{{Factory: "fakesrc"}} }
func (f *fakeSource) Live() bool     { return f.live }
func (f *fakeSource) RealTime() bool { return false }
func (f *fakeSource) Loop() bool     { return f.loop }

// fakeEngine launches itself: a graph that follows a script.
type fakeEngine struct {
	launch, play, stop, again error
	frames                    time.Duration // one comes in this often; 0: none
	script                    func(f *fakeEngine)

	messages chan Message
	started  time.Time
	loops    int
	stopped  bool
	graph    Graph
}

func (f *fakeEngine) Launch(_ string, g Graph) (Running, error) {
	f.messages, f.graph = make(chan Message, 100), g
	return f, f.launch
}

func (f *fakeEngine) Play(time.Duration) error {
	f.started = time.Now()
	if f.script != nil {
		go f.script(f)
	}
	return f.play
}

func (f *fakeEngine) Next(timeout time.Duration) (Message, bool) {
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case m := <-f.messages:
		return m, true
	case <-t.C:
		return Message{}, false
	}
}

func (f *fakeEngine) Loop() error { f.loops++; return f.again }

func (f *fakeEngine) Stop(time.Duration) error { f.stopped = true; return f.stop }

func (f *fakeEngine) Counts() Counts {
	if f.frames == 0 || f.started.IsZero() {
		return Counts{}
	}
	n := uint64(time.Since(f.started) / f.frames)
	return Counts{Entered: n, Processed: n}
}

func (f *fakeEngine) Dump() string { return "digraph {}" }

// after is a script: the message comes after that time.
func after(d time.Duration, m Message) func(*fakeEngine) {
	return func(f *fakeEngine) {
		<-time.After(d) // virtual time
		f.messages <- m
	}
}

// outcome is what a stream did.
type outcome struct {
	err     error
	state   State
	log     string
	ledger  *Ledger
	elapsed time.Duration
}

// play runs a stream on fakes, in virtual time, stopping it after the limit.
func play(t *testing.T, limit time.Duration, s *fakeSource, e *fakeEngine) (o outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o.ledger, _ = newTestLedger(t, 0)
		var log bytes.Buffer
		stream := NewStream(StreamSettings{Name: "gate", Source: s, Engine: e, Ledger: o.ledger,
			Log: slog.New(slog.NewTextHandler(&log, nil))})
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		start := time.Now()
		o.err = stream.Run(ctx)
		o.elapsed, o.state, o.log = time.Since(start), stream.State(), log.String()
		if again := stream.Run(ctx); again == nil {
			t.Error("the stream ran twice")
		}
	})
	if s.prepare == nil && s.cleanups != 1 {
		t.Errorf("the source was cleaned up %d times", s.cleanups)
	}
	if err := o.ledger.Balance(); err != nil {
		t.Error(err)
	}
	return o
}

func TestStreamEnds(t *testing.T) {
	sourceError := Message{Kind: MessageError, Source: "decode", Text: "not a video", Class: ClassSource}
	stuck := fmt.Errorf("set to NULL: %w", ErrStuck)
	for name, c := range map[string]struct {
		source fakeSource
		engine fakeEngine
		state  State
		class  ErrorClass
		err    string // pattern; "" for none
		after  time.Duration
	}{
		"end of the source": {
			engine: fakeEngine{frames: 40 * time.Millisecond, script: after(time.Second, Message{Kind: MessageEOS})},
			state:  StateStopped, after: time.Second},
		"stopped": {
			engine: fakeEngine{frames: 40 * time.Millisecond},
			state:  StateStopped, after: time.Minute},
		"error on the bus": {
			engine: fakeEngine{script: after(time.Second, sourceError)},
			state:  StateFailed, class: ClassSource, err: `^stream "gate": decode: not a video$`, after: time.Second},
		"no file": {
			source: fakeSource{prepare: Errorf(ClassSource, "open a.mp4: no such file")},
			state:  StateFailed, class: ClassSource, err: `open a.mp4`},
		"cannot build": {
			engine: fakeEngine{launch: errors.New(`no element "framewise"`)},
			state:  StateFailed, class: ClassInternal, err: `no element`},
		"cannot start": {
			engine: fakeEngine{play: sourceError.Err()},
			state:  StateFailed, class: ClassSource, err: `not a video`},
		"stuck at start": {
			engine: fakeEngine{play: stuck},
			state:  StateFailed, err: `the graph is stuck \(its graph is in .*\.dot\)$`},
		"stuck at stop": {
			engine: fakeEngine{frames: time.Second, stop: stuck},
			state:  StateFailed, err: `the graph is stuck \(its graph is in .*\.dot\)$`, after: time.Minute},
		"no frame at all": {
			engine: fakeEngine{script: after(time.Second, Message{Kind: MessageEOS})},
			state:  StateFailed, class: ClassSource, err: `ended without a frame`, after: time.Second},
		// A corrupt MP4 on a loaded machine: decodebin lost the demuxer's error, and
		// the stream waited for ever without a frame, an error or an end.
		"a file that stays silent": {
			state: StateFailed, class: ClassSource, err: `no frame within 10s`, after: quietTimeout},
		"a loop of nothing": {
			source: fakeSource{loop: true},
			engine: fakeEngine{script: after(time.Second, Message{Kind: MessageSegmentDone})},
			state:  StateFailed, class: ClassSource, err: `ended without a frame`, after: time.Second},
		"cannot loop": {
			source: fakeSource{loop: true},
			engine: fakeEngine{frames: time.Millisecond, again: Errorf(ClassSource, "cannot be sought"),
				script: after(time.Second, Message{Kind: MessageSegmentDone})},
			state: StateFailed, class: ClassSource, err: `cannot be sought`, after: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			o := play(t, time.Minute, &c.source, &c.engine)
			if o.state != c.state {
				t.Errorf("state %s, want %s", o.state, c.state)
			}
			if (c.err == "") != (o.err == nil) || o.err != nil && !regexp.MustCompile(c.err).MatchString(o.err.Error()) {
				t.Errorf("error %v, want %q", o.err, c.err)
			}
			if got := ClassOf(o.err); o.err != nil && got != c.class {
				t.Errorf("class %s, want %s", got, c.class)
			}
			if o.elapsed < c.after || o.elapsed > c.after+pollInterval {
				t.Errorf("ended after %v, want %v", o.elapsed, c.after)
			}
			if built := c.source.prepare == nil && c.engine.launch == nil; c.engine.stopped != built {
				t.Errorf("stopped: %v", !built)
			}
		})
	}
}

func TestStuckGraphIsDumped(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	o := play(t, time.Second, &fakeSource{}, &fakeEngine{frames: time.Second, stop: ErrStuck})
	if !errors.Is(o.err, ErrStuck) {
		t.Fatal(o.err)
	}
	file := regexp.MustCompile(`in (.*\.dot)`).FindStringSubmatch(o.err.Error())[1]
	if text, err := os.ReadFile(file); err != nil || string(text) != "digraph {}" {
		t.Errorf("%s: %q, %v", file, text, err)
	}
}

func TestStreamLoops(t *testing.T) {
	e := &fakeEngine{frames: 40 * time.Millisecond, script: func(f *fakeEngine) {
		for range 3 {
			after(time.Second, Message{Kind: MessageSegmentDone})(f)
		}
	}}
	o := play(t, 10*time.Second, &fakeSource{loop: true}, e)
	if o.err != nil || e.loops != 3 || !e.graph.Loop {
		t.Errorf("%d loops, graph %+v, error %v", e.loops, e.graph, o.err)
	}
}

func TestSilentSourceIsToldOfOnce(t *testing.T) {
	o := play(t, time.Minute, &fakeSource{live: true}, &fakeEngine{})
	if n := strings.Count(o.log, "no frame from the source"); n != 1 {
		t.Errorf("told %d times:\n%s", n, o.log)
	}
	// A frame each 25 s: silent, back, silent, back, silent.
	o = play(t, time.Minute, &fakeSource{live: true}, &fakeEngine{frames: 25 * time.Second})
	if n, back := strings.Count(o.log, "no frame from the source"), strings.Count(o.log, "frames again"); n != 3 || back != 2 {
		t.Errorf("told of silence %d times and of frames %d times:\n%s", n, back, o.log)
	}
}

func TestRepeatedWarningIsToldOnceASecond(t *testing.T) {
	o := play(t, 3500*time.Millisecond, &fakeSource{}, &fakeEngine{script: func(f *fakeEngine) {
		for range 30 {
			after(100*time.Millisecond, Message{Kind: MessageWarning, Source: "decode", Text: "broken picture", Class: ClassSource})(f)
		}
	}})
	told := regexp.MustCompile(`msg="broken picture".* times=(\d+)`).FindAllStringSubmatch(o.log, -1)
	sum := 0
	for _, m := range told {
		var n int
		if _, err := fmt.Sscan(m[1], &n); err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if len(told) < 3 || len(told) > 5 || sum != 30 {
		t.Errorf("%d lines about %d warnings:\n%s", len(told), sum, o.log)
	}
}

func TestFramesOnTheirWayAreStopped(t *testing.T) {
	// Between two polls, so that the end is noticed at 1.1 s.
	o := play(t, 1050*time.Millisecond, &fakeSource{}, &fakeEngine{frames: 100 * time.Millisecond})
	s := o.ledger.Summary()
	if s.Received != 11 || s.Dropped[DropStopped].N != 11 {
		t.Errorf("%+v", s.Dropped)
	}
}

func TestStateOnlyMovesForward(t *testing.T) {
	var l life
	for _, step := range []struct {
		to   State
		want bool
	}{{StateStarting, true}, {StateStarting, false}, {StateDraining, true}, {StateRunning, false}, {StateFailed, true}, {StateStopped, false}} {
		if got := l.to(step.to); got != step.want {
			t.Errorf("to %s: %v, want %v", step.to, got, step.want)
		}
	}
	if l.now() != StateFailed {
		t.Errorf("ended %s", l.now())
	}
}

func TestErrorClass(t *testing.T) {
	err := fmt.Errorf("stream: %w", Errorf(ClassSink, "disk: %w", os.ErrPermission))
	if ClassOf(err) != ClassSink || !errors.Is(err, os.ErrPermission) || ClassOf(os.ErrPermission) != ClassInternal {
		t.Error(err)
	}
	for _, c := range []ErrorClass{ClassInternal, ClassConfig, ClassSource, ClassSink} {
		if c.String() == "" {
			t.Errorf("class %d has no name", c)
		}
	}
}
