// Package pixels is the one preparation of pixels: crop, scale, normalise. Training, evaluation and the live
// path go through it, so that a network never sees differently made pictures in different places.
//
// Read [Centre] and [NewScaler] first (picture of any size to the small square picture), then [NewPreparer]
// (that picture to a network's input tensor). [Square] does the
// same to a decoded still image. Decoders give brightness and colour planes ([YUV]) as a rule: these are scaled first and
// converted to RGB when they are small.
//
// A picture is packed RGB, eight bits a channel: pixel (x, y) is the three bytes at y*stride + 3*x.
// The package knows the [models.Input] of a rung and nothing of sessions, frames or GStreamer.
package pixels

// Rect is a rectangle of pixels: W×H of them, the top left one at (X, Y).
type Rect struct{ X, Y, W, H int }

// Centre returns the largest square in the middle of a w×h picture.
func Centre(w, h int) Rect {
	side := min(w, h)
	return Rect{X: (w - side) / 2, Y: (h - side) / 2, W: side, H: side}
}

// Whole returns all of a w×h picture.
func Whole(w, h int) Rect { return Rect{W: w, H: h} }
