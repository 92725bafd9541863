package pipeline

import "sync/atomic"

// State is where a stream is in its life. It only moves forward.
type State int32

// The states, in order.
const (
	StateNew State = iota
	StateStarting
	StateRunning
	StateDraining // being taken down
	StateStopped  // ended or stopped, all is released
	StateFailed   // ended by an error
)

var stateNames = [...]string{"new", "starting", "running", "draining", "stopped", "failed"}

func (s State) String() string { return stateNames[s] }

// life guards a stream's state.
type life struct {
	state atomic.Int32
}

// to moves forward. It is false, and nothing moves, where that would be a step
// back or on the spot, or out of an end.
func (l *life) to(next State) bool {
	for {
		now := State(l.state.Load())
		if next <= now || now >= StateStopped {
			return false
		}
		if l.state.CompareAndSwap(int32(now), int32(next)) {
			return true
		}
	}
}

func (l *life) now() State { return State(l.state.Load()) }
