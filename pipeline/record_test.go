package pipeline

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	validate "github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite golden files and docs/record.schema.json")

const schemaFile = "../docs/record.schema.json"

func ptr[T any](v T) *T { return &v }

func millis(d time.Duration) *float64 { return ptr(float64(d.Microseconds()) / 1e3) }

// sample is a record with something in every field.
func sample() Record {
	r := Record{
		Stream: "gate", Frame: 41, CaptureTime: time.Date(2024, 2, 29, 23, 59, 59, 7, time.UTC),
		Clock: ClockPresentation, PTS: 1366666 * time.Microsecond, Deadline: 60 * time.Millisecond,
		LabelID: 281, Label: "tabby, tabby cat", Confidence: 0.75, Model: "mobilenet_v2",
		Reason: "premodel", Region: "center",
		Latency: Latency{Queue: 1200 * time.Microsecond, Features: 300 * time.Microsecond, Select: 20 * time.Microsecond,
			Infer: 12500 * time.Microsecond, Total: 14100 * time.Microsecond},
		InTime: true, TimeLeft: 45900 * time.Microsecond,
	}
	r.AddTop(281, "tabby, tabby cat", 0.75)
	r.AddTop(282, "tiger cat", 0.125)
	r.AddRun("mobilenet_v1_0.25")
	r.AddRun("mobilenet_v2")
	return r
}

// wire is the record as RecordJSON, the long way round.
func wire(r Record) RecordJSON {
	finite := func(f float32) *float32 {
		if v := float64(f); math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &f
	}
	w := RecordJSON{
		Schema: Schema, Stream: r.Stream, Frame: r.Frame, Clock: string(r.Clock),
		CaptureTime: r.CaptureTime.UTC().Format("2006-01-02T15:04:05.000000000Z"),
		Label:       r.Label, LabelID: r.LabelID, Confidence: finite(r.Confidence), Model: r.Model,
		Top: []GuessJSON{}, Runs: append([]string{}, r.Runs[:r.RunsN]...),
		Reused: r.Reused, Reason: r.Reason, Region: r.Region, InTime: r.InTime,
		Latency: LatencyJSON{*millis(r.Latency.Queue), *millis(r.Latency.Features), *millis(r.Latency.Select),
			*millis(r.Latency.Infer), *millis(r.Latency.Total)},
	}
	for _, g := range r.Top[:r.TopN] {
		w.Top = append(w.Top, GuessJSON{g.Label, g.LabelID, finite(g.P)})
	}
	if r.PTS >= 0 {
		w.PTS = millis(r.PTS)
	}
	if r.Deadline > 0 {
		w.Deadline, w.TimeLeft = millis(r.Deadline), millis(r.TimeLeft)
	}
	if r.Reused {
		w.AnswerFrame = &r.AnswerFrame
	}
	return w
}

var records = map[string]func(*Record){
	"full":        func(*Record) {},
	"no deadline": func(r *Record) { r.Deadline = 0 },
	"late":        func(r *Record) { r.InTime, r.TimeLeft = false, -45*time.Microsecond },
	"no pts":      func(r *Record) { r.PTS = Unknown },
	"reused":      func(r *Record) { r.Reused, r.AnswerFrame, r.RunsN, r.Reason = true, 0, 0, "no_time" },
	"nan":         func(r *Record) { r.Confidence, r.Top[1].P = float32(math.NaN()), float32(math.Inf(1)) },
	"tiny":        func(r *Record) { r.Confidence = 1e-30 },
	"odd text":    func(r *Record) { r.Label = "\"\\\x00\x1f\n\t\u2028é\U0001F431\xff" },
	"zone":        func(r *Record) { r.CaptureTime = r.CaptureTime.In(time.FixedZone("", 7200)) },
}

func TestAppendJSONAgreesWithRecordJSON(t *testing.T) {
	schema := compileSchema(t)
	for name, change := range records {
		t.Run(name, func(t *testing.T) {
			r := sample()
			change(&r)
			check(t, schema, r)
		})
	}
}

// check proves that a record's JSON is what RecordJSON says, no more, no less,
// and fits the shipped schema.
func check(t *testing.T, schema *validate.Schema, r Record) {
	t.Helper()
	line := r.AppendJSON(nil)
	if again := r.AppendJSON(nil); !bytes.Equal(line, again) {
		t.Errorf("not deterministic:\n%s\n%s", line, again)
	}
	if bytes.ContainsAny(line, "\n\r") {
		t.Errorf("more than one line: %q", line)
	}
	var got, want any
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	text, err := json.Marshal(wire(r))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("AppendJSON and RecordJSON differ (-wire +appended):\n%s", diff)
	}
	if err := schema.Validate(got); err != nil {
		t.Errorf("%v\n%s", err, line)
	}
}

func FuzzAppendJSON(f *testing.F) {
	f.Add("gate", "tabby", float32(0.5), int64(5), int64(50_000_000), true)
	f.Add("", "\xff\x00\"\\", float32(math.NaN()), int64(-1), int64(0), false)
	f.Add("\u2028", "\U0010ffff\ud7ff", float32(math.Inf(-1)), int64(math.MaxInt64), int64(-9), true)
	schema := compileSchema(f)
	f.Fuzz(func(t *testing.T, stream, label string, p float32, ns, deadline int64, reused bool) {
		r := sample()
		r.Stream, r.Label, r.Confidence, r.Reused = stream, label, p, reused
		r.Top[0] = Guess{Label: label, P: p}
		r.PTS, r.Deadline, r.TimeLeft = time.Duration(ns), time.Duration(deadline), time.Duration(-ns)
		r.Latency.Queue = time.Duration(ns)
		check(t, schema, r)
	})
}

func TestAppendJSONGolden(t *testing.T) {
	r := sample()
	golden(t, "testdata/record.json", append(r.AppendJSON(nil), '\n'))
}

func TestAppendJSONDoesNotAllocate(t *testing.T) {
	r := sample()
	buf := r.AppendJSON(nil)
	if n := testing.AllocsPerRun(100, func() { buf = r.AppendJSON(buf[:0]) }); n != 0 {
		t.Errorf("%v allocations a record", n)
	}
}

func TestRecordListsAreBounded(t *testing.T) {
	var r Record
	for i := range 40 {
		r.AddTop(i, "x", 0)
		r.AddRun("m")
	}
	if r.TopN != MaxTop || r.RunsN != MaxRungs {
		t.Errorf("%d labels and %d runs", r.TopN, r.RunsN)
	}
}

// TestSchemaIsCurrent fails when RecordJSON has changed without the shipped schema.
func TestSchemaIsCurrent(t *testing.T) {
	s := (&jsonschema.Reflector{DoNotReference: true, ExpandedStruct: true}).Reflect(RecordJSON{})
	s.ID, s.Title = Schema, "Framewise record of an answer"
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, schemaFile, append(text, '\n'))
}

func compileSchema(t testing.TB) *validate.Schema {
	t.Helper()
	f, err := os.Open(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := validate.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := validate.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("record.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("record.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is out of date; run go test -update (-want +got):\n%s", path, diff)
	}
}
