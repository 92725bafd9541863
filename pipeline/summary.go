package pipeline

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Summary is a Ledger at one moment. While frames flow, its numbers may be of
// slightly different moments.
type Summary struct {
	Received, Delivered, InTime, Failed uint64
	Reused                              uint64  // delivered with an earlier frame's answer
	Rungs                               []Count // delivered with the rung's own answer, cheapest first
	Dropped, Misses                     []Count
	Latency                             Latencies // of delivered frames
}

// Count is a number of frames with a name.
type Count struct {
	Name string
	N    uint64
}

// Summary reads the account. Any goroutine may call it at any time.
func (l *Ledger) Summary() Summary {
	s := Summary{
		Delivered: l.delivered.Load(),
		InTime:    l.inTime.Load(),
		Failed:    l.failed.Load(),
		Reused:    l.reused.Load(),
		Rungs:     counts(l.m.rungs, l.rungs),
		Dropped:   counts(dropNames[:], l.dropped[:]),
		Misses:    counts(missNames[:], l.misses[:]),
		Received:  l.received.Load(),
	}
	for i := range s.Latency {
		s.Latency[i] = l.latency[i].Load()
	}
	return s
}

func counts(names []string, values []atomic.Uint64) []Count {
	out := make([]Count, len(values))
	for i := range values {
		out[i] = Count{Name: names[i], N: values[i].Load()}
	}
	return out
}

// Latencies count durations in buckets of 1 µs up to 32 µs and of 3 % above, up
// to an hour; longer ones are in the last.
type Latencies [27*subBuckets + subBuckets]uint64

const subBuckets = 32

type histogram [len(Latencies{})]atomic.Uint64

func (h *histogram) add(d time.Duration) { h[bucket(d)].Add(1) }

func bucket(d time.Duration) int {
	us := uint64(max(d, 0) / time.Microsecond)
	shift := max(bits.Len64(us)-6, 0)
	return min(shift*subBuckets+int(us>>shift), len(Latencies{})-1)
}

// upper is the end of a bucket: all that is in it is less.
func upper(bucket int) time.Duration {
	if bucket < 2*subBuckets {
		return time.Duration(bucket+1) * time.Microsecond
	}
	shift := bucket/subBuckets - 1
	return time.Duration((bucket-shift*subBuckets)+1) << shift * time.Microsecond
}

// Quantile is a duration that at least the share q (0 to 1) of all stay under,
// exact to the width of a bucket; 0 where there are none.
func (l *Latencies) Quantile(q float64) time.Duration {
	var total, seen uint64
	for _, n := range l {
		total += n
	}
	for i, n := range l {
		seen += n
		if n > 0 && float64(seen) >= q*float64(total) {
			return upper(i)
		}
	}
	return 0
}

// Since is what came after earlier, for the figures of an interval.
func (l *Latencies) Since(earlier *Latencies) Latencies {
	out := *l
	for i := range out {
		out[i] -= earlier[i]
	}
	return out
}
