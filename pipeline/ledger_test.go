package pipeline

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"net/http/httptest"
)

var testRungs = []string{"small", "large"}

func newTestLedger(t testing.TB, deadline time.Duration) (*Ledger, *prometheus.Registry) {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	m, err := NewMetrics(reg, "gate", deadline, testRungs, []string{"fixed", "no_time"})
	if err != nil {
		t.Fatal(err)
	}
	return NewLedger(m), reg
}

// deliver delivers a frame with these stages.
func deliver(l *Ledger, index uint64, rung int, deadline time.Duration, change func(*Record)) {
	captured := time.Unix(1700000000, 250_000_000)
	l.Arrive(index, captured)
	r := Record{Frame: index, Deadline: deadline, Reason: "fixed", Confidence: 0.75, Latency: Latency{
		Queue: 2 * time.Millisecond, Features: time.Millisecond, Select: 100 * time.Microsecond, Infer: 10 * time.Millisecond}}
	change(&r)
	r.Latency.Total = r.Latency.Queue + r.Latency.Features + r.Latency.Select + r.Latency.Infer
	r.InTime = deadline <= 0 || r.Latency.Total <= deadline
	l.Deliver(&r, rung)
}

func asIs(*Record) {}

// drive puts one of everything into an account: 12 frames.
func drive(l *Ledger) {
	const deadline = 50 * time.Millisecond
	deliver(l, 0, 0, deadline, asIs)
	deliver(l, 3, 1, deadline, asIs) // 1 and 2 were dropped for a newer one
	deliver(l, 4, 1, deadline, func(r *Record) { r.Latency.Infer = time.Second })
	deliver(l, 5, 0, deadline, func(r *Record) { r.Latency.Queue = 51 * time.Millisecond })
	deliver(l, 6, 0, deadline, func(r *Record) { r.Reused, r.Reason = true, "no_time" })
	deliver(l, 7, 0, deadline, func(r *Record) { r.Reason = "news to us" })
	l.Arrive(8, time.Unix(1700000001, 0))
	l.Drop(DropNoAnswer)
	l.Arrive(9, time.Unix(1700000001, 0))
	l.Fail()
	l.Arrive(10, time.Unix(1700000001, 500_000_000)) // and was never heard of again
	l.Metrics().Ran(0, 3*time.Millisecond, 4*time.Millisecond)
	l.Metrics().Ran(1, 30*time.Millisecond, 20*time.Millisecond)
	l.Metrics().Ran(1, 30*time.Millisecond, 0)
	l.Metrics().Bounds([]time.Duration{4 * time.Millisecond, 20 * time.Millisecond})
	l.Metrics().SourceUp(true)
	l.Metrics().DecodeError()
	l.Settle(12)
}

func TestLedgerCountsEachFrameOnce(t *testing.T) {
	l, _ := newTestLedger(t, 50*time.Millisecond)
	drive(l)
	if err := l.Balance(); err != nil {
		t.Error(err)
	}
	got := l.Summary()
	got.Latency = Latencies{}
	want := Summary{
		Received: 12, Delivered: 6, InTime: 4, Failed: 2, Reused: 1,
		Rungs:   []Count{{"small", 3}, {"large", 2}},
		Dropped: []Count{{"newer_frame", 2}, {"no_answer", 1}, {"stopped", 1}},
		Misses:  []Count{{"queue", 1}, {"features", 0}, {"select", 0}, {"infer", 1}, {"other", 0}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	l.Settle(12)
	if again := l.Summary(); again.Received != 12 || again.Failed != 2 {
		t.Errorf("settling twice counts twice: %+v", again)
	}
}

func TestBalanceFindsAFrameCountedTwice(t *testing.T) {
	l, _ := newTestLedger(t, 0)
	deliver(l, 0, 0, 0, asIs)
	l.Fail()
	l.Settle(1)
	if l.Balance() == nil {
		t.Error("a frame delivered and failed was not noticed")
	}
}

func TestMetricsScrape(t *testing.T) {
	l, reg := newTestLedger(t, 60*time.Millisecond)
	drive(l)
	q, m, err := NewSinkQueue(reg, "jsonl", 1)
	if err != nil {
		t.Fatal(err)
	}
	q.Put(nil, &Record{}, Leaky)
	q.Put(nil, &Record{}, Leaky)
	m.Delivered(3)
	m.Failed(2)
	w := httptest.NewRecorder()
	promhttp.HandlerFor(reg, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if !bytes.Contains(w.Body.Bytes(), []byte(`framewise_frame_latency_seconds_bucket{stream="gate",le="0.06"}`)) {
		t.Error("no bucket ends at the deadline")
	}
	golden(t, "testdata/metrics.txt", w.Body.Bytes())
}

func TestMetricsOfTwoStreams(t *testing.T) {
	reg := prometheus.NewPedanticRegistry()
	for _, stream := range []string{"gate", "yard"} {
		if _, err := NewMetrics(reg, stream, time.Duration(len(stream))*time.Second, testRungs, nil); err != nil {
			t.Error(err)
		}
	}
	if _, err := NewMetrics(reg, "gate", 0, testRungs, nil); err == nil {
		t.Error("two streams of one name")
	}
	if _, err := reg.Gather(); err != nil {
		t.Error(err)
	}
}

func TestLedgerDoesNotAllocate(t *testing.T) {
	l, _ := newTestLedger(t, 50*time.Millisecond)
	r := sample()
	r.Reason = "fixed"
	index, now := uint64(0), time.Now()
	bounds := []time.Duration{1, 2}
	if n := testing.AllocsPerRun(100, func() {
		l.Arrive(index, now)
		l.Metrics().Bounds(bounds)
		l.Metrics().Ran(1, time.Millisecond, time.Second)
		l.Deliver(&r, 1)
		index += 2
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func TestLatencies(t *testing.T) {
	var h histogram
	for i := range 1000 {
		h.add(time.Duration(i+1) * 100 * time.Microsecond)
	}
	var l Latencies
	for i := range l {
		l[i] = h[i].Load()
	}
	for q, want := range map[float64]time.Duration{0.5: 50 * time.Millisecond, 0.99: 99 * time.Millisecond, 1: 100 * time.Millisecond} {
		if got := l.Quantile(q); got < want || got > want+want/25 {
			t.Errorf("quantile %v = %v, want %v to 4 %% more", q, got, want)
		}
	}
	if since := l.Since(&l); since.Quantile(0.99) != 0 {
		t.Error("nothing came since")
	}
}

func TestBucketsJoin(t *testing.T) {
	for i := range len(Latencies{}) - 1 {
		end := upper(i)
		if b := bucket(end - 1); b != i {
			t.Fatalf("%v is in bucket %d, want %d", end-1, b, i)
		}
		if b := bucket(end); b != i+1 {
			t.Fatalf("%v is in bucket %d, want %d", end, b, i+1)
		}
	}
	for _, d := range []time.Duration{-1, 0, 1 << 62} {
		bucket(d)
	}
}
