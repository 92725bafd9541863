package features

const (
	edgeMinimum = 128 // |gx| + |gy| of an edge: a straight step of 32 grey levels
	edgeBins    = 7   // of the histogram of lengths
)

// edges finds the edges of n × n pictures.
type edges struct {
	n         int
	magnitude []int16 // |gx| + |gy|, at most 2040
	upright   []uint8 // 1 where |gx| ≥ |gy|: the edge runs up and down
	mask      []uint8
	parts     parts
}

func newEdges(n int) edges {
	return edges{
		n: n, magnitude: make([]int16, n*n), upright: make([]uint8, n*n), mask: make([]uint8, n*n),
		parts: newParts(n),
	}
}

// shortShare is the share of edges in the first bin of length.
func (e *edges) shortShare(grey []uint8) float64 {
	e.sobel(grey)
	e.thin()
	found := e.parts.find(e.mask)
	if len(found) == 0 {
		return 0
	}
	short := 0
	for _, p := range found {
		if int(p.area)*edgeBins < e.n {
			short++
		}
	}
	return float64(short) / float64(len(found))
}

// sobel leaves the picture's border at zero, as it was made.
func (e *edges) sobel(grey []uint8) {
	n := e.n
	for y := 1; y < n-1; y++ {
		a, b, c := grey[(y-1)*n:y*n], grey[y*n:(y+1)*n], grey[(y+1)*n:(y+2)*n]
		out, up := e.magnitude[y*n:(y+1)*n], e.upright[y*n:(y+1)*n]
		b, c, out, up = b[:len(a)], c[:len(a)], out[:len(a)], up[:len(a)]
		for x := 1; x < len(a)-1; x++ {
			nw, ne, sw, se := int16(a[x-1]), int16(a[x+1]), int16(c[x-1]), int16(c[x+1])
			gx := ne + se - nw - sw + 2*(int16(b[x+1])-int16(b[x-1]))
			gy := sw + se - nw - ne + 2*(int16(c[x])-int16(a[x]))
			gx, gy = max(gx, -gx), max(gy, -gy)
			out[x] = gx + gy
			up[x] = 0
			if gx >= gy {
				up[x] = 1
			}
		}
	}
}

// thin keeps the ridges of the gradient, so that an edge is a line and not a
// band.
func (e *edges) thin() {
	n, m := e.n, e.magnitude
	for y := 1; y < n-1; y++ {
		for i := y*n + 1; i < (y+1)*n-1; i++ {
			e.mask[i] = 0
			if m[i] < edgeMinimum {
				continue
			}
			step := n
			if e.upright[i] != 0 {
				step = 1
			}
			if m[i] >= m[i-step] && m[i] >= m[i+step] {
				e.mask[i] = 1
			}
		}
	}
}
