package framewise

import (
	"errors"
	"time"

	"framewise/models"
	"framewise/pipeline"
	"framewise/selector"
)

var errNoNumber = errors.New("the network's output has no finite number")

// moment is what is known of one frame's time.
type moment struct {
	start time.Time     // when the frame reached the element
	age   time.Duration // from capture to start
}

// elapsed is the time from capture to now.
func (m moment) elapsed() time.Duration { return m.age + time.Since(m.start) }

// Frame decides, runs and delivers for one frame, on the streaming thread. It
// allocates nothing in steady state and takes no lock shared with control code.
func (p *Path) Frame(f *pipeline.Frame) pipeline.Verdict {
	m := moment{start: time.Now(), age: f.SinceDecoded}
	if p.Clock == pipeline.ClockPresentation && f.SinceDue != pipeline.Unknown {
		m.age = f.SinceDue
	}
	captured := m.start.Add(-m.age)
	p.Ledger.Arrive(f.Index, captured)

	p.record = pipeline.Record{
		Stream: p.Stream, Frame: f.Index, Clock: p.Clock, Region: string(p.Region), PTS: f.PTS,
		CaptureTime: captured, Deadline: p.Deadline,
	}
	p.record.Latency.Queue = m.age
	p.answers, p.failed = p.answers[:0], false
	p.situation.Finished = p.situation.Finished[:0]

	if f.QoSLate && p.haveLast {
		p.settle(selector.Decision{Action: selector.Reuse, Reason: selector.ReasonQoS}, m, f)
		return pipeline.Forward
	}
	pic, stride, err := p.picture.of(f)
	if err != nil {
		p.note(err)
		p.Ledger.Fail()
		return pipeline.Forward
	}
	if p.situation.Features != nil {
		p.extractor.Extract(&p.vector, pic, stride)
	}
	p.record.Latency.Features = time.Since(m.start)
	p.settle(p.act(m, pic, stride), m, f)
	return pipeline.Forward
}

// act follows the policy until it says what to deliver. The reason is the first
// decision's, which chose the answer, unless the run came to nothing.
func (p *Path) act(m moment, pic []byte, stride int) selector.Decision {
	s := &p.situation
	s.Last = p.haveLast
	first := selector.Reason("")
	for {
		now := m.elapsed()
		s.TimeLeft = p.Deadline - now
		p.Latency.Bounds(p.bounds, m.start)
		p.Ledger.Metrics().Bounds(p.bounds)
		d := p.Policy.Decide(s)
		p.record.Latency.Select += m.elapsed() - now
		if first == "" {
			first = d.Reason
		}
		if d.Action != selector.Run {
			d.Reason = first
			return d
		}
		if !p.run(d.Rung, m, pic, stride) {
			return p.fallBack()
		}
	}
}

// fallBack is what remains after a run that was cut off or failed: the best
// finished answer, the last one, or none.
func (p *Path) fallBack() selector.Decision {
	d := selector.Decision{Action: selector.Skip, Reason: selector.ReasonCut}
	if p.failed {
		d.Reason = selector.ReasonFailed
	}
	switch {
	case len(p.situation.Finished) > 0:
		d.Action, d.Rung = selector.Deliver, p.situation.Best()
	case p.haveLast:
		d.Action = selector.Reuse
	}
	return d
}

// run runs one rung within the time left and tells whether it has answered.
func (p *Path) run(rung int, m moment, pic []byte, stride int) bool {
	var limit time.Duration
	// With nothing to fall back on, an answer late is better than none at all.
	if p.Cut && p.Deadline > 0 && (p.haveLast || len(p.answers) > 0) {
		limit = p.Deadline - m.elapsed() - cutMargin(p.Deadline)
		if limit <= 0 {
			return false
		}
	}
	bound := p.bounds[rung]
	p.answers = append(p.answers, models.Answer{})
	a := &p.answers[len(p.answers)-1]
	before := m.elapsed()
	out, err := p.Runner.Run(rung, pic, stride, limit, a)
	took := m.elapsed() - before
	if err == nil && !out.Cut && a.Label < 0 {
		err = errNoNumber
	}

	p.record.AddRun(p.Ladder.Rungs[rung].Name)
	p.record.Latency.Infer += took
	p.Latency.Observe(rung, took, m.start)
	p.Ledger.Metrics().Ran(rung, took, bound)
	if err != nil || out.Cut {
		p.answers = p.answers[:len(p.answers)-1]
		if err != nil {
			p.note(err)
			p.failed = true
		}
		return false
	}
	p.situation.Finished = append(p.situation.Finished, selector.Finished{Rung: rung, Confidence: a.Confidence})
	return true
}

// settle delivers, or counts why not.
func (p *Path) settle(d selector.Decision, m moment, f *pipeline.Frame) {
	r := &p.record
	r.Reason = string(d.Reason)
	switch {
	case d.Action == selector.Deliver:
		p.last, p.lastRung, p.lastFrom, p.haveLast = p.answers[p.finished(d.Rung)], d.Rung, f.Index, true
	case d.Action == selector.Reuse:
		r.Reused = true
	case p.failed:
		p.Ledger.Fail()
		return
	default: // skipped by the policy
		p.Ledger.Drop(pipeline.DropNoAnswer)
		return
	}
	p.fill(r)
	r.Latency.Total = m.elapsed()
	r.TimeLeft = p.Deadline - r.Latency.Total
	r.InTime = p.Deadline <= 0 || r.TimeLeft >= 0
	p.Ledger.Deliver(r, p.lastRung)
	p.Deliver(r)
	f.Attach = pipeline.Attachment{
		Set: true, LabelID: r.LabelID, Label: r.Label, Model: r.Model, Confidence: r.Confidence,
		Latency: r.Latency.Total, InTime: r.InTime, Reused: r.Reused,
	}
}

// finished is the index among this frame's answers of a rung's.
func (p *Path) finished(rung int) int {
	for i := range p.situation.Finished {
		if p.situation.Finished[i].Rung == rung {
			return i
		}
	}
	return len(p.situation.Finished) - 1
}

// fill writes the last answer into the record.
func (p *Path) fill(r *pipeline.Record) {
	a := &p.last
	labels := p.Ladder.Labels
	r.LabelID, r.Label, r.Confidence = a.Label, labels[a.Label], a.Confidence
	r.Model, r.AnswerFrame = p.Ladder.Rungs[p.lastRung].Name, p.lastFrom
	for _, g := range a.Top[:a.N] {
		r.AddTop(g.Label, labels[g.Label], g.P)
	}
}
