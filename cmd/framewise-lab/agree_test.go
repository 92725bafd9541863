package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"framewise/internal/outcomes"
	"framewise/models"
)

func TestCompareAndJudge(t *testing.T) {
	table := &outcomes.Table{Rungs: []string{"small", "large"}}
	live := make([]int, 200)
	for i := range 200 { // large is right on all but 20 pictures, live on one fewer and wrong in another way on another
		row := outcomes.Row{Item: outcomes.Item{Label: 1}, Rungs: make([]outcomes.Outcome, 2)}
		live[i] = 1
		if i < 20 {
			live[i] = 0
		}
		row.Rungs[1].Top = []models.Guess{{Label: live[i], P: 0.5}}
		table.Rows = append(table.Rows, row)
	}
	live[100], live[0] = 0, -1
	got := compare(table, 1, live)
	if want := (agreement{rung: "large", offline: 90, live: 89.5, same: 99}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}

	c := agreeCmd{Live: 0.5, Given: 1}
	got.given = 90.4
	if err := c.judge([]agreement{got}); err != nil {
		t.Errorf("at the limits: %v", err)
	}
	far := agreement{rung: "far", offline: 70, live: 69, given: 71.5}
	err := c.judge([]agreement{got, far, {rung: "unknown", offline: 50, live: 50, given: math.NaN()}})
	want := "far: live and train differ by -1.00 points, more than 0.5\n" +
		"far: train and the table differ by -1.50 points, more than 1\n" +
		"far: live and the table differ by -2.50 points, more than 1"
	if err == nil || err.Error() != want {
		t.Errorf("got error:\n%v\nwant:\n%s", err, want)
	}

	far.given = math.NaN()
	var out bytes.Buffer
	if err := agreementTable([]agreement{got, far}).Print(&out); err != nil {
		t.Fatal(err)
	}
	wantTable := `| rung  | train % | live % | live - train | same answer % | table % | train - table | live - table |
|-------|--------:|-------:|-------------:|--------------:|--------:|--------------:|-------------:|
| large |   90.00 |  89.50 |        -0.50 |         99.00 |    90.4 |         -0.40 |        -0.90 |
| far   |   70.00 |  69.00 |        -1.00 |          0.00 |         |               |              |
`
	if diff := cmp.Diff(wantTable, out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestParseTop1(t *testing.T) {
	got, err := parseTop1("f.csv", strings.NewReader("rung,top1\nsmall,46.6\nlarge,86.9\n"))
	if err != nil || !cmp.Equal(got, map[string]float64{"small": 46.6, "large": 86.9}) {
		t.Errorf("got %v, error %v", got, err)
	}
	for text, want := range map[string]string{
		"":                            "f.csv:1: want the columns",
		"name,top1\n":                 "f.csv:1: want the columns",
		"rung,top1\nsmall,0.4\na,b\n": `f.csv:3: top1 "b": want percent`,
		"rung,top1\nsmall,146\n":      `f.csv:2: top1 "146": want percent`,
		"rung,top1\nsmall\n":          "wrong number of fields",
	} {
		if _, err := parseTop1("f.csv", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
}

// fakeFramewise is a program that copies prepared records to where its configuration wants them.
func fakeFramewise(t *testing.T, records string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "records"), []byte(records), 0o644); err != nil {
		t.Fatal(err)
	}
	script := `#!/bin/sh
set -e
test "$1" = run
answers=$(sed -n '/jsonl/,/}/s/.*"path": "\(.*\)".*/\1/p' "$2")
cp "` + dir + `/records" "$answers"
`
	bin := filepath.Join(dir, "framewise")
	if err := os.WriteFile(bin, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return bin
}

func TestProgramRun(t *testing.T) {
	p := program{Ladder: "l.yaml", Bin: fakeFramewise(t,
		`{"schema":"framewise.record/1","stream":"lab","frame":0,"label_id":3,"model":"m","in_time":true}`+"\n")}
	records, err := p.run(context.Background(), t.TempDir(), trial{source: map[string]any{"test": nil}, selector: fixed("m", true)})
	if err != nil || len(records) != 1 || *records[0].LabelID != 3 {
		t.Errorf("records %v, error %v", records, err)
	}
	p.Bin = "/bin/false"
	if _, err := p.run(context.Background(), t.TempDir(), trial{}); err == nil || !strings.Contains(err.Error(), "configuration:") {
		t.Errorf("got error %v", err)
	}
}

func TestProgramConfig(t *testing.T) {
	p := program{Ladder: "/a $b/l.yaml"}
	data, err := p.config(trial{
		source:   map[string]any{"file": map[string]any{"path": "/v.mp4", "realtime": true}},
		selector: fixed("m", false), deadline: 12500 * time.Microsecond,
	}, "/out.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var got any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"models":   map[string]any{"ladder": "/a $$b/l.yaml", "provider": "cpu", "threads": 1.0},
		"selector": map[string]any{"policy": map[string]any{"fixed": map[string]any{"rung": "m"}}, "anytime": false},
		"streams": map[string]any{"lab": map[string]any{
			"source": map[string]any{"file": map[string]any{"path": "/v.mp4", "realtime": true}}, "deadline": "12.5ms"}},
		"sinks": []any{map[string]any{"jsonl": map[string]any{"path": "/out.jsonl"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

// Live answers are put back in the data set's order although each format is run by itself.
func TestAgreeLive(t *testing.T) {
	dir := t.TempDir()
	var rows []outcomes.Row
	for i, head := range []string{"\x89PNG", "\xff\xd8\xff", "\x89PNG"} {
		path := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(path, []byte(head), 0o644); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, outcomes.Row{Item: outcomes.Item{Path: path}})
	}
	groups, err := byFormat(rows)
	if err != nil || !cmp.Equal(groups, [][]int{{1}, {0, 2}}) {
		t.Fatalf("groups %v, error %v", groups, err)
	}
	record := `{"schema":"framewise.record/1","frame":0,"label_id":3}` + "\n"
	c := agreeCmd{program: program{Bin: fakeFramewise(t, record)}}
	l := &lab{ctx: context.Background()}
	if got, err := c.live(l, t.TempDir(), "m", rows[1:2]); err != nil || !cmp.Equal(got, []int{3}) {
		t.Errorf("answers %v, error %v", got, err)
	}
	if _, err := c.live(l, t.TempDir(), "m", rows); err == nil || !strings.Contains(err.Error(), "1 records of 2 pictures") {
		t.Errorf("got error %v", err)
	}
}
