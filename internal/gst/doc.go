// Package gst is the only importer of the GStreamer binding. It launches
// graphs, turns bus messages into typed values, and brings pipelines up and down
// with a deadline. The framewise element itself is in gst/element.
//
// Read first: [Init], [NewEngine].
//
// It must not know of selection, models or sinks: a behaviour is handed in.
package gst

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
*/
import "C"

import (
	"fmt"
	"runtime"

	gogst "github.com/go-gst/go-gst/gst"

	"framewise/internal/gst/element"
)

// Init initialises GStreamer and registers the framewise element in this
// process. make may be nil: then only elements of an Engine's graphs start.
func Init(make element.Factory) error {
	gogst.Init(nil)
	return element.Register(nil, make)
}

// Deinit ends GStreamer's part of the process, so that its tracers report what
// is still there. Nothing of GStreamer may be used afterwards.
func Deinit() {
	// The binding's objects are freed by finalizers: two collections see them all.
	runtime.GC()
	runtime.GC()
	gogst.Deinit()
}

// Version is the version of the GStreamer library in use, such as "1.22.0".
func Version() string {
	var major, minor, micro, nano C.guint
	C.gst_version(&major, &minor, &micro, &nano)
	return fmt.Sprintf("%d.%d.%d", major, minor, micro)
}
