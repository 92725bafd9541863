package framewise

import (
	"errors"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"framewise/models"
	"framewise/models/ort"
	"framewise/pipeline"
	"framewise/selector"
	"framewise/selector/latency"
	"framewise/selector/policy"
)

// fakeRunner stands in for the networks: rung i answers label i after times[i],
// on the real clock, and is cut off at the limit like a real run.
type fakeRunner struct {
	times  []time.Duration
	errs   []error
	limits []time.Duration // of each run
	rungs  []int
}

func (r *fakeRunner) Run(rung int, _ []byte, _ int, limit time.Duration, a *models.Answer) (ort.Outcome, error) {
	r.limits, r.rungs = append(r.limits, limit), append(r.rungs, rung)
	took, cut := r.times[rung], false
	if limit > 0 && took > limit {
		took, cut = limit, true
	}
	for end := time.Now().Add(took); time.Now().Before(end); {
	}
	if rung < len(r.errs) && r.errs[rung] != nil {
		return ort.Outcome{}, r.errs[rung]
	}
	if !cut {
		*a = models.Answer{Label: rung, Confidence: 0.5, N: 1}
		a.Top[0] = models.Guess{Label: rung, P: 0.5}
	}
	return ort.Outcome{Infer: took, Cut: cut}, nil
}

var testLadder = &models.Ladder{
	Name: "test", Task: models.Classify, Picture: 8, Labels: []string{"zero", "one", "two"},
	Rungs: []models.Model{{Name: "small"}, {Name: "medium"}, {Name: "large"}},
}

type rig struct {
	*Path
	runner  *fakeRunner
	records []pipeline.Record
}

// newRig makes a path whose policy always wishes for the top rung. seed is what
// is known of each rung's time.
func newRig(t testing.TB, s Settings, runner *fakeRunner, seed ...time.Duration) *rig {
	t.Helper()
	metrics, err := pipeline.NewMetrics(prometheus.NewRegistry(), "test", s.Deadline, testLadder.RungNames(), nil)
	if err != nil {
		t.Fatal(err)
	}
	times := make([][]time.Duration, len(testLadder.Rungs))
	for i, d := range seed {
		times[i] = []time.Duration{d}
	}
	r := &rig{runner: runner}
	s.Stream, s.Clock, s.Ladder, s.Runner = "test", pipeline.ClockDecoded, testLadder, runner
	s.Ledger, s.Latency = pipeline.NewLedger(metrics), latency.New(len(testLadder.Rungs), 0.99, times)
	if s.Policy == nil {
		s.Policy = selector.Anytime(policy.NewFixed(len(testLadder.Rungs) - 1))
	}
	s.Cut = true
	s.Deliver = func(rec *pipeline.Record) { r.records = append(r.records, *rec) }
	r.Path = New(s)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	return r
}

func frame(index uint64) *pipeline.Frame {
	return &pipeline.Frame{
		Planes: [3][]byte{make([]byte, 8*8*3)}, Strides: [3]int{24}, Width: 8, Height: 8, Format: pipeline.FormatRGB,
		PTS: time.Duration(index) * 40 * time.Millisecond, Index: index, SinceDue: pipeline.Unknown,
	}
}

// play sends frames and checks that each is accounted for.
func (r *rig) play(t *testing.T, frames ...*pipeline.Frame) {
	t.Helper()
	var entered uint64
	for _, f := range frames {
		if v := r.Frame(f); v != pipeline.Forward {
			t.Fatalf("frame %d: verdict %d", f.Index, v)
		}
		entered = f.Index + 1
	}
	r.Ledger.Settle(entered)
	if err := r.Ledger.Balance(); err != nil {
		t.Error(err)
	}
}

