package latency_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"

	"framewise/selector/latency"
)

const ms = time.Millisecond

// clock is virtual time.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Unix(1000, 0)} }

func (c *clock) pass(d time.Duration) time.Time {
	c.now = c.now.Add(d)
	return c.now
}

// bound is the bound of the only rung.
func bound(e *latency.Estimator, now time.Time) time.Duration {
	var dst [1]time.Duration
	e.Bounds(dst[:], now)
	return dst[0]
}

func repeat(d time.Duration, n int) []time.Duration {
	return slices.Repeat([]time.Duration{d}, n)
}

func TestNothingKnown(t *testing.T) {
	dst := []time.Duration{1, 1, 1}
	latency.New(3, .99, [][]time.Duration{{}, {7 * ms}}).Bounds(dst, newClock().now)
	if diff := cmp.Diff([]time.Duration{0, 7 * ms, 0}, dst); diff != "" {
		t.Error(diff)
	}
}

func TestRank(t *testing.T) {
	for _, test := range []struct {
		name     string
		quantile float64
		n        int // run times of 1, 2 … n ms
		want     time.Duration
	}{
		{"one", .99, 1, 1 * ms},
		{"too few for the promise: the worst", .99, 50, 50 * ms},
		{"99 are just enough", .99, 99, 99 * ms},
		{"a full window", .99, 256, 255 * ms},
		{"median", .5, 99, 50 * ms},
		{"nine in ten", .9, 99, 90 * ms},
		{"only the last 256 count", .5, 300, 173 * ms},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClock()
			e := latency.New(1, test.quantile, nil)
			for i := range test.n {
				e.Observe(0, time.Duration(i+1)*ms, c.pass(ms))
			}
			if got := bound(e, c.now); got != test.want {
				t.Errorf("bound = %v, want %v", got, test.want)
			}
		})
	}
}

// TestWindow holds the estimator to sorting the last 256 run times anew.
func TestWindow(t *testing.T) {
	c := newClock()
	r := rand.New(rand.NewPCG(1, 2))
	e := latency.New(1, .95, nil)
	var all []time.Duration
	for range 2000 {
		d := time.Duration(r.IntN(40)) * ms // many ties
		all = append(all, d)
		e.Observe(0, d, c.pass(ms))
		last := slices.Clone(all[max(0, len(all)-256):])
		slices.Sort(last)
		want := last[min(len(last), int(math.Ceil(.95*float64(len(last)+1))))-1]
		if got := bound(e, c.now); got != want {
			t.Fatalf("bound after %d runs = %v, want %v", len(all), got, want)
		}
	}
}

func TestFollowsLoad(t *testing.T) {
	c := newClock()
	e := latency.New(1, .99, [][]time.Duration{repeat(10*ms, 256)})
	e.Observe(0, 30*ms, c.pass(33*ms))
	e.Observe(0, 30*ms, c.pass(33*ms))
	if got := bound(e, c.now); got != 30*ms {
		t.Errorf("bound after two slow runs = %v, want 30ms", got)
	}
	for range 254 {
		e.Observe(0, 10*ms, c.pass(33*ms))
	}
	if got := bound(e, c.now); got != 30*ms {
		t.Errorf("bound with the slow runs in the window = %v, want 30ms", got)
	}
	e.Observe(0, 10*ms, c.pass(33*ms))
	if got := bound(e, c.now); got != 10*ms {
		t.Errorf("bound after the window has moved on = %v, want 10ms", got)
	}
}

// TestCutRun: of a run that was cut off only the time it had is known.
func TestCutRun(t *testing.T) {
	c := newClock()
	e := latency.New(1, .99, [][]time.Duration{repeat(10*ms, 20)})
	e.Observe(0, 50*ms, c.pass(33*ms))
	if got := bound(e, c.now); got != 50*ms {
		t.Errorf("bound = %v, want the 50ms that the run had", got)
	}
}

// TestHiccup: a rung whose bound is too long for the deadline is not run, so
// nothing but time can shorten the bound.
func TestHiccup(t *testing.T) {
	c := newClock()
	e := latency.New(1, .99, [][]time.Duration{repeat(10*ms, 100)})
	for range 3 {
		e.Observe(0, 200*ms, c.pass(33*ms))
	}
	if got := bound(e, c.pass(999*ms)); got != 200*ms {
		t.Errorf("bound within the second = %v, want 200ms", got)
	}
	if got := bound(e, c.pass(ms)); got != 10*ms {
		t.Errorf("bound after a second = %v, want 10ms", got)
	}
}

