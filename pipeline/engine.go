package pipeline

import (
	"errors"
	"fmt"
	"time"
)

// Engine turns a graph into something that runs. internal/gst implements it.
type Engine interface {
	// Launch builds the graph, in state NULL: no device or file is opened.
	Launch(name string, g Graph) (Running, error)
}

// Running is a launched graph. Only the supervisor of its stream calls it, from
// one goroutine, except for Counts and Dump, which any goroutine may call at any
// time, after Stop as well.
type Running interface {
	// Play takes the graph to PLAYING. It returns ErrStuck (wrapped) when the
	// state change is still under way after the timeout.
	Play(timeout time.Duration) error
	// Next waits for the next bus message; false when the timeout passed without one.
	Next(timeout time.Duration) (Message, bool)
	// Loop seeks back to the start, after MessageSegmentDone.
	Loop() error
	// Stop takes the graph to NULL and releases it. It returns ErrStuck (wrapped)
	// when the graph does not come down within the timeout.
	Stop(timeout time.Duration) error
	// Counts tells how many frames there have been.
	Counts() Counts
	// Dump is the graph as it is now, in Graphviz dot.
	Dump() string
}

// Counts of frames of a running graph. They never decrease.
type Counts struct {
	Entered   uint64 // decoded frames, counted at the entry
	Processed uint64 // frames that reached the framewise element
}

// Message is a bus message.
type Message struct {
	Kind   MessageKind
	Source string // name of the element that posted it
	Text   string // for errors and warnings: what happened, in one line
	Debug  string // for errors and warnings: details for a developer
	Class  ErrorClass
}

// MessageKind is what a bus message is about.
type MessageKind uint8

// The kinds the supervisor acts on; an engine keeps every other kind to itself
// or passes it as MessageOther.
const (
	MessageOther MessageKind = iota
	MessageError
	MessageWarning
	MessageEOS
	MessageSegmentDone
	MessageState // the whole graph has reached a new state
)

// ErrStuck means that a state change of a graph never came back. Its threads
// cannot be ended from inside: only leaving the process helps.
var ErrStuck = errors.New("the graph is stuck")

// ErrorClass says whose fault an error is. It decides retry, log level and exit
// status; nothing else about an error is ever asked.
type ErrorClass uint8

// The classes.
const (
	ClassInternal ErrorClass = iota // ours
	ClassConfig                     // what the user wrote
	ClassSource                     // camera, file, network, decoder
	ClassSink                       // where answers go
)

func (c ErrorClass) String() string {
	switch c {
	case ClassConfig:
		return "config"
	case ClassSource:
		return "source"
	case ClassSink:
		return "sink"
	default:
		return "internal"
	}
}

// Error is an error with its class.
type Error struct {
	Class ErrorClass
	Err   error
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// Err is the message as an error of its class.
func (m Message) Err() error { return Errorf(m.Class, "%s: %s", m.Source, m.Text) }

// Errorf is fmt.Errorf with a class.
func Errorf(class ErrorClass, format string, args ...any) error {
	return &Error{Class: class, Err: fmt.Errorf(format, args...)}
}

// ClassOf is the class of the outermost Error in err's chain, ClassInternal without one.
func ClassOf(err error) ErrorClass {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return ClassInternal
}
