package pipeline

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sinkFunc is a fake sink.
type sinkFunc func(ctx context.Context, in *Queue) error

func (f sinkFunc) Run(ctx context.Context, in *Queue) error { return f(ctx, in) }

func TestLeakyPutLosesTheNewcomer(t *testing.T) {
	lost := 0
	q := NewQueue(2, func() { lost++ })
	for i := range uint64(5) {
		if ok := q.Put(nil, &Record{Frame: i}, Leaky); ok != (i < 2) {
			t.Errorf("put %d: %v", i, ok)
		}
	}
	if lost != 3 || q.Len() != 2 {
		t.Errorf("%d lost, %d waiting", lost, q.Len())
	}
	q.Close()
	var r Record
	for i := range uint64(2) {
		if !q.Take(nil, &r) || r.Frame != i {
			t.Errorf("took frame %d, want %d", r.Frame, i)
		}
	}
	if q.Take(nil, &r) {
		t.Error("a closed, empty queue gave a record")
	}
}

func TestBlockingPutWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lost atomic.Int32
		q := NewQueue(1, func() { lost.Add(1) })
		done := make(chan struct{})
		var results []bool
		go func() {
			for i := range uint64(3) {
				results = append(results, q.Put(done, &Record{Frame: i}, Blocking))
			}
		}()
		synctest.Wait() // the second put waits
		var r Record
		if !q.Take(nil, &r) || r.Frame != 0 {
			t.Errorf("took frame %d", r.Frame)
		}
		synctest.Wait() // the third put waits
		close(done)
		synctest.Wait()
		if want := []bool{true, true, false}; len(results) != 3 || results[1] != want[1] || results[2] != want[2] {
			t.Errorf("puts: %v, want %v", results, want)
		}
		if lost.Load() != 1 {
			t.Errorf("%d lost", lost.Load())
		}
	})
}

func TestNobodyWaitsForAConsumerThatLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lost atomic.Int32
		q := NewQueue(1, func() { lost.Add(1) })
		leave := make(chan struct{})
		failed := errors.New("broken")
		fed := make(chan error)
		go func() {
			fed <- q.Feed(t.Context(), sinkFunc(func(context.Context, *Queue) error { <-leave; return failed }))
		}()
		for range 3 {
			go q.Put(nil, &Record{}, Blocking)
		}
		synctest.Wait() // one is in the queue, two wait
		close(leave)
		if err := <-fed; !errors.Is(err, failed) {
			t.Errorf("Feed returned %v", err)
		}
		if q.Put(nil, &Record{}, Blocking) {
			t.Error("a record was taken in for nobody")
		}
		synctest.Wait()
		if lost.Load() != 4 || q.Len() != 0 {
			t.Errorf("%d lost, %d waiting; all 4 must be lost", lost.Load(), q.Len())
		}
	})
}

// TestEveryRecordIsTakenOrLost: the sum holds whatever the moment at which the
// consumer leaves.
func TestEveryRecordIsTakenOrLost(t *testing.T) {
	const producers, each = 4, 500
	for stopAfter := 0; stopAfter < 2000; stopAfter += 97 {
		var lost atomic.Int64
		q := NewQueue(8, func() { lost.Add(1) })
		var taken int64
		var wg sync.WaitGroup
		for p := range producers {
			wg.Go(func() {
				for i := range uint64(each) {
					q.Put(nil, &Record{Frame: i}, Mode(p%2))
				}
			})
		}
		go func() { wg.Wait(); q.Close() }()
		_ = q.Feed(t.Context(), sinkFunc(func(ctx context.Context, in *Queue) error {
			var r Record
			for int(taken) < stopAfter && in.Take(ctx.Done(), &r) {
				taken++
			}
			return nil
		}))
		wg.Wait()
		if sum := taken + lost.Load(); sum != producers*each {
			t.Fatalf("consumer left after %d: %d taken + %d lost = %d, want %d", stopAfter, taken, lost.Load(), sum, producers*each)
		}
	}
}

func TestQueueDoesNotAllocate(t *testing.T) {
	q := NewQueue(4, func() {})
	r, out := sample(), Record{}
	if n := testing.AllocsPerRun(100, func() { q.Put(nil, &r, Leaky); q.TryTake(&out) }); n != 0 {
		t.Errorf("%v allocations a record", n)
	}
}
