package sink

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"

	"framewise/internal/config"
	"framewise/pipeline"
)

// JSONLConfig writes each answer as one line of JSON (docs/record.schema.json)
// to a file or to standard output. A file is replaced at start.
//
// Lines are gathered and written as soon as no more answers wait, so a reader
// sees an answer at once while the machine keeps up. When writing fails (a full
// disk) the sink says so once and counts the answers that follow as failed; the
// streams go on. Standard output closed by its reader ends the process.
type JSONLConfig struct {
	// The file, or - for standard output. A relative path starts at the config
	// file's folder.
	Path string `yaml:"path" required:"true"`
}

// Default has no path: it must be given.
func (c *JSONLConfig) Default() { *c = JSONLConfig{} }

// Validate checks that there is a path.
func (c *JSONLConfig) Validate(n config.Node) {
	if c.Path == "" {
		n.Field("path").Errorf("must not be empty; - is standard output")
	}
}

func jsonlKind() Kind {
	return Kind{Name: "jsonl", Config: new(JSONLConfig), Decode: func(c config.Choice, s Settings) (pipeline.Sink, bool) {
		j := &JSONL{Settings: s}
		ok := c.Options.Decode(&j.JSONLConfig)
		if j.Path != "-" && !filepath.IsAbs(j.Path) {
			j.Path = filepath.Join(s.Dir, j.Path)
		}
		return j, ok
	}}
}

// JSONL is the sink of kind jsonl.
type JSONL struct {
	JSONLConfig
	Settings

	out    *bufio.Writer
	inside int   // records in out that are not written yet
	broken error // why writing has failed: nothing is written any more
}

var _ pipeline.Sink = (*JSONL)(nil)

// Run writes until the queue is closed and empty, or ctx is done. It returns an
// error of class sink when the file cannot be opened, or at the end when answers
// were lost because writing failed; that is logged when it happens.
func (j *JSONL) Run(ctx context.Context, in *pipeline.Queue) error {
	to, closeFile, err := j.open()
	if err != nil {
		return pipeline.Errorf(pipeline.ClassSink, "sink jsonl: %w", err)
	}
	j.out = bufio.NewWriterSize(to, 64<<10)
	var line []byte
	var r pipeline.Record
	for ctx.Err() == nil {
		if !in.TryTake(&r) {
			j.flush()
			if !in.Take(ctx.Done(), &r) {
				break
			}
		}
		line = append(r.AppendJSON(line[:0]), '\n')
		j.write(line)
	}
	j.flush()
	if err := closeFile(); err != nil && j.broken == nil {
		j.fail(err)
	}
	if j.broken != nil {
		return pipeline.Errorf(pipeline.ClassSink, "answers were lost: %w", j.broken)
	}
	return nil
}

func (j *JSONL) open() (io.Writer, func() error, error) {
	if j.Path == "-" {
		return j.Stdout, func() error { return nil }, nil
	}
	f, err := os.Create(j.Path)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

// write buffers a line. A line that does not fit goes out first with what waits,
// so that what the buffer holds is always whole lines.
func (j *JSONL) write(line []byte) {
	if len(line) > j.out.Available() {
		j.flush()
	}
	if j.broken != nil {
		j.Metrics.Failed(1)
		return
	}
	j.inside++
	if _, err := j.out.Write(line); err != nil {
		j.fail(err)
	}
}

// flush writes what waits.
func (j *JSONL) flush() {
	if j.broken != nil || j.inside == 0 {
		return
	}
	if err := j.out.Flush(); err != nil {
		j.fail(err)
		return
	}
	j.Metrics.Delivered(j.inside)
	j.inside = 0
}

// fail gives up writing. How much of what waited has reached the file is not
// known; all of it counts as failed.
func (j *JSONL) fail(err error) {
	j.Metrics.Failed(j.inside)
	j.inside, j.broken = 0, err // names the file and what was tried
	j.Log.Error("answers are lost from now on", "error", j.broken)
}
