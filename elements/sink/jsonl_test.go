package sink

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"framewise/elements/catalog"
	"framewise/internal/config"
	"framewise/pipeline"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a sink of some YAML with its queue, log and metrics.
type bench struct {
	sink  pipeline.Sink
	queue *pipeline.Queue
	out   bytes.Buffer
	log   bytes.Buffer
	reg   *prometheus.Registry
}

func newBench(t *testing.T, text string) *bench {
	t.Helper()
	b := &bench{reg: prometheus.NewRegistry()}
	queue, metrics, err := pipeline.NewSinkQueue(b.reg, "jsonl", 100)
	if err != nil {
		t.Fatal(err)
	}
	b.queue = queue
	doc := config.Parse("test.yaml", []byte("sink: "+text), nil)
	var c struct {
		Sink config.Choice `yaml:"sink"`
	}
	doc.Root().Decode(&c)
	s, ok := Decode(c.Sink, Settings{Dir: t.TempDir(), Stdout: &b.out, Metrics: metrics, Log: slog.New(slog.NewTextHandler(&b.log, nil))})
	if !ok {
		t.Fatal(doc.Err())
	}
	b.sink = s
	return b
}

// put hands over n records.
func (b *bench) put(n int) {
	for i := range n {
		b.queue.Put(nil, &pipeline.Record{Stream: "gate", Frame: uint64(i)}, pipeline.Blocking)
	}
}

// counts are the sink's messages by result: delivered, dropped, failed.
func (b *bench) counts(t *testing.T, delivered, dropped, failed string) {
	t.Helper()
	want := `# HELP framewise_sink_messages_total Answers handed to a sink, by what became of them.
# TYPE framewise_sink_messages_total counter
framewise_sink_messages_total{result="delivered",sink="jsonl"} ` + delivered + `
framewise_sink_messages_total{result="dropped",sink="jsonl"} ` + dropped + `
framewise_sink_messages_total{result="failed",sink="jsonl"} ` + failed + "\n"
	if err := testutil.GatherAndCompare(b.reg, strings.NewReader(want), "framewise_sink_messages_total"); err != nil {
		t.Error(err)
	}
}

func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if seen[k.Name] {
			t.Errorf("%s is listed twice", k.Name)
		}
		seen[k.Name] = true
		if _, err := catalog.Describe(k.Name, k.Config, Files); err != nil {
			t.Error(err)
		}
	}
}

func TestWrongOptions(t *testing.T) {
	for text, want := range map[string]string{
		`jsnl`:                     `did you mean "jsonl"?`,
		`jsonl`:                    `path`,
		`{jsonl: {path: ""}}`:      `must not be empty`,
		`{jsonl: {path: a, x: 1}}`: `x`,
	} {
		doc := config.Parse("test.yaml", []byte("sink: "+text), nil)
		var c struct {
			Sink config.Choice `yaml:"sink"`
		}
		doc.Root().Decode(&c)
		if _, ok := Decode(c.Sink, Settings{}); ok || doc.Err() == nil || !strings.Contains(doc.Err().Error(), want) {
			t.Errorf("%s: %v, want %s", text, doc.Err(), want)
		}
	}
}

func TestJSONLToFile(t *testing.T) {
	b := newBench(t, `{jsonl: {path: out.jsonl}}`)
	path := b.sink.(*JSONL).Path
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("building opens the file: %v", err)
	}
	b.put(100)
	b.queue.Close()
	if err := b.queue.Feed(t.Context(), b.sink); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != 100 {
		t.Errorf("%d lines", len(lines))
	}
	for i, line := range lines {
		var r pipeline.RecordJSON
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Frame != uint64(i) {
			t.Fatalf("line %d: %v: %s", i, err, line)
		}
	}
	b.counts(t, "100", "0", "0")
}

// TestJSONLWritesWhenNothingWaits: a reader sees an answer while the stream runs.
func TestJSONLWritesWhenNothingWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, `{jsonl: {path: "-"}}`)
		done := make(chan error)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { done <- b.queue.Feed(ctx, b.sink) }()
		for i := 1; i <= 3; i++ {
			b.put(1)
			synctest.Wait()
			if n := bytes.Count(b.out.Bytes(), []byte("\n")); n != i {
				t.Errorf("%d lines after %d answers", n, i)
			}
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		b.counts(t, "3", "0", "0")
	})
}

func TestJSONLOnAFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no /dev/full")
	}
	b := newBench(t, `{jsonl: {path: /dev/full}}`)
	go func() {
		for range 10 { // more than the buffer holds
			b.put(100)
		}
		b.queue.Close()
	}()
	if err := b.queue.Feed(t.Context(), b.sink); !errors.Is(err, syscall.ENOSPC) || pipeline.ClassOf(err) != pipeline.ClassSink {
		t.Errorf("ended with %v", err)
	}
	if n := strings.Count(b.log.String(), "answers are lost"); n != 1 || !strings.Contains(b.log.String(), "no space left") {
		t.Errorf("said %d times:\n%s", n, b.log.String())
	}
	b.counts(t, "0", "0", "1000")
}

func TestJSONLThatCannotOpen(t *testing.T) {
	b := newBench(t, `{jsonl: {path: gone/out.jsonl}}`)
	b.put(5)
	err := b.queue.Feed(t.Context(), b.sink)
	if err == nil || pipeline.ClassOf(err) != pipeline.ClassSink || !strings.Contains(err.Error(), "gone/out.jsonl") {
		t.Errorf("%v", err)
	}
	b.put(2) // nobody waits
	b.counts(t, "0", "7", "0")
}

// failing is a writer that fails for good after some bytes.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, filepath.ErrBadPattern // any error
	}
	return len(p), nil
}

func TestJSONLFailsMidway(t *testing.T) {
	b := newBench(t, `{jsonl: {path: "-"}}`)
	b.sink.(*JSONL).Stdout = &failing{left: 70 << 10}
	b.queue.Close()
	big := strings.Repeat("x", 1000)
	for i := range 100 {
		b.queue.Put(nil, &pipeline.Record{Stream: big, Frame: uint64(i)}, pipeline.Blocking)
	}
	if err := b.sink.Run(t.Context(), b.queue); !errors.Is(err, filepath.ErrBadPattern) {
		t.Errorf("ended with %v", err)
	}
	if n := strings.Count(b.log.String(), "answers are lost"); n != 1 {
		t.Errorf("said %d times", n)
	}
	b.counts(t, "46", "0", "54")
}