func TestFrame(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		deadline time.Duration
		times    []time.Duration // what runs take
		slow     []time.Duration // what they take on the second frame, if something else
		seed     []time.Duration // what they were known to take
		age      time.Duration   // of the second frame when it arrives
		first    string          // model of the first frame's answer
		second   string          // and of the second's
		reason   string          // of the second
		reused   bool
	}{
		"the wish fits":                                   {deadline: 100 * ms, times: []time.Duration{0, 0, 5 * ms}, seed: []time.Duration{1 * ms, 5 * ms, 10 * ms}, first: "large", second: "large", reason: "fixed"},
		"without a deadline everything fits":              {times: []time.Duration{0, 0, 5 * ms}, seed: []time.Duration{ms, ms, time.Hour}, first: "large", second: "large", reason: "fixed"},
		"the wish does not fit: step down":                {deadline: 100 * ms, times: []time.Duration{0, 0, 5 * ms}, seed: []time.Duration{1 * ms, 5 * ms, 200 * ms}, first: "medium", second: "medium", reason: "stepped_down"},
		"nothing fits: reuse the last":                    {deadline: 50 * ms, times: []time.Duration{0, 0, 5 * ms}, seed: []time.Duration{1 * ms, 5 * ms, 10 * ms}, age: 60 * ms, first: "large", second: "large", reason: "no_time", reused: true},
		"late run is cut, the last answer stands":         {deadline: 40 * ms, times: make([]time.Duration, 3), slow: []time.Duration{0, 0, 30 * ms}, seed: []time.Duration{1 * ms, 1 * ms, 1 * ms}, age: 20 * ms, first: "large", second: "large", reason: "cut", reused: true},
		"the first frame is answered even when it's late": {deadline: 4 * ms, times: []time.Duration{6 * ms, 0, 0}, seed: []time.Duration{8 * ms, 9 * ms, 10 * ms}, first: "small", second: "small", reason: "no_time", reused: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, Settings{Deadline: c.deadline}, &fakeRunner{times: c.times}, c.seed...)
			later := frame(1)
			later.SinceDecoded = c.age
			r.Frame(frame(0))
			if c.slow != nil {
				r.runner.times = c.slow
			}
			r.play(t, later)
			if len(r.records) != 2 {
				t.Fatalf("%d records", len(r.records))
			}
			got := r.records[1]
			if r.records[0].Model != c.first || got.Model != c.second || got.Reason != c.reason || got.Reused != c.reused {
				t.Errorf("answers by %s, then %s (reason %s, reused %v); want %s, then %s (%s, %v)",
					r.records[0].Model, got.Model, got.Reason, got.Reused, c.first, c.second, c.reason, c.reused)
			}
			if got.InTime != (c.deadline == 0 || got.Latency.Total <= c.deadline) {
				t.Errorf("in_time is %v at %v of %v", got.InTime, got.Latency.Total, c.deadline)
			}
			if got.Reused && got.AnswerFrame != 0 {
				t.Errorf("the answer is said to be of frame %d", got.AnswerFrame)
			}
		})
	}
}

// A cut run must leave the frame in time: that is what it is cut for.
func TestCutRunIsGivenLessThanTheTimeLeft(t *testing.T) {
	runner := &fakeRunner{times: make([]time.Duration, 3)}
	r := newRig(t, Settings{Deadline: 40 * time.Millisecond}, runner, 1, 1, 1)
	late := frame(1)
	late.SinceDecoded = 20 * time.Millisecond
	r.Frame(frame(0))
	runner.times = []time.Duration{0, 0, 30 * time.Millisecond}
	r.play(t, late)
	if len(runner.limits) != 2 || runner.limits[0] != 0 {
		t.Fatalf("limits %v: the first answer of a stream must not be cut off", runner.limits)
	}
	if l := runner.limits[1]; l <= 0 || l > 19*time.Millisecond {
		t.Errorf("the second run had %v of 20 ms left", l)
	}
}

func TestFailedRunFallsBackOnTheLastAnswer(t *testing.T) {
	boom := errors.New("out of memory")
	runner := &fakeRunner{times: make([]time.Duration, 3)}
	r := newRig(t, Settings{}, runner)
	r.Frame(frame(0))
	runner.errs = []error{nil, nil, boom}
	r.play(t, frame(1))
	if len(r.records) != 2 || !r.records[1].Reused {
		t.Errorf("%d records, the last %+v", len(r.records), r.records[len(r.records)-1])
	}
	if !errors.Is(r.LastError(), boom) {
		t.Errorf("last error %v", r.LastError())
	}
}

