package pixels

import "image"

// Matrix is how brightness and colour differences are made of red, green and blue.
type Matrix uint8

// The matrices, by the standard that defines them (ITU-R BT).
const (
	BT601 Matrix = iota
	BT709
	BT2020
)

// Colour is how the values of a YUV picture are to be understood.
type Colour struct {
	Matrix Matrix
	Full   bool // 0 to 255, as in JPEG; else 16 to 235 and 16 to 240, as in most video
}

// YUV is a picture as decoders make it: a plane of brightness and two of colour differences, which may have fewer
// rows and columns, or none for a grey picture (U and V nil).
type YUV struct {
	Y, U, V           []byte
	StrideY, StrideUV int  // bytes from one row to the next
	StepUV            int  // bytes from one colour sample to the next: 1, or 2 where U and V take turns (NV12)
	ShiftX, ShiftY    uint // a colour sample stands for 1<<ShiftX by 1<<ShiftY pixels
	Colour            Colour
}

// ScaleYUV is Scale for a picture in planes: it is scaled first and only then, small, converted to RGB. It does not
// allocate.
func (s *Scaler) ScaleYUV(dst []byte, src *YUV) {
	s.scale(dst, src)
	src.Colour.toRGB(dst[:3*s.dst*s.dst])
}

// pack repeats colour samples for the pixels they stand for: the filter that follows smooths them.
func (p *YUV) pack(dst []uint64, x, y int) {
	luma := p.Y[y*p.StrideY+x:][:len(dst)]
	if p.U == nil {
		for i, v := range luma {
			dst[i] = uint64(v) | 128<<laneBits | 128<<(2*laneBits)
		}
		return
	}
	row := (y >> p.ShiftY) * p.StrideUV
	u, v := p.U[row:], p.V[row:]
	for i, l := range luma {
		c := ((x + i) >> p.ShiftX) * p.StepUV
		dst[i] = uint64(l) | uint64(u[c])<<laneBits | uint64(v[c])<<(2*laneBits)
	}
}

// fraction is the precision of conversion to RGB: 16 bits.
const fraction = 16

// toRGB converts packed YUV pixels in place.
func (c Colour) toRGB(pix []byte) {
	// Red and blue's shares of brightness decide all else (BT.601 section 2.5.1, BT.709 section 3, BT.2020 table 4).
	shares := [...][2]float64{BT601: {0.299, 0.114}, BT709: {0.2126, 0.0722}, BT2020: {0.2627, 0.0593}}[c.Matrix]
	kr, kb := shares[0], shares[1]
	kg := 1 - kr - kb
	black, y, uv := int32(0), 1.0, 1.0
	if !c.Full {
		black, y, uv = 16, 255.0/219, 255.0/224
	}
	fixed := func(v float64) int32 { return int32(v*(1<<fraction) + 0.5) }
	ky, rv, bu := fixed(y), fixed(uv*2*(1-kr)), fixed(uv*2*(1-kb))
	gu, gv := fixed(uv*2*(1-kb)*kb/kg), fixed(uv*2*(1-kr)*kr/kg)
	for i := 0; i+2 < len(pix); i += 3 {
		p := pix[i : i+3 : i+3]
		l := (int32(p[0])-black)*ky + 1<<(fraction-1)
		u, v := int32(p[1])-128, int32(p[2])-128
		p[0], p[1], p[2] = clamp(l+rv*v), clamp(l-gu*u-gv*v), clamp(l+bu*u)
	}
}

// clamp takes a fixed point value to a byte.
func clamp(v int32) byte {
	v >>= fraction
	if uint32(v) > 255 {
		v = ^(v >> 31) // below zero: 0, above: all ones
	}
	return byte(v)
}

// FromYCbCr is the picture of a decoded JPEG, without a copy.
func FromYCbCr(m *image.YCbCr) YUV {
	p := YUV{
		Y: m.Y[m.YOffset(m.Rect.Min.X, m.Rect.Min.Y):], StrideY: m.YStride, StrideUV: m.CStride, StepUV: 1,
		Colour: Colour{Matrix: BT601, Full: true},
	}
	c := m.COffset(m.Rect.Min.X, m.Rect.Min.Y)
	p.U, p.V = m.Cb[c:], m.Cr[c:]
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		p.ShiftX = 1
	case image.YCbCrSubsampleRatio420:
		p.ShiftX, p.ShiftY = 1, 1
	case image.YCbCrSubsampleRatio440:
		p.ShiftY = 1
	case image.YCbCrSubsampleRatio411:
		p.ShiftX = 2
	case image.YCbCrSubsampleRatio410:
		p.ShiftX, p.ShiftY = 2, 1
	}
	return p
}

// Square writes the centre square of a still picture, scaled to side×side pixels of packed RGB (3*side*side bytes):
// what the live path makes of a frame.
func Square(dst []byte, img image.Image, side int) {
	if m, ok := img.(*image.YCbCr); ok {
		w, h := m.Rect.Dx(), m.Rect.Dy()
		yuv := FromYCbCr(m)
		NewScaler(w, h, Centre(w, h), side).ScaleYUV(dst, &yuv)
		return
	}
	rgb, w, h, stride := FromImage(img)
	NewScaler(w, h, Centre(w, h), side).Scale(dst, rgb, stride)
}
