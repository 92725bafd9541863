// Package element is the framewise element: a GObject class in C (element.c)
// whose behaviour is a Go value, the metadata it puts on buffers, and the entry
// that numbers and stamps decoded frames. It uses GStreamer's C library alone,
// without a binding, so that the plug-in stays small and quick to build.
//
// Read first: [Behaviour], [Register], [Bind].
//
// It must not know of graphs, selection or models: a behaviour is handed in.
package element

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-base-1.0 gstreamer-video-1.0
#cgo CFLAGS: -Wall -Wextra -Wno-missing-field-initializers
#include "element.h"
#include "meta.h"
*/
import "C"

import (
	"errors"
	"sync/atomic"
	"unsafe"
)

// Settings are the properties of a framewise element at the moment it starts.
type Settings struct {
	Config   string // configuration file; "" where the host bound a behaviour
	Policy   string
	Premodel string
	Ladder   string
	Deadline uint64 // nanoseconds, 0 = none
	RealTime bool   // frames are captured when their presentation time comes due
}

// Factory makes the behaviour of an element that no host has bound: one made by
// gst-launch-1.0, for instance. It runs on the thread that changes the state.
type Factory func(Settings) (Behaviour, error)

// factory is process-wide because the C class it serves is: GObject types are
// registered once and carry no Go state.
var factory atomic.Pointer[Factory] //nolint:gochecknoglobals // see above

// Register registers the element in this process, which has initialised
// GStreamer. plugin is the GstPlugin* that GStreamer gave to a plug-in's init
// function; nil registers it statically. make may be nil: then only bound
// elements start.
func Register(plugin unsafe.Pointer, make Factory) error {
	factory.Store(&make)
	if C.fw_element_register((*C.GstPlugin)(plugin)) == 0 {
		return errors.New("register the framewise element: GStreamer refused it")
	}
	return nil
}

// Bind gives an element (GstElement*) its behaviour. The element must not have
// been started; it keeps the behaviour until it is freed.
func Bind(element unsafe.Pointer, b Behaviour) {
	C.fw_element_bind(C.gpointer(element), newHandle(b))
}

// Frames counts the frames that an element (GstElement*) has seen since it started.
func Frames(element unsafe.Pointer) uint64 {
	return uint64(C.fw_element_frames(C.gpointer(element)))
}

// Entry numbers and stamps the frames that come in on an element's pad "sink".
type Entry struct{ c *C.FwEntry }

// NewEntry puts an entry on an element (GstElement*). Release it when the
// element is gone.
func NewEntry(element unsafe.Pointer) (*Entry, error) {
	c := C.fw_entry_attach(C.gpointer(element))
	if c == nil {
		return nil, errors.New("the element at the entry has no sink pad")
	}
	return &Entry{c: c}, nil
}

// Arm makes frames count. While not armed they are dropped and not counted.
func (e *Entry) Arm(armed bool) {
	on := C.gboolean(0)
	if armed {
		on = 1
	}
	C.fw_entry_arm(e.c, on)
}

// Ready tells whether a frame has come, counted or not: the decoder is up.
func (e *Entry) Ready() bool { return C.fw_entry_ready(e.c) != 0 }

// Count is the number of frames that came in.
func (e *Entry) Count() uint64 { return uint64(C.fw_entry_count(e.c)) }

// Release lets go of the entry; it must not be used again.
func (e *Entry) Release() { C.fw_entry_unref(e.c) }
