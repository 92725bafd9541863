package source

import (
	"fmt"

	"framewise/pipeline"
)

// Names of elements that internal/gst looks for.
const (
	EntryName   = "entry"
	ElementName = "framewise"
)

// Tail is the chain after a source: the entry, where frames are counted and, in
// real time, wait for their time; live and in real time, a queue that keeps the
// newest frame; a converter, for formats that the framewise element does not
// take; the framewise element with its properties; the end.
//
// Cropping, scaling and conversion to RGB are the element's: in software it does
// them as fast as GStreamer's converter and closer to what training did.
func Tail(s pipeline.Source, element []pipeline.Prop) []pipeline.Node {
	nodes := []pipeline.Node{
		{Factory: "identity", Name: EntryName, Props: props("sync", fmt.Sprint(s.RealTime()), "silent", "true")},
	}
	if s.RealTime() || s.Live() {
		nodes = append(nodes, newest())
	}
	return append(nodes,
		pipeline.Node{Factory: "videoconvert", Name: "convert", Props: props("qos", "false")},
		pipeline.Node{Factory: "framewise", Name: ElementName, Props: element},
		pipeline.Node{Factory: "fakesink", Name: "out", Props: props("sync", "false", "async", "false", "enable-last-sample", "false")})
}

// newest drops the frame that waits for a newer one while the element is busy,
// and so keeps decoding apart from inference. A file that is read as fast as
// possible has no queue: each frame that waited in one would be older for it, by
// as many answers as the queue holds frames, and would miss deadlines that its
// network keeps.
func newest() pipeline.Node {
	return pipeline.Node{Factory: "queue", Name: "newest", Props: props("max-size-buffers", "1",
		"max-size-bytes", "0", "max-size-time", "0", "silent", "true", "leaky", "downstream")}
}
