package selector

import "fmt"

// Action is what to do next.
type Action uint8

// The actions. Run asks to be asked again when the run ended; the others end
// the frame.
const (
	Run     Action = iota // run Decision.Rung
	Deliver               // deliver what Decision.Rung, a finished one, answered
	Reuse                 // deliver the last answer again, marked as reused
	Skip                  // deliver nothing: the user chose to, where all rungs are expected to fail
)

// String is the action as a word.
func (a Action) String() string {
	switch a {
	case Run:
		return "run"
	case Deliver:
		return "deliver"
	case Reuse:
		return "reuse"
	case Skip:
		return "skip"
	}
	return fmt.Sprintf("Action(%d)", uint8(a))
}

// Decision is a policy's answer to a situation.
type Decision struct {
	Action Action
	Rung   int // for Run and Deliver
	Reason Reason
}

// Reason says why a decision was taken. It is a label value of metrics and a
// field of records: a fixed set of words, see [Reasons].
type Reason string

// The reasons.
const (
	ReasonFixed             Reason = "fixed"               // the configuration names the rung
	ReasonPremodel          Reason = "premodel"            // the premodel's first yes
	ReasonPremodelNoneRight Reason = "premodel_none_right" // the premodel expects every rung to fail: fall-back or skip
	ReasonSteppedDown       Reason = "stepped_down"        // the rung wished for does not fit the time left, a lower one does
	ReasonNoTime            Reason = "no_time"             // no rung fits the time left
	ReasonCut               Reason = "cut"                 // a run was cut off at the deadline; said by the frame path
	ReasonFailed            Reason = "failed"              // a run ended in an error; said by the frame path
	ReasonQoS               Reason = "qos"                 // downstream would drop the frame anyway; said by the frame path
)

// Reasons lists every reason, so that metrics can be made before the first frame.
func Reasons() []Reason {
	return []Reason{
		ReasonFixed, ReasonPremodel, ReasonPremodelNoneRight, ReasonSteppedDown, ReasonNoTime, ReasonCut, ReasonFailed,
		ReasonQoS,
	}
}
