package framewise

import (
	"fmt"
	"math"

	"framewise/models/pixels"
	"framewise/pipeline"
)

// A frame's matrix is numbered as in package pixels; these fail to compile if not.
var (
	_ = [1]int{}[int(pipeline.MatrixBT601)-int(pixels.BT601)]
	_ = [1]int{}[int(pipeline.MatrixBT709)-int(pixels.BT709)]
	_ = [1]int{}[int(pipeline.MatrixBT2020)-int(pixels.BT2020)]
)

// picture turns frames into the square RGB picture that features and rungs read.
// A graph whose hardware scales delivers just that, and nothing is copied; other
// frames come in the size and format of the decoder.
type picture struct {
	side   int
	whole  bool       // all of the frame, squeezed; else its centre square
	rgb    []byte     // repacked frame, when its byte order is another
	square []byte     // scaled frame
	yuv    pixels.YUV // the frame's planes, while it is scaled
	shape  shape      // what scaler was made for
	scaler *pixels.Scaler
}

type shape struct {
	w, h   int
	aspect float64
}

// of returns the picture and its stride in bytes. It allocates only when the
// frame's size or format changes.
func (p *picture) of(f *pipeline.Frame) ([]byte, int, error) {
	if f.Width < 1 || f.Height < 1 || f.Format == pipeline.FormatUnknown {
		return nil, 0, fmt.Errorf("frame of %dx%d pixels in format %d cannot be read", f.Width, f.Height, f.Format)
	}
	if packed := f.Format.Packed(); packed == 0 {
		p.fit(f)
		p.yuv = planes(f)
		p.scaler.ScaleYUV(p.square, &p.yuv)
		p.yuv = pixels.YUV{}
		return p.square, 3 * p.side, nil
	}
	rgb, stride := f.Planes[0], f.Strides[0]
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
	p.fit(f)
	p.scaler.Scale(p.square, rgb, stride)
	return p.square, 3 * p.side, nil
}

// fit makes the scaler for frames like f, unless it is there.
func (p *picture) fit(f *pipeline.Frame) {
	s := shape{w: f.Width, h: f.Height, aspect: f.PixelAspect}
	if p.scaler != nil && s == p.shape {
		return
	}
	crop := pixels.Whole(s.w, s.h)
	if !p.whole {
		crop = s.centre()
	}
	p.shape, p.scaler = s, pixels.NewScaler(s.w, s.h, crop, p.side)
	if p.square == nil {
		p.square = make([]byte, 3*p.side*p.side)
	}
}

// centre is the part of the frame that is the largest centred square when shown:
// pixels need not be square.
func (s shape) centre() pixels.Rect {
	if s.aspect <= 0 || s.aspect == 1 {
		return pixels.Centre(s.w, s.h)
	}
	w := min(s.w, max(int(math.Round(float64(s.h)/s.aspect)), 1))
	h := min(s.h, max(int(math.Round(float64(s.w)*s.aspect)), 1))
	return pixels.Rect{X: (s.w - w) / 2, Y: (s.h - h) / 2, W: w, H: h}
}

// planes is a frame that is not packed RGB, as package pixels reads it.
func planes(f *pipeline.Frame) pixels.YUV {
	y := pixels.YUV{
		Y: f.Planes[0], U: f.Planes[1], V: f.Planes[2], StrideY: f.Strides[0], StrideUV: f.Strides[1], StepUV: 1,
		Colour: pixels.Colour{Matrix: pixels.Matrix(f.Matrix), Full: f.FullRange},
	}
	switch f.Format {
	case pipeline.FormatGray:
		y.U, y.V = nil, nil
	case pipeline.FormatI420:
		y.ShiftX, y.ShiftY = 1, 1
	case pipeline.FormatNV12:
		y.ShiftX, y.ShiftY, y.StepUV, y.V = 1, 1, 2, f.Planes[1][1:]
	case pipeline.FormatY42B:
		y.ShiftX = 1
	}
	return y
}

// repack copies a frame's pixels as packed RGB.
func repack(dst []byte, f *pipeline.Frame) {
	n := f.Format.Packed()
	r, b := 0, 2
	if f.Format == pipeline.FormatBGR || f.Format == pipeline.FormatBGRx {
		r, b = 2, 0
	}
	for y := range f.Height {
		src := f.Planes[0][y*f.Strides[0]:]
		row := dst[3*f.Width*y : 3*f.Width*(y+1)]
		for x, i := 0, 0; x < len(row); x, i = x+3, i+n {
			row[x], row[x+1], row[x+2] = src[i+r], src[i+1], src[i+b]
		}
	}
}
