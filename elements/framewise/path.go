// Package framewise is the behaviour of the framewise element: what happens to
// one frame between its capture and its delivered answer. It measures the
// frame's age, computes features, asks the policy for an action, runs rungs
// within the time left, and hands over exactly one outcome: delivered, dropped
// (why) or failed.
//
// Read first: [Settings], [New], [Path.Frame].
//
// It must not know of configuration files, sinks' kinds or the GStreamer
// binding: frames come in as pipeline.Frame, records leave through a function.
package framewise

import (
	"sync/atomic"
	"time"

	"framewise/models"
	"framewise/models/ort"
	"framewise/pipeline"
	"framewise/selector"
	"framewise/selector/features"
	"framewise/selector/latency"
)

// Runner runs a rung on a picture. models/ort's Runner is one.
type Runner interface {
	Run(rung int, picture []byte, stride int, limit time.Duration, a *models.Answer) (ort.Outcome, error)
}

// Settings are what the host gives a path.
type Settings struct {
	Stream   string
	Region   Region
	Deadline time.Duration // 0 = none
	Clock    pipeline.Clock
	Cut      bool // cut off runs that would end after the deadline
	Ladder   *models.Ladder
	Runner   Runner
	Policy   selector.Policy
	Latency  *latency.Estimator
	Ledger   *pipeline.Ledger
	Deliver  func(*pipeline.Record) // called on the streaming thread; copies what it keeps
}

// Path is the frame path of one stream. Frame is called by one streaming thread
// at a time; LastError by any goroutine.
type Path struct {
	Settings
	extractor *features.Extractor
	vector    [features.Count]float64
	situation selector.Situation
	bounds    []time.Duration

	answers  []models.Answer // by order of finishing on this frame
	failed   bool            // a run of this frame ended in an error
	last     models.Answer   // the last delivered answer that was not itself reused
	lastRung int
	lastFrom uint64 // index of the frame it was made for
	haveLast bool

	record  pipeline.Record
	picture picture

	lastError atomic.Pointer[error]
}

// New returns the frame path of one stream. It allocates everything that a
// frame will need.
func New(s Settings) *Path {
	n := len(s.Ladder.Rungs)
	p := &Path{
		Settings:  s,
		extractor: features.New(s.Ladder.Picture),
		bounds:    make([]time.Duration, n),
		answers:   make([]models.Answer, 0, n+1),
		picture:   picture{side: s.Ladder.Picture, whole: s.Region == Whole},
	}
	p.situation.Bounds = p.bounds
	p.situation.Finished = make([]selector.Finished, 0, n+1)
	p.situation.HasDeadline = s.Deadline > 0
	if s.Policy.NeedsFeatures() {
		p.situation.Features = &p.vector
	}
	return p
}

// cutMargin is kept back from the time a run gets, because a run that is cut
// off returns a little later: 0.1 to 2.4 ms were measured. Waiting for the
// slowest return would cost every frame; a tenth of the deadline bounds it.
func cutMargin(deadline time.Duration) time.Duration {
	return min(time.Millisecond, deadline/10)
}

// Start forgets what belongs to an earlier run of the stream.
func (p *Path) Start() error {
	p.haveLast = false
	p.extractor.Reset()
	return nil
}

// Stop is called after the last frame.
func (p *Path) Stop() {}

// note keeps an error for LastError. It stands alone because the error is then
// allocated here, and not in every call that may come to have one.
//
//go:noinline
func (p *Path) note(err error) { p.lastError.Store(&err) }

// LastError is the last error of a frame, of its picture or of a rung's run, and
// nil if there was none.
func (p *Path) LastError() error {
	if e := p.lastError.Load(); e != nil {
		return *e
	}
	return nil
}
