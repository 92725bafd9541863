package premodel

import (
	"math"

	"framewise/selector/features"
)

// Predictor asks a premodel, with scratch memory of its own: one for each
// stream, not for concurrent use. It does not allocate.
type Predictor struct {
	*Premodel
	nearest []neighbour // the nearest K so far, nearest first
	votes   []int       // by rung
}

type neighbour struct {
	distance float32 // squared
	sample   int
}

// Predictor returns a new predictor.
func (p *Premodel) Predictor() *Predictor {
	return &Predictor{
		Premodel: p,
		nearest:  make([]neighbour, p.K),
		votes:    make([]int, len(p.Ladder.Rungs)),
	}
}

// Choose returns the first rung whose level says yes. It is false if none does:
// every rung is expected to fail.
func (p *Predictor) Choose(f *[features.Count]float64) (rung int, ok bool) {
	p.vote(f)
	for rung := range p.votes {
		if p.yes(rung) {
			return rung, true
		}
	}
	return 0, false
}

// vote counts, by rung, the neighbours whose optimum it is.
func (p *Predictor) vote(f *[features.Count]float64) {
	query := p.scale(f)
	p.search(&query)
	clear(p.votes)
	for _, n := range p.nearest {
		if o := p.optimum[n.sample]; o != none {
			p.votes[o]++
		}
	}
}

// yes is the answer of a level.
func (p *Predictor) yes(rung int) bool { return 2*p.votes[rung] > p.K }

// search finds the nearest K by looking at all: at 50,000 pictures that is as
// fast as a tree is typically, and its ties are plain.
func (p *Predictor) search(query *point) {
	for i := range p.nearest {
		p.nearest[i] = neighbour{distance: math.MaxFloat32}
	}
	worst := &p.nearest[len(p.nearest)-1].distance
	for i := range p.points {
		if d := distance(query, &p.points[i]); d < *worst {
			p.insert(neighbour{d, i})
		}
	}
}

var _ [8]float32 = point{} // distance sums up eight

// distance is the square of the Euclidean distance. Sums that do not wait for
// each other make it much faster than one loop.
func distance(p, q *point) float32 {
	a, b, c, d := p[0]-q[0], p[1]-q[1], p[2]-q[2], p[3]-q[3]
	e, f, g, h := p[4]-q[4], p[5]-q[5], p[6]-q[6], p[7]-q[7]
	return (a*a + b*b) + (c*c + d*d) + ((e*e + f*f) + (g*g + h*h))
}

// insert puts n, nearer than the last, behind all that are as near.
func (p *Predictor) insert(n neighbour) {
	i := len(p.nearest) - 1
	for ; i > 0 && p.nearest[i-1].distance > n.distance; i-- {
		p.nearest[i] = p.nearest[i-1]
	}
	p.nearest[i] = n
}
