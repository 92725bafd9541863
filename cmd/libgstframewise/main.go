// Command libgstframewise is the framewise element as a GStreamer plug-in:
// built with -buildmode=c-shared it is libgstframewise.so, which
// gst-inspect-1.0 and gst-launch-1.0 load. The element is the same code as the
// one registered statically in the framewise program; only here it makes its
// behaviour from its own properties.
package main

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
*/
import "C"

import (
	"unsafe"

	"framewise/elements"
	"framewise/internal/gst/element"
)

//export goFramewisePluginInit
func goFramewisePluginInit(plugin *C.GstPlugin) C.gboolean {
	if err := element.Register(unsafe.Pointer(plugin), elements.FromProperties); err != nil {
		return 0
	}
	return 1
}

func main() {}
