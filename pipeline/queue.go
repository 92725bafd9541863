package pipeline

import "context"

// Sink is where answers go.
type Sink interface {
	// Run takes records from the queue until it is closed and empty, or ctx is
	// done. It blocks and owns every goroutine it starts.
	Run(ctx context.Context, in *Queue) error
}

// Mode says what a producer does at a full queue.
type Mode uint8

// The modes.
const (
	// Leaky loses the record at hand and never waits: for live streams. It is
	// the newcomer that is lost, because what is queued may be a blocking
	// stream's, which was promised that nothing is.
	Leaky Mode = iota
	// Blocking waits for room: for files, so that nothing is lost.
	Blocking
)

// Queue is a bounded queue of records from many producers (streaming threads)
// to one consumer (a sink). A full, slow or absent consumer costs a leaky
// producer nothing; a blocking producer waits only while the consumer is there.
type Queue struct {
	records chan Record
	closed  chan struct{} // no more records will come
	gone    chan struct{} // the consumer has left
	lost    func()
}

// NewQueue makes a queue of size records. lost is called, on the producer's
// thread, for each record that is not taken in; it must not block or allocate.
func NewQueue(size int, lost func()) *Queue {
	return &Queue{
		records: make(chan Record, size),
		closed:  make(chan struct{}),
		gone:    make(chan struct{}),
		lost:    lost,
	}
}

// Put copies a record into the queue. It returns false, and counts the record
// as lost, when the queue is full (Leaky), done is closed while it waits
// (Blocking), or the consumer has left. It does not allocate.
func (q *Queue) Put(done <-chan struct{}, r *Record, mode Mode) bool {
	select {
	case <-q.gone:
		q.lost()
		return false
	default:
	}
	select {
	case q.records <- *r:
		return q.taken()
	default:
	}
	if mode == Blocking {
		select {
		case q.records <- *r:
			return q.taken()
		case <-q.gone:
		case <-done:
		}
	}
	q.lost()
	return false
}

// taken is what Put answers for a record that is in the queue. If the consumer
// left in between, Feed may have drained the queue before the record came.
func (q *Queue) taken() bool {
	select {
	case <-q.gone:
		q.drain()
		return false
	default:
		return true
	}
}

// drain counts all that is in the queue as lost.
func (q *Queue) drain() {
	var r Record
	for q.TryTake(&r) {
		q.lost()
	}
}

// Take copies the next record out and waits for one. It returns false when the
// queue is closed and empty, or done is closed. For the consumer only.
func (q *Queue) Take(done <-chan struct{}, r *Record) bool {
	if q.TryTake(r) {
		return true
	}
	select {
	case *r = <-q.records:
		return true
	case <-done:
		return false
	case <-q.closed:
		return q.TryTake(r)
	}
}

// TryTake is Take that returns false at once when the queue is empty.
func (q *Queue) TryTake(r *Record) bool {
	select {
	case *r = <-q.records:
		return true
	default:
		return false
	}
}

// Len is how many records wait.
func (q *Queue) Len() int { return len(q.records) }

// Close says that every producer has put its last record. Call it once.
func (q *Queue) Close() { close(q.closed) }

// Feed runs a sink on the queue. When the sink returns, what is left and what
// still comes is lost and counted, and nobody waits for it. Call it once.
func (q *Queue) Feed(ctx context.Context, s Sink) error {
	err := s.Run(ctx, q)
	close(q.gone)
	q.drain()
	return err
}
