package pipeline

import "time"

// Schema names the shape of a record's JSON. It changes when a reader would break.
const Schema = "framewise.record/1"

// Limits of a record's lists.
const (
	MaxTop   = 5  // labels of an answer
	MaxRungs = 16 // rungs of a ladder
)

// Clock says which clock a frame's capture time is from, and so what latency means.
type Clock string

// The clocks.
const (
	ClockPresentation Clock = "presentation" // a file in real time: when the frame's presentation time came due
	ClockDecoded      Clock = "decoded"      // a file as fast as possible: when the decoded frame was ready
	ClockArrival      Clock = "arrival"      // a live source without the sender's time: when the frame arrived
)

// Record is one delivered answer. Copying it is the whole cost of handing it
// on: its strings are shared with the tables they come from (labels, models'
// names), and it holds no other pointer.
type Record struct {
	Stream      string
	Frame       uint64        // index of the decoded frame, from 0; a gap is dropped frames
	CaptureTime time.Time     //
	Clock       Clock         //
	PTS         time.Duration // presentation time stamp; Unknown where there is none
	Deadline    time.Duration // 0 = none

	LabelID    int     // from 0
	Label      string  //
	Confidence float32 // 0..1
	Model      string  // the rung whose answer this is
	Top        [MaxTop]Guess
	TopN       int
	Runs       [MaxRungs]string
	RunsN      int

	Reused      bool   // the answer is an earlier frame's
	AnswerFrame uint64 // that frame's index, where Reused
	Reason      string // why this rung
	Region      string // what part of the frame was looked at

	Latency  Latency
	InTime   bool          // Latency.Total <= Deadline; true without a deadline
	TimeLeft time.Duration // Deadline - Latency.Total; negative when late; means nothing without a deadline
}

// Guess is one of the labels a model finds most probable.
type Guess struct {
	LabelID int
	Label   string
	P       float32 // 0..1
}

// Latency is where a frame's time went: waiting, making the picture and its
// features, choosing, running networks. Total is from capture to delivery and
// may be more than the sum of its parts.
type Latency struct {
	Queue, Features, Select, Infer, Total time.Duration
}

// AddTop adds the next best label. What is over MaxTop is left out.
func (r *Record) AddTop(id int, label string, p float32) {
	if r.TopN < MaxTop {
		r.Top[r.TopN] = Guess{LabelID: id, Label: label, P: p}
		r.TopN++
	}
}

// AddRun adds a rung that ran on this frame, cut off or not. What is over
// MaxRungs is left out.
func (r *Record) AddRun(model string) {
	if r.RunsN < MaxRungs {
		r.Runs[r.RunsN] = model
		r.RunsN++
	}
}
