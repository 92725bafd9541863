package pixels

// A packed pixel holds its three channels in one word, 21 bits each, so that one multiplication weighs all three.
const (
	laneBits = 21
	lanes    = 1 | 1<<laneBits | 1<<(2*laneBits)
	half     = lanes << (weightBits - 1)
	byteMask = lanes * 0xff
)

// Scaler crops a picture and scales the crop to a square one with an antialiased triangle filter. The two axes
// are filtered one after the other, each rounded to eight bits, as Pillow does.
//
// A Scaler belongs to one goroutine at a time: it holds the rows it works on.
type Scaler struct {
	crop       Rect
	dst        int
	across     filter
	down       filter
	source     []uint64 // one source row, packed, from the crop's left edge
	rgb        rgb      // the source of Scale under way
	rows       []uint64 // the last down.taps filtered rows, a ring by source row
	sums       []uint64 // one output row, before rounding
	copiesOnly bool
}

// NewScaler returns a Scaler for pictures as a camera or file gives them, from crop, in pixels of a srcW×srcH picture, to a dst×dst picture. A crop that is
// empty or reaches over the edges is cut back to the picture (a crop wholly outside it becomes one pixel).
func NewScaler(srcW, srcH int, crop Rect, dst int) *Scaler {
	return newScaler(inside(crop, srcW, srcH), dst, antialiased)
}

// newScaler has the filters' half width from support, by how many source samples become one.
func newScaler(crop Rect, dst int, support func(scale float64) float64) *Scaler {
	s := &Scaler{crop: crop, dst: dst, copiesOnly: crop.W == dst && crop.H == dst, source: make([]uint64, crop.W)}
	if s.copiesOnly {
		return s
	}
	s.across = newFilter(0, crop.W, dst, support(float64(crop.W)/float64(dst)))
	s.down = newFilter(crop.Y, crop.H, dst, support(float64(crop.H)/float64(dst)))
	s.rows = make([]uint64, s.down.taps*dst)
	s.sums = make([]uint64, dst)
	return s
}

// Crop returns the part of the source picture that is used, in its pixels.
func (s *Scaler) Crop() Rect { return s.crop }

// Scale reads the picture src, packed RGB whose rows are stride bytes apart, and writes the dst×dst picture, packed
// without padding (3*dst*dst bytes). It does not allocate.
func (s *Scaler) Scale(dst, src []byte, stride int) {
	s.rgb = rgb{pix: src, stride: stride}
	s.scale(dst, &s.rgb)
	s.rgb = rgb{}
}

// picture is packed into lanes a row at a time.
type picture interface {
	// pack writes the three channels of len(dst) pixels of row y, from column x on.
	pack(dst []uint64, x, y int)
}

type rgb struct {
	pix    []byte
	stride int
}

func (p *rgb) pack(dst []uint64, x, y int) {
	src := p.pix[y*p.stride+3*x:][:3*len(dst)]
	for i := range dst {
		c := src[3*i : 3*i+3 : 3*i+3]
		dst[i] = uint64(c[0]) | uint64(c[1])<<laneBits | uint64(c[2])<<(2*laneBits)
	}
}

func (s *Scaler) scale(dst []byte, src picture) {
	if s.copiesOnly {
		for y := range s.dst {
			src.pack(s.source, s.crop.X, s.crop.Y+y)
			unpack(dst[3*y*s.dst:3*(y+1)*s.dst], s.source, 0)
		}
		return
	}
	next := s.down.start[0] // the first source row that has not been filtered across
	for y, first := range s.down.start {
		for ; next < first+s.down.taps; next++ {
			at := (next % s.down.taps) * s.dst
			src.pack(s.source, s.crop.X, next)
			s.filterRow(s.rows[at : at+s.dst])
		}
		s.blend(dst[3*y*s.dst:3*(y+1)*s.dst], first, s.down.weights[y*s.down.taps:(y+1)*s.down.taps])
	}
}

// filterRow filters the packed source row to out.
func (s *Scaler) filterRow(out []uint64) {
	weights, taps := s.across.weights, s.across.taps
	for i, first := range s.across.start {
		sum := uint64(half)
		window := s.source[first : first+taps]
		w := weights[i*taps : i*taps+taps]
		for t, p := range window[:len(w)] {
			sum += p * w[t]
		}
		out[i] = sum >> weightBits & byteMask
	}
}

// blend writes one output row: the filtered rows from source row first on, weighed.
func (s *Scaler) blend(dst []byte, first int, weights []uint64) {
	sums := s.sums
	for x := range sums {
		sums[x] = half
	}
	for t, w := range weights {
		if w == 0 {
			continue
		}
		at := ((first + t) % s.down.taps) * s.dst
		for x, p := range s.rows[at : at+s.dst][:len(sums)] {
			sums[x] += p * w
		}
	}
	unpack(dst, sums, weightBits)
}

// unpack writes the channels of packed pixels, shifted down by bits, as bytes.
func unpack(dst []byte, packed []uint64, bits uint) {
	dst = dst[:3*len(packed)]
	for x, sum := range packed {
		sum >>= bits
		p := dst[3*x : 3*x+3 : 3*x+3]
		p[0], p[1], p[2] = byte(sum), byte(sum>>laneBits), byte(sum>>(2*laneBits))
	}
}

func inside(r Rect, w, h int) Rect {
	x, y := min(max(r.X, 0), w-1), min(max(r.Y, 0), h-1)
	right, bottom := min(max(r.X+r.W, x+1), w), min(max(r.Y+r.H, y+1), h)
	return Rect{X: x, Y: y, W: right - x, H: bottom - y}
}
