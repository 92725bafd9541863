// Package pixels is the one preparation of pixels: crop, scale, normalise. Training, evaluation and the live
// path go through it, so that a network never sees differently made pictures in different places.
//
// Read [Centre] and [NewScaler] first (picture of any size to the small square picture), then [NewPreparer]
// (that picture to a network's input tensor). [FromImage] is where decoded still images come in.
//
// A picture is packed RGB, eight bits a channel: pixel (x, y) is the three bytes at y*stride + 3*x.
// The package knows the [models.Input] of a rung and nothing of sessions, frames or GStreamer.
package pixels

// Rect is a rectangle of pixels: W×H of them, the top left one at (X, Y).
type Rect struct{ X, Y, W, H int }

// Centre returns the largest square in the middle of a w×h picture. Where the two margins cannot be equal the
// rectangle is a pixel longer instead, as GStreamer's aspectratiocrop aspect-ratio=1/1 has it: 242×241 of 322×241.
func Centre(w, h int) Rect {
	side := min(w, h)
	x, y := (w-side)/2, (h-side)/2
	return Rect{X: x, Y: y, W: w - 2*x, H: h - 2*y}
}

// Whole returns all of a w×h picture.
func Whole(w, h int) Rect { return Rect{W: w, H: h} }