// TestLoadThatIsOver: the window holds nothing but slow runs.
func TestLoadThatIsOver(t *testing.T) {
	c := newClock()
	e := latency.New(2, .99, [][]time.Duration{repeat(10*ms, 20), repeat(1*ms, 20)})
	for range 300 {
		e.Observe(0, 200*ms, c.pass(33*ms))
	}
	start := c.now
	var dst [2]time.Duration
	for {
		e.Bounds(dst[:], c.pass(33*ms))
		if dst[0] < 200*ms {
			break
		}
		e.Observe(1, 1*ms, c.now)
		if c.now.Sub(start) > time.Minute {
			t.Fatal("the rung is barred for more than a minute")
		}
	}
	if dst[0] != 10*ms || dst[1] != 1*ms {
		t.Errorf("bounds = %v, want 10ms, the best ever, and 1ms", dst)
	}
	if took := c.now.Sub(start); took < 10*time.Second {
		t.Errorf("a load of ten seconds was forgotten in %v", took)
	}
	e.Observe(0, 200*ms, c.pass(33*ms)) // it was not over
	if got := bound(latency.New(1, .99, nil), c.now); got != 0 {
		t.Errorf("a new estimator knows %v", got)
	}
	e.Bounds(dst[:], c.now)
	if dst[0] != 200*ms {
		t.Errorf("bound after a slow run = %v, want 200ms", dst[0])
	}
}

// TestUseStopsForgetting: a rung that runs once in a while keeps what it knows
// between.
func TestUseStopsForgetting(t *testing.T) {
	c := newClock()
	e := latency.New(1, .99, [][]time.Duration{append(repeat(10*ms, 20), 40*ms)})
	for range 100 {
		if got := bound(e, c.pass(900*ms)); got != 40*ms {
			t.Fatalf("bound = %v, want 40ms", got)
		}
		e.Observe(0, 10*ms, c.now)
	}
}

// TestLongPause: hours without a call cost no more than a moment, and what is
// kept is the best.
func TestLongPause(t *testing.T) {
	c := newClock()
	e := latency.New(1, .99, nil)
	e.Observe(0, 10*ms, c.now)
	for range 300 {
		e.Observe(0, 50*ms, c.pass(ms))
	}
	if got := bound(e, c.pass(10000*time.Hour)); got != 10*ms {
		t.Errorf("bound = %v, want 10ms", got)
	}
	e.Observe(0, 20*ms, c.now)
	if got := bound(e, c.pass(500*ms)); got != 20*ms {
		t.Errorf("bound = %v, want 20ms", got)
	}
}

// TestClockSetBack: nothing is forgotten and nothing breaks.
func TestClockSetBack(t *testing.T) {
	c := newClock()
	e := latency.New(1, .99, nil)
	e.Observe(0, 10*ms, c.now)
	if got := bound(e, c.pass(-time.Hour)); got != 10*ms {
		t.Errorf("bound = %v, want 10ms", got)
	}
}

// TestBoundIsAnObservedTime holds for any mix of runs and pauses.
func TestBoundIsAnObservedTime(t *testing.T) {
	property := func(quantile uint8, steps []uint16) bool {
		c := newClock()
		e := latency.New(1, float64(quantile%100+1)/101, nil)
		seen := map[time.Duration]bool{0: true}
		for _, s := range steps {
			if s%4 == 0 {
				c.pass(time.Duration(s) * ms)
			} else {
				d := time.Duration(s%1000+1) * ms
				seen[d] = true
				e.Observe(0, d, c.pass(ms))
			}
			got := bound(e, c.now)
			if !seen[got] || (got == 0) != (len(seen) == 1) {
				return false
			}
		}
		return true
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
}

// TestHolds: of run times drawn alike, about as many as promised are within the
// bound that was given before.
func TestHolds(t *testing.T) {
	c := newClock()
	r := rand.New(rand.NewPCG(3, 4))
	e := latency.New(1, .95, nil)
	draw := func() time.Duration { return time.Duration(float64(5*ms) * math.Exp(r.NormFloat64()/2)) }
	for range 100 {
		e.Observe(0, draw(), c.pass(33*ms))
	}
	held, runs := 0, 20000
	for range runs {
		limit, d := bound(e, c.now), draw()
		if d <= limit {
			held++
		}
		e.Observe(0, d, c.pass(33*ms))
	}
	if share := float64(held) / float64(runs); share < .945 || share > .965 {
		t.Errorf("%v of the runs were within the bound, .95 were promised", share)
	}
}

func TestNoAllocation(t *testing.T) {
	c := newClock()
	e := latency.New(4, .99, nil)
	dst := make([]time.Duration, 4)
	i := 0
	if n := testing.AllocsPerRun(2000, func() {
		i++
		e.Observe(i%3, time.Duration(i*7919%40)*ms, c.pass(33*ms))
		e.Bounds(dst, c.now)
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkFrame(b *testing.B) {
	c := newClock()
	e := latency.New(5, .99, nil)
	dst := make([]time.Duration, 5)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		e.Observe(i%5, time.Duration(i*7919%4001)*time.Microsecond, c.pass(33*ms))
		e.Bounds(dst, c.now)
	}
}
