package training

import (
	"time"

	"framewise/internal/measure"
	"framewise/internal/outcomes"
)

// played is a policy on every picture. Right, answered and shares are probabilities, because a random mix is taken
// at its expectation and not drawn.
type played struct {
	name     string
	right    []float64 // by row
	answered []float64
	ms       []float64
	shares   []float64 // by rung
}

// policies are the lines of the comparison: the best single rung, the premodel in its two forms each with the random
// mix of the same proportions, and the oracle.
func policies(t *outcomes.Table, r *Report, chosen []int, took []time.Duration, seed uint64) []PolicyLine {
	best := 0
	for rung := range r.Rungs {
		if r.Rungs[rung].Top1 > r.Rungs[best].Top1 {
			best = rung
		}
	}
	r.Best = r.Rungs[best].Name
	single := follow(t, "best single rung", func(int) int { return best }, nil)
	oracle := follow(t, "oracle", func(i int) int { return cheapestRight(t, i) }, nil)
	r.Union = union(t)
	lines := []PolicyLine{single.line(single, nil, seed)}
	for _, p := range []played{
		follow(t, "premodel, skips", func(i int) int { return chosen[i] }, took),
		follow(t, "premodel, falls back to top rung", func(i int) int {
			if chosen[i] == none {
				return len(t.Rungs) - 1
			}
			return chosen[i]
		}, took),
	} {
		mix := randomMix(t, "random mix of the same shares", p.shares)
		lines = append(lines, p.line(single, &mix, seed), mix.line(single, nil, seed))
	}
	return append(lines, oracle.line(single, nil, seed))
}

// follow plays a policy that chooses a rung, or none, for each row. Took is the premodel's time by row; nil if the
// policy needs neither it nor features.
func follow(t *outcomes.Table, name string, choose func(row int) int, took []time.Duration) played {
	p := newPlayed(t, name)
	for i := range t.Rows {
		row := &t.Rows[i]
		if took != nil {
			p.ms[i] = ms(row.FeaturesTime + took[i])
		}
		rung := choose(i)
		if rung == none {
			continue
		}
		p.answered[i] = 1
		p.ms[i] += ms(row.Rungs[rung].Time)
		p.shares[rung] += 1 / float64(len(t.Rows))
		if row.Right(rung) {
			p.right[i] = 1
		}
	}
	return p
}

// randomMix runs each rung with the probability of its share, and none with what is left.
func randomMix(t *outcomes.Table, name string, shares []float64) played {
	p := newPlayed(t, name)
	copy(p.shares, shares)
	for i := range t.Rows {
		row := &t.Rows[i]
		for rung, share := range shares {
			p.answered[i] += share
			p.ms[i] += share * ms(row.Rungs[rung].Time)
			if row.Right(rung) {
				p.right[i] += share
			}
		}
	}
	return p
}

func newPlayed(t *outcomes.Table, name string) played {
	n := len(t.Rows)
	return played{
		name: name, right: make([]float64, n), answered: make([]float64, n), ms: make([]float64, n),
		shares: make([]float64, len(t.Rungs)),
	}
}

// line sums up a policy and compares it, picture by picture, with the best single rung and, if there is one, the mix.
func (p *played) line(single played, mix *played, seed uint64) PolicyLine {
	l := PolicyLine{
		Name: p.name, Top1: mean(p.right), Coverage: mean(p.answered), MeanMS: mean(p.ms), Shares: p.shares,
		Speedup: mean(single.ms) / mean(p.ms),
	}
	if l.Coverage > 0 {
		l.Selective = l.Top1 / l.Coverage
	}
	l.Top1Range = measure.Bootstrap(p.right, ones(len(p.right)), seed)
	l.AgainstBest = p.against(single, seed)
	if mix != nil {
		d := p.against(*mix, seed)
		l.AgainstMix = &d
	}
	return l
}

// against is the difference in top-1, with the interval of its paired bootstrap.
func (p *played) against(other played, seed uint64) Difference {
	d := make([]float64, len(p.right))
	for i := range d {
		d[i] = p.right[i] - other.right[i]
	}
	return Difference{Value: mean(d), Range: measure.Bootstrap(d, ones(len(d)), seed)}
}

func ones(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = 1
	}
	return v
}

// cheapestRight is the oracle's choice: the cheapest rung that is right, the cheapest of all if none is.
func cheapestRight(t *outcomes.Table, row int) int {
	for rung := range t.Rungs {
		if t.Rows[row].Right(rung) {
			return rung
		}
	}
	return 0
}

// union is the share of pictures that at least one rung gets right: no choice of a rung can be better.
func union(t *outcomes.Table) float64 {
	n := 0
	for i := range t.Rows {
		if t.Rows[i].Right(cheapestRight(t, i)) {
			n++
		}
	}
	return share(n, len(t.Rows))
}
