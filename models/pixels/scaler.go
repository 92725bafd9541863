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
	s := &Scaler{crop: crop, dst: dst, copiesOnly: crop.W == dst && crop.H == dst}
	if s.copiesOnly {
		return s
	}
	s.across = newFilter(0, crop.W, dst, support(float64(crop.W)/float64(dst)))
	s.down = newFilter(crop.Y, crop.H, dst, support(float64(crop.H)/float64(dst)))
	s.source = make([]uint64, crop.W)
	s.rows = make([]uint64, s.down.taps*dst)
	s.sums = make([]uint64, dst)
	return s
}

// Crop returns the part of the source picture that is used, in its pixels.
func (s *Scaler) Crop() Rect { return s.crop }

// Scale reads the picture src, whose rows are stride bytes apart, and writes the dst×dst picture, packed
// without padding (3*dst*dst bytes). It does not allocate.
func (s *Scaler) Scale(dst, src []byte, stride int) {
	if s.copiesOnly {
		for y := range s.dst {
			from := (s.crop.Y+y)*stride + 3*s.crop.X
			copy(dst[3*y*s.dst:3*(y+1)*s.dst], src[from:from+3*s.dst])
		}
		return
	}
	next := s.down.start[0] // the first source row that has not been filtered across
	for y, first := range s.down.start {
		for ; next < first+s.down.taps; next++ {
			at := (next % s.down.taps) * s.dst
			s.filterRow(s.rows[at:at+s.dst], src[next*stride+3*s.crop.X:])
		}
		s.blend(dst[3*y*s.dst:3*(y+1)*s.dst], first, s.down.weights[y*s.down.taps:(y+1)*s.down.taps])
	}
}

// filterRow packs the source row src and filters it to out.
func (s *Scaler) filterRow(out []uint64, src []byte) {
	source := s.source
	src = src[:3*len(source)]
	for x := range source {
		p := src[3*x : 3*x+3 : 3*x+3]
		source[x] = uint64(p[0]) | uint64(p[1])<<laneBits | uint64(p[2])<<(2*laneBits)
	}
	weights, taps := s.across.weights, s.across.taps
	for i, first := range s.across.start {
		sum := uint64(half)
		window := source[first : first+taps]
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
	for x, sum := range sums {
		p := dst[3*x : 3*x+3 : 3*x+3]
		p[0], p[1], p[2] = byte(sum>>weightBits), byte(sum>>(laneBits+weightBits)), byte(sum>>(2*laneBits+weightBits))
	}
}

func inside(r Rect, w, h int) Rect {
	x, y := min(max(r.X, 0), w-1), min(max(r.Y, 0), h-1)
	right, bottom := min(max(r.X+r.W, x+1), w), min(max(r.Y+r.H, y+1), h)
	return Rect{X: x, Y: y, W: right - x, H: bottom - y}
}
