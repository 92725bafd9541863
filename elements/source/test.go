package source

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"framewise/internal/config"
	"framewise/pipeline"
)

// TestConfig makes a moving test picture, without a file or a camera: to try a
// configuration, or to load a machine.
type TestConfig struct {
	// What the picture shows: smpte, ball, snow, gradient and others.
	Pattern string `yaml:"pattern"`
	// Width and height in pixels, such as 640x480.
	Size Size `yaml:"size"`
	// Frames a second, 1 to 1000.
	Rate int `yaml:"rate"`
	// How many frames; 0 is without end.
	Frames int `yaml:"frames"`
	// Make them at that rate instead of as fast as answers are made.
	Realtime bool `yaml:"realtime"`
}

// patterns are those of videotestsrc that every supported GStreamer has.
var patterns = []string{"smpte", "snow", "black", "white", "red", "green", "blue", "checkers-1", "checkers-2", "checkers-4",
	"checkers-8", "circular", "blink", "smpte75", "zone-plate", "gamut", "chroma-zone-plate", "ball", "smpte100",
	"bar", "pinwheel", "spokes", "gradient", "colors"}

// Default is a bouncing ball of 640x480 at 30 frames a second, without end, in real time.
func (c *TestConfig) Default() {
	*c = TestConfig{Pattern: "ball", Size: Size{640, 480}, Rate: 30, Realtime: true}
}

// Validate checks names and ranges.
func (c *TestConfig) Validate(n config.Node) {
	if !slices.Contains(patterns, c.Pattern) {
		n.Field("pattern").Unknown("pattern", c.Pattern, patterns)
	}
	if c.Rate < 1 || c.Rate > 1000 {
		n.Field("rate").Errorf("must be 1 to 1000 frames a second, is %d", c.Rate)
	}
	if c.Frames < 0 {
		n.Field("frames").Errorf("must not be negative, is %d", c.Frames)
	}
}

func testKind() Kind {
	return Kind{Name: "test", Config: new(TestConfig), Decode: func(c config.Choice, _ Settings) (pipeline.Source, bool) {
		t := new(Test)
		return t, c.Options.Decode(&t.TestConfig)
	}}
}

// Test is the source of kind test.
type Test struct {
	TestConfig
}

var _ pipeline.Source = (*Test)(nil)

// Prepare has nothing to do.
func (t *Test) Prepare(context.Context) (func(), error) { return func() {}, nil }

// Graph makes frames.
func (t *Test) Graph() []pipeline.Node {
	frames := t.Frames
	if frames == 0 {
		frames = -1
	}
	return []pipeline.Node{
		{Factory: "videotestsrc", Props: props("pattern", t.Pattern, "num-buffers", strconv.Itoa(frames))},
		{Caps: fmt.Sprintf("video/x-raw,format=I420,width=%d,height=%d,framerate=%d/1", t.Size.Width, t.Size.Height, t.Rate)},
	}
}

// Live is false: it can wait.
func (t *Test) Live() bool { return false }

// RealTime is as configured.
func (t *Test) RealTime() bool { return t.Realtime }

// Loop is false: its end is wanted.
func (t *Test) Loop() bool { return false }
