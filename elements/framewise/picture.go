package framewise

import (
	"fmt"

	"framewise/models/pixels"
	"framewise/pipeline"
)

// picture turns a frame into the square RGB picture that features and rungs
// read. A graph of ours delivers just that, and nothing is copied; another
// pipeline may deliver any size and byte order.
type picture struct {
	side   int
	rgb    []byte // repacked frame, when its byte order is another
	square []byte // scaled frame, when its size is another
	scaler *pixels.Scaler
	w, h   int // size the scaler was made for
}

// of returns the picture and its stride in bytes. It allocates only when the
// frame's size or format changes.
func (p *picture) of(f *pipeline.Frame) ([]byte, int, error) {
	if f.Width < 1 || f.Height < 1 || f.Format.Bytes() == 0 {
		return nil, 0, fmt.Errorf("frame of %dx%d pixels in format %d cannot be read", f.Width, f.Height, f.Format)
	}
	rgb, stride := f.Pixels, f.Stride
	if f.Format != pipeline.FormatRGB {
		if n := 3 * f.Width * f.Height; len(p.rgb) != n {
			p.rgb = make([]byte, n)
		}
		repack(p.rgb, f)
		rgb, stride = p.rgb, 3*f.Width
	}
	if f.Width == p.side && f.Height == p.side {
		return rgb, stride, nil
	}
	if p.scaler == nil || p.w != f.Width || p.h != f.Height {
		p.scaler = pixels.NewScaler(f.Width, f.Height, pixels.Centre(f.Width, f.Height), p.side)
		p.square = make([]byte, 3*p.side*p.side)
		p.w, p.h = f.Width, f.Height
	}
	p.scaler.Scale(p.square, rgb, stride)
	return p.square, 3 * p.side, nil
}

// repack copies a frame's pixels as packed RGB.
func repack(dst []byte, f *pipeline.Frame) {
	n := f.Format.Bytes()
	r, b := 0, 2
	if f.Format == pipeline.FormatBGR || f.Format == pipeline.FormatBGRx {
		r, b = 2, 0
	}
	for y := range f.Height {
		src := f.Pixels[y*f.Stride:]
		row := dst[3*f.Width*y : 3*f.Width*(y+1)]
		for x, i := 0, 0; x < len(row); x, i = x+3, i+n {
			row[x], row[x+1], row[x+2] = src[i+r], src[i+1], src[i+b]
		}
	}
}
