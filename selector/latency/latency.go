// Package latency estimates how long each rung takes now: an upper quantile of
// its last run times, not a mean, because a deadline is missed in the tail.
//
// Read first: [New], [Estimator.Observe], [Estimator.Bounds].
//
// It must not know what a rung is, nor read a clock: time comes in.
package latency

import (
	"math"
	"slices"
	"time"
)

const (
	window = 256         // run times kept of each rung
	floor  = 8           // run times that a rung left alone keeps
	idle   = time.Second // how long a rung is left alone before it forgets
	share  = 8           // what it forgets then: the worst one in so many
)

// Estimator keeps the last run times of each rung. It is for one stream and not
// for concurrent use. After New nothing allocates.
type Estimator struct {
	quantile float64
	rungs    []rung
}

// rung holds the same n run times twice: by age in ring, oldest at start, and
// sorted. best is the shortest ever seen.
type rung struct {
	ring, sorted [window]time.Duration
	start, n     int
	best         time.Duration
	since        time.Time // of the last run, or of the last forgetting
}

// New returns an estimator for that many rungs. Quantile is the share of runs,
// above 0 and below 1, that are to end within the bound. Seed holds, by rung,
// run times measured before the first frame, oldest first; it may be shorter
// than rungs, and only the last 256 times of each count.
func New(rungs int, quantile float64, seed [][]time.Duration) *Estimator {
	e := &Estimator{quantile: quantile, rungs: make([]rung, rungs)}
	for i := range min(rungs, len(seed)) {
		for _, d := range seed[i] {
			e.rungs[i].add(d)
		}
	}
	return e
}

// Observe takes the time of one run that ended at now. A run that was cut off
// is observed as the time it had: it would have taken at least that.
func (e *Estimator) Observe(rung int, d time.Duration, now time.Time) {
	r := &e.rungs[rung]
	r.add(d)
	r.since = now
}

// Bounds writes each rung's latency bound to dst, which has a place for each:
// the smallest observed time d such that, were run times exchangeable, the next
// run would take at most d with at least the wished probability. That is the
// ⌈q(n+1)⌉-th of n sorted times, the last where there are too few for the
// promise (99 are needed at q = 0.99). 0 means that nothing is known yet.
//
// A rung that is never chosen because its bound is too long would never be
// observed again. So with each second that it is left alone it forgets the
// worst eighth of its times, and when 8 are left they become, one a second,
// the shortest ever seen. Even a window full of a load that is over
// bars a rung for about half a minute, a hiccup for a second or two.
func (e *Estimator) Bounds(dst []time.Duration, now time.Time) {
	for i := range e.rungs {
		r := &e.rungs[i]
		r.forget(now)
		dst[i] = 0
		if r.n > 0 {
			rank := int(math.Ceil(e.quantile * float64(r.n+1)))
			dst[i] = r.sorted[min(rank, r.n)-1]
		}
	}
}

func (r *rung) add(d time.Duration) {
	if r.best == 0 || d < r.best {
		r.best = d
	}
	if r.n == window {
		oldest, _ := slices.BinarySearch(r.sorted[:r.n], r.ring[r.start])
		r.start = (r.start + 1) % window
		r.n--
		copy(r.sorted[oldest:], r.sorted[oldest+1:r.n+1])
	}
	r.ring[(r.start+r.n)%window] = d
	at, _ := slices.BinarySearch(r.sorted[:r.n], d)
	copy(r.sorted[at+1:r.n+1], r.sorted[at:r.n])
	r.sorted[at] = d
	r.n++
}

// forget brings a rung that was left alone up to now.
func (r *rung) forget(now time.Time) {
	if r.since.IsZero() {
		r.since = now
	}
	// After a window's worth of steps all that can be forgotten is.
	steps := min(now.Sub(r.since)/idle, window)
	for range steps {
		r.forgetWorst()
		r.since = r.since.Add(idle)
	}
	if steps == window {
		r.since = now
	}
}

func (r *rung) forgetWorst() {
	if r.n <= floor {
		if r.n > 0 {
			r.replaceWorst()
		}
		return
	}
	for range min((r.n+share-1)/share, r.n-floor) {
		i := r.worst()
		for ; i < r.n-1; i++ {
			r.ring[(r.start+i)%window] = r.ring[(r.start+i+1)%window]
		}
		r.n--
	}
}

func (r *rung) replaceWorst() {
	r.ring[(r.start+r.worst())%window] = r.best
	copy(r.sorted[1:r.n], r.sorted[:r.n-1])
	r.sorted[0] = r.best
}

// worst is how many places after the start the longest time stands in ring.
func (r *rung) worst() int {
	for i := range r.n {
		if r.ring[(r.start+i)%window] == r.sorted[r.n-1] {
			return i
		}
	}
	return 0 // not reached: ring and sorted hold the same times
}
