package pipeline

import "context"

// Source is where a stream's frames come from.
type Source interface {
	// Prepare does the I/O that comes before the graph is built (does the file
	// exist? which pictures are there?). An error is the source's and names what
	// it is about. cleanup is called once the graph is gone; it is nil on error.
	Prepare(ctx context.Context) (cleanup func(), err error)
	// Graph is the chain up to decoded video that videoconvert takes. Valid after
	// Prepare.
	Graph() []Node
	// Live sources do not wait: frames that find the element busy are dropped.
	Live() bool
	// RealTime sources are played at the pace of their time stamps.
	RealTime() bool
	// Loop sources start again at their end.
	Loop() bool
}
