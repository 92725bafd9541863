package ort

import (
	"errors"
	"fmt"
	"time"

	"framewise/models"
)

// ErrClosed is the error of a run on a closed Set.
var ErrClosed = errors.New("the set of sessions is closed")

// Runner is what one stream holds of a Set. It belongs to one goroutine at a time.
type Runner struct {
	set     *Set
	waiting *time.Timer // bounds waiting for an instance
}

// Outcome is what one run took.
type Outcome struct {
	Wait    time.Duration // for a free instance
	Prepare time.Duration // scaling and normalising the picture
	Infer   time.Duration // the network
	Cut     bool          // the limit came first: there is no answer
}

// Runner returns a new Runner.
func (s *Set) Runner() *Runner {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &Runner{set: s, waiting: t}
}

// Run sends the picture (the ladder's Picture pixels square, packed RGB, rows stride bytes apart) through a rung
// and reads its answer into a. With a limit above zero everything together, waiting for a free instance
// included, has that long; then the run is cut off, Outcome.Cut is set and a is left as it was. It does not
// allocate, unless it is cut off or fails.
func (r *Runner) Run(rung int, picture []byte, stride int, limit time.Duration, a *models.Answer) (Outcome, error) {
	var o Outcome
	if rung < 0 || rung >= len(r.set.rungs) {
		return o, fmt.Errorf("run rung %d: the ladder has %d", rung, len(r.set.rungs))
	}
	u := &r.set.rungs[rung]
	if side := r.set.ladder.Picture; stride < 3*side || len(picture) < (side-1)*stride+3*side {
		return o, fmt.Errorf("run %q: a picture of %d bytes, %d a row, is too small for %d pixels square", u.model.Name, len(picture), stride, side)
	}
	begin := time.Now()
	i, err := r.take(u, limit)
	if err != nil {
		return o, fmt.Errorf("run %q: %w", u.model.Name, err)
	}
	taken := time.Now()
	o.Wait = taken.Sub(begin)
	if i == nil {
		o.Cut = true
		return o, nil
	}
	defer func() { u.free <- i }()

	i.preparer.Prepare(i.in, picture, stride)
	prepared := time.Now()
	o.Prepare = prepared.Sub(taken)
	left := time.Duration(0)
	if limit > 0 {
		if left = limit - prepared.Sub(begin); left <= 0 {
			o.Cut = true
			return o, nil
		}
	}
	o.Cut, err = i.run(left)
	o.Infer = time.Since(prepared)
	if err != nil {
		return o, fmt.Errorf("run %q: %w", u.model.Name, err)
	}
	if !o.Cut {
		u.model.Read(i.out, a)
	}
	return o, nil
}

// take waits for a free instance, at most limit if that is above zero: then it returns nil.
func (r *Runner) take(u *rung, limit time.Duration) (*instance, error) {
	select {
	case <-r.set.closed:
		return nil, ErrClosed
	default:
	}
	select {
	case i := <-u.free:
		return i, nil
	default:
	}
	var expired <-chan time.Time
	if limit > 0 {
		r.waiting.Reset(limit)
		defer r.waiting.Stop()
		expired = r.waiting.C
	}
	select {
	case i := <-u.free:
		return i, nil
	case <-expired:
		return nil, nil
	case <-r.set.closed:
		return nil, ErrClosed
	}
}
