package pipeline

import "github.com/prometheus/client_golang/prometheus"

const prefix = "framewise_"

// registrar makes and registers metrics and keeps the first error.
type registrar struct {
	reg prometheus.Registerer
	err error
}

func (r *registrar) add(c prometheus.Collector) {
	if err := r.reg.Register(c); err != nil && r.err == nil {
		r.err = err
	}
}

func (r *registrar) counter(name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: prefix + name, Help: help})
	r.add(c)
	return c
}

func (r *registrar) gauge(name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: prefix + name, Help: help})
	r.add(g)
	return g
}

func (r *registrar) histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: buckets})
	r.add(h)
	return h
}

func (r *registrar) vec(name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: prefix + name, Help: help}, labels)
	r.add(v)
	return v
}

// counters is one counter for each value of a label.
func (r *registrar) counters(name, help, label string, values []string) []prometheus.Counter {
	v := r.vec(name, help, label)
	out := make([]prometheus.Counter, len(values))
	for i, value := range values {
		out[i] = v.WithLabelValues(value)
	}
	return out
}

// histograms is one histogram of durations for each value of a label.
func (r *registrar) histograms(name, help, label string, values []string) []prometheus.Observer {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: durations}, []string{label})
	r.add(v)
	out := make([]prometheus.Observer, len(values))
	for i, value := range values {
		out[i] = v.WithLabelValues(value)
	}
	return out
}

// gauges is one gauge for each value of a label.
func (r *registrar) gauges(name, help, label string, values []string) []prometheus.Gauge {
	v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: prefix + name, Help: help}, []string{label})
	r.add(v)
	out := make([]prometheus.Gauge, len(values))
	for i, value := range values {
		out[i] = v.WithLabelValues(value)
	}
	return out
}
