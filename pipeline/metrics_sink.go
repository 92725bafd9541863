package pipeline

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// SinkMetrics are a sink's. Each record that is handed to the sink's queue is
// counted once.
type SinkMetrics struct {
	delivered, dropped, failed prometheus.Counter
}

// NewSinkQueue makes the queue of a sink and the sink's metrics: what the queue
// loses is counted as dropped. It is an error when a sink of that name has
// metrics already.
func NewSinkQueue(reg prometheus.Registerer, sink string, size int) (*Queue, *SinkMetrics, error) {
	r := registrar{reg: prometheus.WrapRegistererWith(prometheus.Labels{"sink": sink}, reg)}
	c := r.counters("sink_messages_total", "Answers handed to a sink, by what became of them.", "result",
		[]string{"delivered", "dropped", "failed"})
	m := &SinkMetrics{delivered: c[0], dropped: c[1], failed: c[2]}
	q := NewQueue(size, m.dropped.Inc)
	r.add(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: prefix + "sink_queue_length",
		Help: "Answers that wait for a sink."}, func() float64 { return float64(q.Len()) }))
	if r.err != nil {
		return nil, nil, fmt.Errorf("register the metrics of sink %q: %w", sink, r.err)
	}
	return q, m, nil
}

// Delivered counts records that have left.
func (m *SinkMetrics) Delivered(n int) { m.delivered.Add(float64(n)) }

// Failed counts records that were lost to an error.
func (m *SinkMetrics) Failed(n int) { m.failed.Add(float64(n)) }
