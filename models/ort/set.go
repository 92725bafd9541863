package ort

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"framewise/models"
)

// Set is a ladder, loaded: sessions of every rung, shared by all streams.
type Set struct {
	ladder *models.Ladder
	rungs  []rung
	closed chan struct{} // closed when no run may begin any more
	close  sync.Once
}

type rung struct {
	model    *models.Model
	provider string
	all      []*instance
	free     chan *instance // holds every instance that no run is using
}

// Load makes the sessions of every rung of l, each rung on the first provider that takes it, and runs each session
// once: what does not fit the manifest is an error here, not in a stream. The sha256 of every file is checked.
func (r *Runtime) Load(l *models.Ladder, o Options) (*Set, error) {
	retain()
	s := &Set{ladder: l, closed: make(chan struct{})}
	for i := range l.Rungs {
		loaded, err := load(&l.Rungs[i], l.Picture, o)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("load ladder %q: %w", l.Name, err), s.Close())
		}
		s.rungs = append(s.rungs, loaded)
	}
	return s, nil
}

func load(m *models.Model, picture int, o Options) (rung, error) {
	data, err := m.Bytes()
	if err != nil {
		return rung{}, err
	}
	n := network{model: m, data: data, picture: picture}
	if n.inShape, n.outShape, err = m.Shapes(data); err != nil {
		return rung{}, err
	}
	var refusals []error
	for _, provider := range o.preference() {
		all, err := instances(&n, provider, o)
		if err != nil {
			refusals = append(refusals, fmt.Errorf("%s: %w", provider, err))
			continue
		}
		loaded := rung{model: m, provider: provider, all: all, free: make(chan *instance, len(all))}
		for _, i := range all {
			loaded.free <- i
		}
		return loaded, nil
	}
	return rung{}, fmt.Errorf("model %q: %s: no provider takes it: %s", m.Name, m.File, oneLine(refusals))
}

// instances makes all the sessions of a rung on one provider, or none.
func instances(n *network, provider string, o Options) (all []*instance, err error) {
	for range max(o.Instances, 1) {
		var i *instance
		if i, err = newInstance(n, provider, o.Threads); err != nil {
			break
		}
		all = append(all, i)
		if _, err = i.run(0); err != nil {
			break
		}
	}
	if err == nil {
		return all, nil
	}
	for _, i := range all {
		err = errors.Join(err, i.destroy())
	}
	return nil, err
}

// Ladder returns the ladder that was loaded.
func (s *Set) Ladder() *models.Ladder { return s.ladder }

// Provider returns the execution provider that the rung runs on.
func (s *Set) Provider(rung int) string { return s.rungs[rung].provider }

// Warm runs every rung n times in an order that mixes them, as a stream does (one network again and again finds
// its weights in the cache and looks faster than it is), and returns the times by rung: preparing the pixels and
// running, without waiting for an instance. A run that fails leaves no time; Run will tell why.
func (s *Set) Warm(n int) [][]time.Duration {
	times := make([][]time.Duration, len(s.rungs))
	side := s.ladder.Picture
	picture := make([]byte, 3*side*side)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range picture {
		picture[i] = byte(random.Uint32())
	}
	r := s.Runner()
	var a models.Answer
	for range n {
		for _, k := range random.Perm(len(s.rungs)) {
			o, err := r.Run(k, picture, 3*side, 0, &a)
			if err == nil {
				times[k] = append(times[k], o.Prepare+o.Infer)
			}
		}
	}
	return times
}

// Close lets no new run begin, waits for those under way and frees the sessions. Closing twice is harmless.
func (s *Set) Close() (err error) {
	s.close.Do(func() {
		close(s.closed)
		var errs []error
		for _, r := range s.rungs {
			for range r.all {
				errs = append(errs, (<-r.free).destroy())
			}
		}
		err = errors.Join(append(errs, release())...)
	})
	return err
}
