package gst

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
	"unsafe"

	gogst "github.com/go-gst/go-gst/gst"

	"framewise/internal/gst/element"
	"framewise/pipeline"
)

// Names that a graph gives to the two elements this package looks up.
const (
	ElementName = "framewise" // the framewise element; the engine's behaviour is bound to it
	EntryName   = "entry"     // the element whose sink pad counts and stamps decoded frames
)

// Engine launches the graphs of one stream. It implements pipeline.Engine.
type Engine struct{ behaviour element.Behaviour }

// NewEngine returns an engine that binds b to the framewise element of each
// graph it launches.
func NewEngine(b element.Behaviour) *Engine { return &Engine{behaviour: b} }

var _ pipeline.Engine = (*Engine)(nil)

// Launch builds the graph in state NULL.
func (e *Engine) Launch(name string, g pipeline.Graph) (pipeline.Running, error) {
	pipe, err := gogst.NewPipelineFromString(g.Launch())
	if err != nil {
		return nil, fmt.Errorf("build the graph of stream %q: %w", name, err)
	}
	r := &running{name: name, pipe: pipe, bus: pipe.GetPipelineBus(), looped: g.Loop}
	framewise, err := pipe.GetElementByName(ElementName)
	if err != nil {
		return nil, fmt.Errorf("build the graph of stream %q: it has no element named %q", name, ElementName)
	}
	entry, err := pipe.GetElementByName(EntryName)
	if err != nil {
		return nil, fmt.Errorf("build the graph of stream %q: it has no element named %q", name, EntryName)
	}
	r.element = unsafe.Pointer(framewise.Instance())
	element.Bind(r.element, e.behaviour)
	if r.entry, err = element.NewEntry(unsafe.Pointer(entry.Instance())); err != nil {
		return nil, fmt.Errorf("build the graph of stream %q: %w", name, err)
	}
	runtime.KeepAlive(framewise)
	runtime.KeepAlive(entry)
	return r, nil
}

// running is one pipeline. Its methods are called by the stream's supervisor,
// one at a time; Counts and Dump by any goroutine at any time.
type running struct {
	name   string
	looped bool
	bus    *gogst.Bus

	mu      sync.Mutex // guards what follows against Stop; never taken on a streaming thread
	pipe    *gogst.Pipeline
	element unsafe.Pointer // the framewise element, alive while pipe is
	entry   *element.Entry
	counts  pipeline.Counts // kept after Stop
}

// within runs a call that may block for ever and waits for it that long. The
// goroutine is left behind when the call is stuck: only leaving the process
// frees its thread.
func within(timeout time.Duration, call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case err := <-done:
		return err
	case <-t.C:
		return pipeline.ErrStuck
	}
}

func (r *running) setState(s gogst.State, timeout time.Duration) error {
	pipe := r.pipe // a call that is left behind keeps its own
	err := within(timeout, func() error {
		err := pipe.SetState(s)
		runtime.KeepAlive(pipe)
		return err
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pipeline.ErrStuck):
		return fmt.Errorf("set stream %q to %s within %v: %w", r.name, s, timeout, err)
	}
	// The binding's error says only that it failed: the reason is on the bus.
	if m, ok := r.next(0, gogst.MessageError); ok {
		return m.Err()
	}
	return fmt.Errorf("set stream %q to %s: %w", r.name, s, err)
}

// Play brings the pipeline to PLAYING. A pipeline that takes its time to
// preroll has not failed: what goes wrong later is a message.
func (r *running) Play(timeout time.Duration) error {
	if r.looped {
		return r.playLooped(timeout)
	}
	return r.setState(gogst.StatePlaying, timeout)
}

