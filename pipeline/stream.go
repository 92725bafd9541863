package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"
)

// The supervisor's times. No healthy stream reaches one of them, so they are
// not settings.
const (
	playTimeout  = 15 * time.Second // for a state change up, e.g. a camera that answers late
	stopTimeout  = 5 * time.Second  // for a state change down
	pollInterval = 100 * time.Millisecond
)

// StreamSettings are what the host gives a stream.
type StreamSettings struct {
	Name   string
	Source Source
	Tail   []Node // the nodes after the source's, with the framewise element
	Engine Engine
	Ledger *Ledger
	Log    *slog.Logger // carries the stream's name
}

// Stream supervises one graph from start to end.
type Stream struct {
	StreamSettings
	life
}

// NewStream makes a stream in StateNew.
func NewStream(s StreamSettings) *Stream { return &Stream{StreamSettings: s} }

// State is where the stream is. Any goroutine may ask.
func (s *Stream) State() State { return s.now() }

// Run starts the stream and returns when it has ended: nil at the end of the
// source or when ctx is done, else an error with its class. ErrStuck in the
// error's chain means that threads of the graph are still there and that only
// leaving the process helps. The account is settled when Run returns. Call it
// once: it is one life of the source, and a restart is a new Stream with the
// same Ledger.
func (s *Stream) Run(ctx context.Context) error {
	if !s.to(StateStarting) {
		return Errorf(ClassInternal, "stream %q is run twice", s.Name)
	}
	if err := s.run(ctx); err != nil {
		s.to(StateFailed)
		return fmt.Errorf("stream %q: %w", s.Name, err)
	}
	s.to(StateStopped)
	return nil
}

func (s *Stream) run(ctx context.Context) error {
	cleanup, err := s.Source.Prepare(ctx)
	if err != nil {
		return err
	}
	defer cleanup()
	graph := Graph{Nodes: append(s.Source.Graph(), s.Tail...), Loop: s.Source.Loop()}
	s.Log.Debug("launch", "graph", graph.Launch())
	running, err := s.Engine.Launch(s.Name, graph)
	if err != nil {
		return err
	}
	err = s.play(ctx, running)
	s.to(StateDraining)
	s.Ledger.Metrics().SourceUp(false)
	if stopErr := running.Stop(stopTimeout); stopErr != nil {
		err = errors.Join(err, dump(running, stopErr))
	}
	s.Ledger.Settle(running.Counts().Entered)
	return err
}

// play takes the graph up and watches it until it ends. A source that is not
// live and shows nothing at all has failed, though nobody said so: decodebin
// loses a demuxer's error that comes while it is plugging the demuxer in.
func (s *Stream) play(ctx context.Context, running Running) error {
	if err := running.Play(playTimeout); err != nil {
		return dump(running, err)
	}
	s.to(StateRunning)
	w := newWatch(s.Log, s.Ledger.Metrics())
	defer w.tell()
	loopStart := uint64(0) // frames there were when the source last started
	for ctx.Err() == nil {
		m, ok := running.Next(pollInterval)
		entered := running.Counts().Entered
		w.look(entered)
		if entered == 0 && w.quiet && !s.Source.Live() {
			return Errorf(ClassSource, "no frame within %v: the source is not a video, or corrupt", quietTimeout)
		}
		if !ok {
			continue
		}
		switch m.Kind {
		case MessageError:
			w.fault(m)
			return m.Err()
		case MessageWarning:
			w.fault(m)
			w.warn(m)
		case MessageEOS, MessageSegmentDone:
			if entered == loopStart {
				return Errorf(ClassSource, "the source ended without a frame")
			}
			if m.Kind == MessageEOS {
				return nil
			}
			loopStart = entered
			if err := running.Loop(); err != nil {
				return err
			}
		}
	}
	return nil
}

// dump adds to the error of a stuck graph where a picture of it is.
func dump(running Running, err error) error {
	if !errors.Is(err, ErrStuck) {
		return err
	}
	file, fileErr := os.CreateTemp("", "framewise-*.dot")
	if fileErr != nil {
		return errors.Join(err, fileErr)
	}
	_, fileErr = file.WriteString(running.Dump())
	if fileErr = errors.Join(fileErr, file.Close()); fileErr != nil {
		return errors.Join(err, fileErr)
	}
	return fmt.Errorf("%w (its graph is in %s)", err, file.Name())
}
