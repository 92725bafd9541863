package outcomes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"time"

	"framewise/models"
	"framewise/selector/features"
)

// maxFailed is the share of unreadable pictures that is still taken for a few bad files and not for a bad data set.
const maxFailed = 0.05

// Options are what a run may be told; the zero value will do.
type Options struct {
	Seed     uint64         // of the order in which the rungs run on each picture
	Progress func(Progress) // called after each picture, from the goroutine that called Run
}

// Progress is how far a run is, in pictures.
type Progress struct {
	Done, Total int
	FromLog     int // of Done: known from an earlier run
	Failed      int // of Done: unreadable
}

// Run finds out what is not in the cache yet and returns the whole table. Rungs run in another order on each
// picture, so that none profits from the caches that the one before has warmed. The next pictures are decoded
// meanwhile by one other goroutine; no more than three are in memory at once.
//
// A picture that cannot be read is in Table.Failures; more than one in twenty of them is an error. When Run fails
// or ctx ends, what was measured so far is in the cache.
func Run(ctx context.Context, d *Dataset, l *models.Ladder, run Runner, cache *Cache, o Options) (*Table, error) {
	t := &Table{Rungs: l.RungNames()}
	ctx, stop := context.WithCancel(ctx)
	pictures := make(chan decoded, 1)
	decoding := make(chan error, 1)
	go func() {
		defer close(pictures)
		decoding <- decodeAll(ctx, d.Items, l.Picture, cache, pictures)
	}()
	m := &measurer{run: run, rungs: len(l.Rungs), side: l.Picture, extractor: features.New(l.Picture)}
	err := t.fill(pictures, len(d.Items), m, cache, o)
	stop()
	if stopped := <-decoding; err == nil {
		err = stopped
	}
	if err := errors.Join(err, cache.Flush()); err != nil {
		return nil, err
	}
	return t, nil
}

// fill adds the pictures, of which there will be total, until there are no more.
func (t *Table) fill(pictures <-chan decoded, total int, m *measurer, cache *Cache, o Options) error {
	for p := range pictures {
		if err := t.add(m, p, cache, rand.New(rand.NewPCG(o.Seed, uint64(p.index)))); err != nil {
			return err
		}
		if failed := len(t.Failures); float64(failed) > maxFailed*float64(total) {
			return fmt.Errorf("%d of %d pictures cannot be read so far, which is too many; the first: %w",
				failed, total, t.Failures[0].Err)
		}
		if o.Progress != nil {
			done := len(t.Rows) + len(t.Failures)
			o.Progress(Progress{Done: done, Total: total, FromLog: t.FromLog, Failed: len(t.Failures)})
		}
	}
	return nil
}

// decoded is a picture on its way from the decoder to the networks.
type decoded struct {
	index int
	item  Item
	key   string
	known *cachedRow // from the cache; then there is no picture
	rgb   []byte
	err   error // the picture cannot be read
}

// decodeAll sends every item in order until ctx ends.
func decodeAll(ctx context.Context, items []Item, side int, cache *Cache, out chan<- decoded) error {
	for i, item := range items {
		p := decoded{index: i, item: item}
		var file []byte
		if file, p.err = os.ReadFile(item.Path); p.err == nil {
			p.key = key(file)
			if p.known = cache.get(p.key); p.known == nil {
				if p.rgb, p.err = Square(file, side); p.err != nil {
					p.err = fmt.Errorf("%s: %w", item.Path, p.err)
				}
			}
		}
		select {
		case out <- p:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// add measures a picture unless it is known, and appends its row.
func (t *Table) add(m *measurer, p decoded, cache *Cache, random *rand.Rand) error {
	if p.err != nil {
		t.Failures = append(t.Failures, Failure{Item: p.item, Err: p.err})
		return nil
	}
	known := p.known
	if known != nil {
		t.FromLog++
	} else if known = cache.get(p.key); known == nil { // it may be there by now: the same picture twice in one data set
		var err error
		if known, err = m.measure(p.key, p.rgb, random); err != nil {
			return fmt.Errorf("%s: %w", p.item.Path, err)
		}
		if err := cache.put(known); err != nil {
			return err
		}
	}
	t.Rows = append(t.Rows, known.row(p.item))
	return nil
}

// measurer runs features and networks on pictures.
type measurer struct {
	run       Runner
	rungs     int
	side      int
	extractor *features.Extractor
}

func (m *measurer) measure(key string, rgb []byte, random *rand.Rand) (*cachedRow, error) {
	row := &cachedRow{Picture: key, Features: make([]float64, features.Count), Rungs: make([]cachedRung, m.rungs)}
	stride := 3 * m.side

	var values [features.Count]float64
	start := time.Now()
	m.extractor.Reset() // the picture before has nothing to do with this one
	m.extractor.Extract(&values, rgb, stride)
	row.FeaturesTime = time.Since(start)
	copy(row.Features, values[:])
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("feature %s is %v", features.Names[i], v)
		}
	}

	var answer models.Answer
	for _, rung := range random.Perm(m.rungs) {
		took, err := m.run(rung, rgb, stride, &answer)
		if err != nil {
			return nil, err
		}
		r := cachedRung{Time: took}
		for _, g := range answer.Top[:answer.N] {
			if p := float64(g.P); math.IsNaN(p) || math.IsInf(p, 0) {
				return nil, fmt.Errorf("rung %d: the probability of label %d is %v", rung, g.Label, p)
			}
			r.Labels, r.P = append(r.Labels, g.Label), append(r.P, g.P)
		}
		row.Rungs[rung] = r
	}
	return row, nil
}

func (c *cachedRow) row(item Item) Row {
	row := Row{Item: item, Key: c.Picture, FeaturesTime: c.FeaturesTime, Rungs: make([]Outcome, len(c.Rungs))}
	copy(row.Features[:], c.Features)
	for i, rung := range c.Rungs {
		o := Outcome{Time: rung.Time, Top: make([]models.Guess, len(rung.Labels))}
		for j := range rung.Labels {
			o.Top[j] = models.Guess{Label: rung.Labels[j], P: rung.P[j]}
		}
		row.Rungs[i] = o
	}
	return row
}
