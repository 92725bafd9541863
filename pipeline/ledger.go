package pipeline

import (
	"fmt"
	"sync/atomic"
	"time"
)

// DropReason is why a frame was dropped on purpose.
type DropReason int

// The reasons.
const (
	DropNewerFrame DropReason = iota // a newer frame took its place while the element was busy
	DropNoAnswer                     // the policy gave no answer
	DropStopped                      // on its way when the stream was stopped
	drops
)

var dropNames = [drops]string{"newer_frame", "no_answer", "stopped"}

// Ledger is the account of a stream's frames. Each frame that came in is
// counted exactly once: delivered, dropped (why) or failed.
//
// The frame path calls Arrive for each frame it sees and then exactly one of
// Deliver, Drop and Fail, on the streaming thread, without allocating or
// locking. Frames that it never saw are found by the gaps between the indices
// of those it did. Settle closes the account.
type Ledger struct {
	m *Metrics

	next      atomic.Uint64 // index after the last frame that arrived
	arrived   atomic.Uint64
	received  atomic.Uint64
	delivered atomic.Uint64
	inTime    atomic.Uint64
	failed    atomic.Uint64
	reused    atomic.Uint64
	dropped   [drops]atomic.Uint64
	misses    [misses]atomic.Uint64
	rungs     []atomic.Uint64
	latency   histogram
}

// NewLedger makes an empty account that counts into m as well.
func NewLedger(m *Metrics) *Ledger {
	return &Ledger{m: m, rungs: make([]atomic.Uint64, len(m.rungs))}
}

// Metrics are the stream's metrics.
func (l *Ledger) Metrics() *Metrics { return l.m }

// Arrive counts a frame that reached the frame path, and the frames between the
// last one and this as dropped for a newer one. index is the decoded frame's
// number, from 0 and rising.
func (l *Ledger) Arrive(index uint64, captured time.Time) {
	l.arrived.Add(1)
	if next := l.next.Load(); index >= next {
		l.receive(index + 1 - next)
		l.drop(DropNewerFrame, index-next)
		l.next.Store(index + 1)
	}
	l.m.lastFrame.Set(float64(captured.UnixMicro()) / 1e6)
}

// Deliver counts a frame whose answer is delivered. rung is the one whose
// answer it is.
func (l *Ledger) Deliver(r *Record, rung int) {
	if r.Reused {
		l.reused.Add(1)
	} else {
		l.rungs[rung].Add(1)
	}
	if r.InTime {
		l.inTime.Add(1)
	} else {
		l.misses[r.miss()].Add(1)
	}
	l.latency.add(r.Latency.Total)
	l.delivered.Add(1)
	l.m.delivered(r, rung)
}

// Drop counts a frame that the frame path gives up.
func (l *Ledger) Drop(why DropReason) { l.drop(why, 1) }

// Fail counts a frame that was lost to an error.
func (l *Ledger) Fail() { l.fail(1) }

// Settle closes the account when the graph is at rest: entered is how many
// frames came in. Frames that arrived and were not heard of again (a panic in
// the frame path) have failed; frames that never arrived were on their way.
func (l *Ledger) Settle(entered uint64) {
	done := l.delivered.Load() + l.failed.Load() + l.dropped[DropNoAnswer].Load()
	if arrived := l.arrived.Load(); arrived > done {
		l.fail(arrived - done)
	}
	if next := l.next.Load(); entered > next {
		l.receive(entered - next)
		l.drop(DropStopped, entered-next)
		l.next.Store(entered)
	}
}

func (l *Ledger) receive(n uint64) {
	l.received.Add(n)
	l.m.received.Add(float64(n))
}

func (l *Ledger) drop(why DropReason, n uint64) {
	l.dropped[why].Add(n)
	l.m.dropped[why].Add(float64(n))
}

func (l *Ledger) fail(n uint64) {
	l.failed.Add(n)
	l.m.failed.Add(float64(n))
}

// Balance is nil when each frame is accounted for exactly once. It means
// something only after Settle: before, a frame may be on its way.
func (l *Ledger) Balance() error {
	s := l.Summary()
	out := s.Delivered + s.Failed
	for _, d := range s.Dropped {
		out += d.N
	}
	if out != s.Received {
		return fmt.Errorf("frames do not add up: %d received, %d delivered, dropped or failed", s.Received, out)
	}
	return nil
}