func TestFailedRunWithNothingToFallBackOnIsAFailedFrame(t *testing.T) {
	boom := errors.New("out of memory")
	r := newRig(t, Settings{}, &fakeRunner{times: make([]time.Duration, 3), errs: []error{boom, boom, boom}})
	r.play(t, frame(0), frame(1))
	if s := r.Ledger.Summary(); s.Failed != 2 || s.Delivered != 0 {
		t.Errorf("%d failed, %d delivered", s.Failed, s.Delivered)
	}
}

func TestFramesDroppedOnTheWayAreCounted(t *testing.T) {
	r := newRig(t, Settings{}, &fakeRunner{times: make([]time.Duration, 3)})
	r.play(t, frame(0), frame(4), frame(5))
	s := r.Ledger.Summary()
	if s.Received != 6 || s.Delivered != 3 || s.Dropped[pipeline.DropNewerFrame].N != 3 {
		t.Errorf("%d received, %d delivered, dropped %v", s.Received, s.Delivered, s.Dropped)
	}
}

func TestPictureOfAnySizeAndByteOrder(t *testing.T) {
	for name, c := range map[string]struct {
		w, h   int
		format pipeline.PixelFormat
	}{
		"as it is":   {8, 8, pipeline.FormatRGB},
		"wide":       {33, 17, pipeline.FormatRGB},
		"BGR":        {8, 8, pipeline.FormatBGR},
		"BGRx, tall": {9, 21, pipeline.FormatBGRx},
		"RGBx":       {8, 8, pipeline.FormatRGBx},
	} {
		t.Run(name, func(t *testing.T) {
			n := c.format.Packed()
			f := &pipeline.Frame{Width: c.w, Height: c.h, Format: c.format, Strides: [3]int{c.w*n + 5}}
			f.Planes[0] = make([]byte, f.Strides[0]*c.h-5)
			rgb := []byte{200, 100, 50, 0}
			if c.format == pipeline.FormatBGR || c.format == pipeline.FormatBGRx {
				rgb = []byte{50, 100, 200, 0}
			}
			for y := range c.h {
				for x := range c.w {
					copy(f.Planes[0][y*f.Strides[0]+x*n:], rgb[:n])
				}
			}
			p := picture{side: 8}
			got, stride, err := p.of(f)
			if err != nil {
				t.Fatal(err)
			}
			for y := range 8 {
				for x := range 8 {
					if px := got[y*stride+3*x:]; px[0] != 200 || px[1] != 100 || px[2] != 50 {
						t.Fatalf("pixel %d,%d is %v", x, y, px[:3])
					}
				}
			}
		})
	}
}

// The frame path of every policy allocates nothing once it has seen a frame.
func TestFrameAllocatesNothing(t *testing.T) {
	r := newRig(t, Settings{Deadline: 50 * time.Millisecond, Policy: selector.Anytime(wantsFeatures{policy.NewFixed(2)})}, &fakeRunner{times: make([]time.Duration, 3)})
	r.Settings.Runner = quietRunner{}
	r.Settings.Deliver = func(*pipeline.Record) {}
	for name, f := range map[string]*pipeline.Frame{
		"as it is": frame(0),
		"scaled":   {Planes: [3][]byte{make([]byte, 40*30*4)}, Strides: [3]int{160}, Width: 40, Height: 30, Format: pipeline.FormatBGRx},
		"planes":   {Planes: [3][]byte{make([]byte, 40*30), make([]byte, 20*15), make([]byte, 20*15)}, Strides: [3]int{40, 20, 20}, Width: 40, Height: 30, Format: pipeline.FormatI420},
	} {
		r.Frame(f)
		if n := testing.AllocsPerRun(100, func() { f.Index++; r.Frame(f) }); n != 0 {
			t.Errorf("%s: %v allocations a frame", name, n)
		}
	}
}

// wantsFeatures makes the path compute features.
type wantsFeatures struct{ selector.Policy }

func (wantsFeatures) NeedsFeatures() bool { return true }

// quietRunner answers at once and keeps no account.
type quietRunner struct{}

func (quietRunner) Run(rung int, _ []byte, _ int, _ time.Duration, a *models.Answer) (ort.Outcome, error) {
	*a = models.Answer{Label: rung, Confidence: 0.5, N: 1}
	return ort.Outcome{}, nil
}
