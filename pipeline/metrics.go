package pipeline

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// NoModel is the model label of a selection that ran none: an answer was reused.
const NoModel = "none"

// otherReason is the reason label of a record whose reason was not announced.
const otherReason = "other"

// The stages of Latency, as metric labels and as causes of a miss: the stage
// during which the deadline passed. What is in none of them is "other".
const (
	stageQueue = iota
	stageFeatures
	stageSelect
	stageInfer
	stages
	missOther = stages
	misses    = stages + 1
)

var missNames = [misses]string{"queue", "features", "select", "infer", "other"}

func (l *Latency) stages() [stages]time.Duration {
	return [stages]time.Duration{stageQueue: l.Queue, stageFeatures: l.Features, stageSelect: l.Select, stageInfer: l.Infer}
}

// miss is the stage during which the deadline passed.
func (r *Record) miss() int {
	var passed time.Duration
	for i, d := range r.Latency.stages() {
		if passed += d; passed > r.Deadline {
			return i
		}
	}
	return missOther
}

// Metrics are a stream's. Every handle is resolved when they are made, so that
// counting neither allocates nor locks and may be done on any thread. Frames are
// counted through Ledger.
type Metrics struct {
	rungs   []string
	reasons map[string]int // read only

	received prometheus.Counter
	answered prometheus.Counter
	failed   prometheus.Counter
	dropped  []prometheus.Counter
	misses   []prometheus.Counter
	latency  prometheus.Histogram
	stages   []prometheus.Observer
	chosen   [][]prometheus.Counter // by rung (the last row: NoModel), then reason (the last column: other)
	sureness prometheus.Histogram
	models   []prometheus.Observer
	bounds   []prometheus.Gauge
	held     [][2]prometheus.Counter // by rung; 1: the bound held

	up           prometheus.Gauge
	lastFrame    prometheus.Gauge
	decodeErrors prometheus.Counter
}

// durations are the bucket bounds of durations, seconds.
var durations = []float64{.0005, .001, .002, .004, .006, .01, .015, .02, .03, .05, .075, .1, .15, .25, .5, 1, 2.5}

// NewMetrics registers the metrics of a stream under the label stream. deadline
// 0 means none; rungs are the models' names, cheapest first; reasons are the
// values that Record.Reason takes. It is an error when the stream has metrics
// already.
func NewMetrics(reg prometheus.Registerer, stream string, deadline time.Duration, rungs, reasons []string) (*Metrics, error) {
	r := registrar{reg: prometheus.WrapRegistererWith(prometheus.Labels{"stream": stream}, reg)}
	m := &Metrics{rungs: rungs, reasons: map[string]int{}}

	m.received = r.counter("frames_received_total", "Decoded frames that came in.")
	m.answered = r.counter("frames_delivered_total", "Frames whose answer was delivered.")
	m.failed = r.counter("frames_failed_total", "Frames that were lost to an error.")
	m.dropped = r.counters("frames_dropped_total", "Frames dropped on purpose, by reason.", "reason", dropNames[:])
	m.misses = r.counters("deadline_misses_total", "Answers delivered late, by the stage during which the deadline passed.", "cause", missNames[:])

	latency := durations
	if deadline > 0 {
		r.gauge("deadline_seconds", "Longest useful time from capture to delivered answer.").Set(deadline.Seconds())
		latency = append([]float64{deadline.Seconds()}, durations...)
		slices.Sort(latency)
		latency = slices.Compact(latency)
	}
	m.latency = r.histogram("frame_latency_seconds", "From capture to delivered answer. One bucket ends at the deadline.", latency)
	m.stages = r.histograms("stage_duration_seconds", "Time delivered frames spent in a stage of their way.", "stage", missNames[:stages])
	m.sureness = r.histogram("answer_confidence", "Confidence of delivered answers.", prometheus.LinearBuckets(.1, .1, 10))

	selections := r.vec("selections_total", "Delivered frames, by the model that was chosen and why.", "model", "reason")
	for _, model := range append(slices.Clone(rungs), NoModel) {
		row := make([]prometheus.Counter, 0, len(reasons)+1)
		for _, reason := range append(slices.Clone(reasons), otherReason) {
			row = append(row, selections.WithLabelValues(model, reason))
		}
		m.chosen = append(m.chosen, row)
	}
	for i, reason := range reasons {
		m.reasons[reason] = i
	}

	m.models = r.histograms("model_duration_seconds", "Time of a run of a model, cut runs too.", "model", rungs)
	m.bounds = r.gauges("model_latency_bound_seconds", "Upper quantile of a model's time now.", "model", rungs)
	checks := r.vec("latency_bound_checks_total", "Runs of a model, by whether they ended within its bound.", "model", "held")
	for _, model := range rungs {
		m.held = append(m.held, [2]prometheus.Counter{checks.WithLabelValues(model, "false"), checks.WithLabelValues(model, "true")})
	}

	m.up = r.gauge("source_up", "1 while the source delivers frames.")
	m.lastFrame = r.gauge("source_last_frame_timestamp_seconds", "Capture time of the last frame, Unix time.")
	m.decodeErrors = r.counter("decode_errors_total", "Warnings and errors of the source and the decoder.")
	if r.err != nil {
		return nil, fmt.Errorf("register the metrics of stream %q: %w", stream, r.err)
	}
	return m, nil
}

// delivered counts a delivered frame. rung is the one whose answer it is.
func (m *Metrics) delivered(r *Record, rung int) {
	m.answered.Inc()
	if r.Reused {
		rung = len(m.rungs)
	}
	reason, ok := m.reasons[r.Reason]
	if !ok {
		reason = len(m.reasons)
	}
	m.chosen[rung][reason].Inc()
	if !r.InTime {
		m.misses[r.miss()].Inc()
	}
	m.latency.Observe(r.Latency.Total.Seconds())
	for i, d := range r.Latency.stages() {
		m.stages[i].Observe(d.Seconds())
	}
	if c := float64(r.Confidence); !math.IsNaN(c) { // one NaN would stay in the sum for ever
		m.sureness.Observe(c)
	}
}

// Ran counts a run of a rung that took so long, cut off or not. bound is the
// latency bound that it was chosen by, 0 where there was none.
func (m *Metrics) Ran(rung int, took, bound time.Duration) {
	m.models[rung].Observe(took.Seconds())
	switch {
	case bound <= 0:
	case took <= bound:
		m.held[rung][1].Inc()
	default:
		m.held[rung][0].Inc()
	}
}

// Bounds sets the latency bounds of all rungs.
func (m *Metrics) Bounds(bounds []time.Duration) {
	for i, d := range bounds {
		m.bounds[i].Set(d.Seconds())
	}
}

// SourceUp says whether the source delivers frames.
func (m *Metrics) SourceUp(up bool) {
	if up {
		m.up.Set(1)
	} else {
		m.up.Set(0)
	}
}

// DecodeError counts a warning or an error of the source or the decoder.
func (m *Metrics) DecodeError() { m.decodeErrors.Inc() }