// playLooped asks for a segment seek before anything counts, so that the end of
// the source is a message instead of the end of the stream.
func (r *running) playLooped(timeout time.Duration) error {
	deadline := time.Now().Add(timeout)
	r.entry.Arm(false)
	if err := r.setState(gogst.StatePaused, timeout); err != nil {
		return err
	}
	// Nothing can be sought before the decoder is up, and the state does not tell:
	// without a sink that prerolls, and with a paced entry, the graph is PAUSED
	// before the file has been looked into.
	for !r.entry.Ready() {
		if m, ok := r.next(10*time.Millisecond, gogst.MessageError); ok {
			return m.Err()
		}
		if time.Now().After(deadline) {
			return pipeline.Errorf(pipeline.ClassSource, "loop stream %q: no frame within %v", r.name, timeout)
		}
	}
	if err := r.seek(gogst.SeekFlagFlush|gogst.SeekFlagSegment, "its source cannot be sought; remove loop: true"); err != nil {
		return err
	}
	r.entry.Arm(true)
	return r.setState(gogst.StatePlaying, max(time.Until(deadline), time.Second))
}

// Loop sends the source back to its start without a gap: running time goes on.
func (r *running) Loop() error {
	return r.seek(gogst.SeekFlagSegment, "the seek to the start was refused")
}

// seekTimeout bounds a seek: it waits for the source's thread, which may itself
// wait for a frame to be answered.
const seekTimeout = 10 * time.Second

// seek goes to the start. refused is the error where the source cannot.
func (r *running) seek(flags gogst.SeekFlags, refused string) error {
	pipe, errRefused := r.pipe, errors.New(refused)
	err := within(seekTimeout, func() error {
		defer runtime.KeepAlive(pipe)
		if !pipe.SeekSimple(0, gogst.FormatTime, flags) {
			return errRefused
		}
		return nil
	})
	switch {
	case errors.Is(err, errRefused):
		return pipeline.Errorf(pipeline.ClassSource, "loop stream %q: %w", r.name, err)
	case err != nil:
		return fmt.Errorf("loop stream %q: seek within %v: %w", r.name, seekTimeout, err)
	}
	return nil
}

// Next waits for the next bus message that means something.
func (r *running) Next(timeout time.Duration) (pipeline.Message, bool) {
	return r.next(timeout, watched)
}

func (r *running) next(timeout time.Duration, types gogst.MessageType) (pipeline.Message, bool) {
	m := r.bus.TimedPopFiltered(gogst.ClockTime(timeout), types)
	if m == nil {
		return pipeline.Message{}, false
	}
	return translate(m), true
}

// Stop brings the pipeline to NULL and lets go of it.
func (r *running) Stop(timeout time.Duration) error {
	if r.pipe == nil {
		return nil
	}
	if err := r.setState(gogst.StateNull, timeout); err != nil {
		return err
	}
	r.mu.Lock()
	r.counts = r.read()
	r.entry.Release()
	r.entry, r.element, r.bus, r.pipe = nil, nil, nil, nil
	r.mu.Unlock()
	// The binding frees a pipeline, and its two file descriptors, by finalizer:
	// the collection finds them, so that restarts do not add up.
	runtime.GC()
	return nil
}

// read asks the living pipeline for its counts. mu is held.
func (r *running) read() pipeline.Counts {
	return pipeline.Counts{
		Entered:   r.entry.Count(),
		Processed: element.Frames(r.element),
	}
}

// Counts of frames so far.
func (r *running) Counts() pipeline.Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pipe == nil {
		return r.counts
	}
	return r.read()
}

const dumpTimeout = 2 * time.Second

// Dump is the graph in dot form, with states, caps and properties; empty after Stop.
func (r *running) Dump() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pipe == nil {
		return ""
	}
	pipe, dot := r.pipe, make(chan string, 1)
	// It is asked for when something is stuck, which may hold a lock it needs.
	go func() { dot <- pipe.DebugBinToDotData(gogst.DebugGraphShowAll) }()
	t := time.NewTimer(dumpTimeout)
	defer t.Stop()
	select {
	case text := <-dot:
		return text
	case <-t.C:
		return "// the graph could not be drawn: it is stuck"
	}
}
