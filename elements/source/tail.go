package source

import (
	"fmt"

	"framewise/internal/config"
	"framewise/pipeline"
)

// Region is the part of a frame that the models look at.
type Region string

// The regions.
const (
	Center Region = "center" // the largest centred square
	Whole  Region = "whole"  // all of it, squeezed into a square
)

// Regions are the names of all regions.
func Regions() []string { return []string{string(Center), string(Whole)} }

// DecodeRegion reads a region. False means that it has added what is wrong to
// the choice's document.
func DecodeRegion(c config.Choice) (Region, bool) {
	switch r := Region(c.Kind); r {
	case Center, Whole:
		return r, c.Options.Decode(new(struct{}))
	}
	c.Unknown("region", Regions())
	return "", false
}

// TailConfig says what follows a source.
type TailConfig struct {
	Picture int                       // side of the square RGB picture that reaches Go, pixels
	Region  Region                    //
	Source  pipeline.Source           //
	Has     func(factory string) bool // whether GStreamer has such an element
	Element []pipeline.Prop           // properties of the framewise element
}

// Names of elements that internal/gst looks for.
const (
	EntryName   = "entry"
	ElementName = "framewise"
)

// Tail is the chain after a source: the entry, where frames are counted and, in
// real time, wait for their time; a queue that drops or blocks; crop, scale and
// convert to a small RGB square; the framewise element; the end.
func Tail(c TailConfig) []pipeline.Node {
	paced := c.Source.RealTime()
	nodes := []pipeline.Node{
		{Factory: "identity", Name: EntryName, Props: props("sync", fmt.Sprint(paced), "silent", "true")},
		queue(paced || c.Source.Live()),
	}
	if c.Region == Center {
		// Without the caps, aspectratiocrop refuses to be linked after elements
		// that take anything and have no caps yet (decodebin, identity, queue).
		nodes = append(nodes, pipeline.Node{Caps: "video/x-raw"},
			pipeline.Node{Factory: "aspectratiocrop", Props: props("aspect-ratio", "1/1")})
	}
	nodes = append(nodes, scale(c.Has)...)
	return append(nodes,
		pipeline.Node{Caps: fmt.Sprintf("video/x-raw,format=RGB,width=%d,height=%d,pixel-aspect-ratio=1/1", c.Picture, c.Picture)},
		pipeline.Node{Factory: "framewise", Name: ElementName, Props: c.Element},
		pipeline.Node{Factory: "fakesink", Name: "out", Props: props("sync", "false", "async", "false", "enable-last-sample", "false")})
}

// queue drops the older frame for a newer one when the element is busy, or holds
// the decoder back. Few frames wait either way: what waits is already getting
// old, and a decoder has few buffers to lend.
func queue(leaky bool) pipeline.Node {
	p := props("max-size-buffers", "4", "max-size-bytes", "0", "max-size-time", "0", "silent", "true")
	if leaky {
		p[0].Value = "1"
		p = append(p, pipeline.Prop{Key: "leaky", Value: "downstream"})
	}
	return pipeline.Node{Factory: "queue", Name: "newest", Props: p}
}

// scale brings a frame to the caps that follow. bilinear2 widens its triangle
// filter with the reduction, so that it does not alias, and agrees with
// models/pixels; the plain bilinear looks at two pixels a side whatever the
// reduction. It rounds the width of the filter up to whole pixels, which blurs a
// picture that is hardly reduced (227 to 224: 3 instead of 2): the sharpness
// takes 5 % off before rounding. Squeezing (add-borders=false) is the region's business. Without qos
// it never drops a frame of its own accord.
func scale(has func(string) bool) []pipeline.Node {
	if has("videoconvertscale") {
		return []pipeline.Node{{Factory: "videoconvertscale", Name: "scale",
			Props: props("method", "bilinear2", "sharpness", "1.05", "dither", "none", "add-borders", "false", "qos", "false")}}
	}
	return []pipeline.Node{ // before GStreamer 1.22
		{Factory: "videoconvert", Props: props("dither", "none", "qos", "false")},
		{Factory: "videoscale", Name: "scale", Props: props("method", "bilinear2", "sharpness", "1.05", "add-borders", "false", "qos", "false")},
	}
}
