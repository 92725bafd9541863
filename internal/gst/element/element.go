package element

/*
#include <stdlib.h>
#include "element.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime/cgo"
	"runtime/debug"
	"time"
	"unsafe"

	"framewise/pipeline"
)

// Behaviour is what a framewise element does with its frames.
type Behaviour interface {
	// Start is called before the first frame, each time the element starts.
	Start() error
	// Frame is called on the streaming thread. The frame is valid only during
	// the call. A panic, or the verdict Fail, becomes a bus error.
	Frame(*pipeline.Frame) pipeline.Verdict
	// Stop is called after the last frame.
	Stop()
}

// instance is what a C element's handle stands for.
type instance struct {
	behaviour Behaviour
	frame     pipeline.Frame // reused from frame to frame
}

func newHandle(b Behaviour) C.guintptr {
	return C.guintptr(cgo.NewHandle(&instance{behaviour: b}))
}

func (s *instance) start() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{value: r, stack: debug.Stack()}
		}
	}()
	return s.behaviour.Start()
}

type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic in the frame path: %v", e.value) }

// report hands an error to C as malloc'ed text and debug strings.
func report(err error, text, detail **C.gchar) {
	*text = (*C.gchar)(C.CString(err.Error()))
	var p *panicError
	if errors.As(err, &p) {
		*detail = (*C.gchar)(C.CString(string(p.stack)))
	}
}

func settingsOf(s *C.FwSettings) Settings {
	str := func(c *C.gchar) string {
		if c == nil {
			return ""
		}
		return C.GoString((*C.char)(c))
	}
	return Settings{
		Config: str(s.config), Policy: str(s.policy), Premodel: str(s.premodel),
		Ladder: str(s.ladder), Deadline: uint64(s.deadline), RealTime: s.realtime != 0,
	}
}

// makeBehaviour calls the factory with a panic turned into an error.
func makeBehaviour(s Settings) (b Behaviour, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{value: r, stack: debug.Stack()}
		}
	}()
	f := factory.Load()
	if f == nil || *f == nil {
		return nil, errors.New("no behaviour is bound to this element and none can be made in this process")
	}
	return (*f)(s)
}

//export goElementStart
func goElementStart(bound C.guintptr, s *C.FwSettings, text, detail **C.gchar) C.guintptr {
	handle := bound
	if handle == 0 {
		b, err := makeBehaviour(settingsOf(s))
		if err != nil {
			report(err, text, detail)
			return 0
		}
		handle = newHandle(b)
	}
	if err := cgo.Handle(handle).Value().(*instance).start(); err != nil {
		report(err, text, detail)
		if bound == 0 {
			cgo.Handle(handle).Delete()
		}
		return 0
	}
	return handle
}

//export goElementStop
func goElementStop(handle C.guintptr) {
	// Nobody downstream could hear of a panic here; the process must still live.
	defer func() { _ = recover() }()
	cgo.Handle(handle).Value().(*instance).behaviour.Stop()
}

//export goElementRelease
func goElementRelease(handle C.guintptr) { cgo.Handle(handle).Delete() }

//export goElementFrame
func goElementFrame(handle C.guintptr, c *C.FwFrame) (verdict C.gint) {
	defer func() {
		if r := recover(); r != nil {
			report(&panicError{value: r, stack: debug.Stack()}, &c.error, &c.debug)
			verdict = C.gint(C.FW_FAIL)
		}
	}()
	s := cgo.Handle(handle).Value().(*instance)
	f := &s.frame
	for i := range int(c.planes) {
		f.Planes[i] = unsafe.Slice((*byte)(unsafe.Pointer(c.data[i])), int(c.size[i]))
		f.Strides[i] = int(c.stride[i])
	}
	f.Width, f.Height, f.Format = int(c.width), int(c.height), pipeline.PixelFormat(c.format)
	f.Matrix, f.FullRange = pipeline.Matrix(c.matrix), c.full_range != 0
	f.PixelAspect = float64(c.par_n) / float64(c.par_d)
	f.PTS, f.Index = time.Duration(c.pts), uint64(c.index)
	f.SinceDecoded, f.SinceDue = time.Duration(c.since_decoded), time.Duration(c.since_due)
	f.QoSLate = c.qos_late != 0
	f.Attach = pipeline.Attachment{}
	v := s.behaviour.Frame(f)
	f.Planes = [3][]byte{}
	if f.Attach.Set {
		attach(c, &f.Attach)
	}
	switch v {
	case pipeline.Forward:
		return C.gint(C.FW_FORWARD)
	case pipeline.Drop:
		return C.gint(C.FW_DROP)
	default:
		return C.gint(C.FW_FAIL)
	}
}

func attach(c *C.FwFrame, a *pipeline.Attachment) {
	c.out_set = 1
	c.out_label_id = C.gint(a.LabelID)
	c.out_confidence = C.gdouble(a.Confidence)
	c.out_latency = C.gint64(a.Latency)
	c.out_in_time, c.out_reused = flag(a.InTime), flag(a.Reused)
	copyText(c.out_label[:], a.Label)
	copyText(c.out_model[:], a.Model)
}

func flag(b bool) C.gint {
	if b {
		return 1
	}
	return 0
}

// copyText writes s into dst as a C string, cut at a rune's start if too long.
func copyText(dst []C.gchar, s string) {
	n := min(len(s), len(dst)-1)
	if n < len(s) {
		for n > 0 && s[n]&0xC0 == 0x80 {
			n--
		}
	}
	for i := range n {
		dst[i] = C.gchar(s[i])
	}
	dst[n] = 0
}
