package features_test

import "math/rand/v2"

// picture is a square RGB picture without padding.
type picture struct {
	side int
	rgb  []byte
}

func newPicture(side int, r, g, b byte) picture {
	p := picture{side, make([]byte, 3*side*side)}
	p.fill(0, 0, side, side, r, g, b)
	return p
}

func (p picture) stride() int { return 3 * p.side }

func (p picture) set(x, y int, r, g, b byte) {
	copy(p.rgb[3*(y*p.side+x):], []byte{r, g, b})
}

func (p picture) at(x, y int) [3]byte { return [3]byte(p.rgb[3*(y*p.side+x):]) }

// fill paints left ≤ x < right, top ≤ y < bottom.
func (p picture) fill(left, top, right, bottom int, r, g, b byte) {
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			p.set(x, y, r, g, b)
		}
	}
}

// mapped is the picture whose pixel (x, y) is this one's at(f(x, y)).
func (p picture) mapped(f func(x, y int) (int, int)) picture {
	q := newPicture(p.side, 0, 0, 0)
	for y := range p.side {
		for x := range p.side {
			c := p.at(f(x, y))
			q.set(x, y, c[0], c[1], c[2])
		}
	}
	return q
}

func (p picture) mirrored() picture {
	return p.mapped(func(x, y int) (int, int) { return p.side - 1 - x, y })
}

func (p picture) upsideDown() picture {
	return p.mapped(func(x, y int) (int, int) { return x, p.side - 1 - y })
}

func (p picture) transposed() picture {
	return p.mapped(func(x, y int) (int, int) { return y, x })
}

func (p picture) clone() picture {
	return picture{p.side, append([]byte(nil), p.rgb...)}
}

func noise(side int, seed uint64) picture {
	p := newPicture(side, 0, 0, 0)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range p.rgb {
		p.rgb[i] = byte(r.Uint32())
	}
	return p
}

// scene looks a little like a photograph: a gradient, boxes and discs of many
// colours, faint noise. No value is below 16 or above 224.
func scene(side int, seed uint64) picture {
	p := newPicture(side, 0, 0, 0)
	r := rand.New(rand.NewPCG(seed, 1))
	for y := range side {
		for x := range side {
			p.set(x, y, byte(60+60*x/side), byte(70+60*y/side), byte(120-40*x/side))
		}
	}
	for range 14 {
		cx, cy, size := r.IntN(side), r.IntN(side), 1+r.IntN(max(1, side/5))
		c := [3]byte{byte(20 + r.IntN(200)), byte(20 + r.IntN(200)), byte(20 + r.IntN(200))}
		disc := r.IntN(2) == 0
		for y := max(0, cy-size); y < min(side, cy+size); y++ {
			for x := max(0, cx-size); x < min(side, cx+size); x++ {
				if !disc || (x-cx)*(x-cx)+(y-cy)*(y-cy) < size*size {
					p.set(x, y, c[0], c[1], c[2])
				}
			}
		}
	}
	for i := range p.rgb {
		p.rgb[i] = byte(int(p.rgb[i]) + r.IntN(9) - 4)
	}
	return p
}
