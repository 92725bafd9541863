package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"framewise/internal/measure"
)

// scoreCmd scores records against the labels of every frame. A frame without a record was dropped, and counts as
// wrong, as one without an answer does. Intervals are 95 %, by drawing whole pictures again and again (bootstrap).
type scoreCmd struct {
	Labels string   `required:"" type:"existingfile" placeholder:"SCENE.csv" help:"Labels that framewise-lab video wrote."`
	JSON   bool     `name:"json" help:"Print JSON instead of tables."`
	Runs   []string `arg:"" name:"answers" placeholder:"ANSWERS.jsonl" help:"Records of runs; a row each, named by the file."`
}

// score is what the records of one run are worth.
type score struct {
	Name       string           `json:"name"`
	DeadlineMS *float64         `json:"deadline_ms"`
	Frames     int              `json:"frames"` // labelled
	Pictures   int              `json:"pictures"`
	Top1       float64          `json:"top1"` // right answers, in time or not, by all frames
	Top1Range  measure.Interval `json:"top1_range"`
	Effective  float64          `json:"effective"` // right and in time, by all frames
	EffRange   measure.Interval `json:"effective_range"`
	Coverage   float64          `json:"coverage"`  // frames with an answer, by all frames
	Late       float64          `json:"late"`      // answers after the deadline, by all frames
	NoAnswer   float64          `json:"no_answer"` // frames looked at but not answered, by all frames
	Dropped    float64          `json:"dropped"`   // frames without a record, by all frames
	Reused     float64          `json:"reused"`    // answers of an earlier frame, by all answers
	P50        float64          `json:"p50_ms"`    // capture to delivery, of all records
	P95        float64          `json:"p95_ms"`
	P99        float64          `json:"p99_ms"`
	Rungs      []rungScore      `json:"rungs"`
}

// rungScore is one rung's part of a run's answers.
type rungScore struct {
	Name   string  `json:"name"`
	Frames int     `json:"frames"`
	Top1   float64 `json:"top1"` // right ones by its answers
}

func (c *scoreCmd) Run(l *lab) error {
	frames, err := readScene(c.Labels)
	if err != nil {
		return err
	}
	var scores []score
	for _, path := range c.Runs {
		records, err := readRecords(path)
		if err != nil {
			return err
		}
		s, err := newScore(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), frames, records)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		scores = append(scores, s)
	}
	if c.JSON {
		e := json.NewEncoder(l.out)
		e.SetIndent("", "  ")
		return e.Encode(scores)
	}
	if err := scoreTable(scores).Print(l.out); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(l.out); err != nil {
		return err
	}
	return rungTable(scores).Print(l.out)
}

func newScore(name string, frames []frame, records map[int]record) (score, error) {
	s := score{Name: name, Frames: len(frames)}
	clusters := map[string]int{}
	var weights, rights, effective []float64 // by picture
	var answers, reused, late, unanswered int
	var total []float64
	rungs := map[string]*rungScore{}
	for number, f := range frames {
		cluster, ok := clusters[f.picture]
		if !ok {
			cluster = len(clusters)
			clusters[f.picture] = cluster
			weights, rights, effective = append(weights, 0), append(rights, 0), append(effective, 0)
		}
		weights[cluster]++
		r, ok := records[number]
		if !ok {
			continue
		}
		s.DeadlineMS = r.DeadlineMS
		total = append(total, r.Latency.Total)
		if r.LabelID == nil {
			unanswered++
			continue
		}
		answers++
		if r.Reused {
			reused++
		}
		if !r.InTime {
			late++
		}
		model := ""
		if r.Model != nil {
			model = *r.Model
		}
		if rungs[model] == nil {
			rungs[model] = &rungScore{Name: model}
		}
		rungs[model].Frames++
		if *r.LabelID == f.label {
			rungs[model].Top1++ // counted here, a share below
			rights[cluster]++
			if r.InTime {
				effective[cluster]++
			}
		}
	}
	if extra := len(records) - len(total); extra > 0 {
		return s, fmt.Errorf("%d records are of frames that have no label: another video, or one that was looped?", extra)
	}
	all := float64(len(frames))
	s.Pictures = len(clusters)
	s.Top1, s.Top1Range = sum(rights)/all, measure.Bootstrap(rights, weights, 1)
	s.Effective, s.EffRange = sum(effective)/all, measure.Bootstrap(effective, weights, 1)
	s.Coverage, s.Late, s.NoAnswer = float64(answers)/all, float64(late)/all, float64(unanswered)/all
	s.Dropped = 1 - float64(len(total))/all
	s.Reused = float64(reused) / float64(max(answers, 1))
	slices.Sort(total)
	s.P50, s.P95, s.P99 = measure.Quantile(total, 0.5), measure.Quantile(total, 0.95), measure.Quantile(total, 0.99)
	for _, r := range rungs {
		r.Top1 /= float64(r.Frames)
		s.Rungs = append(s.Rungs, *r)
	}
	slices.SortFunc(s.Rungs, func(a, b rungScore) int { return strings.Compare(a.Name, b.Name) })
	return s, nil
}

func sum(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

func scoreTable(scores []score) measure.Table {
	t := measure.Table{{"run", "deadline ms", "frames", "top-1 %", "effective %", "coverage %", "late %", "no answer %", "dropped %", "reused %", "p50 ms", "p95 ms", "p99 ms"}}
	for _, s := range scores {
		deadline := "none"
		if s.DeadlineMS != nil {
			deadline = fmt.Sprintf("%.1f", *s.DeadlineMS)
		}
		t = append(t, []string{s.Name, deadline, fmt.Sprint(s.Frames), s.Top1Range.Percent(s.Top1), s.EffRange.Percent(s.Effective),
			measure.Percent(s.Coverage), measure.Percent(s.Late), measure.Percent(s.NoAnswer), measure.Percent(s.Dropped), measure.Percent(s.Reused),
			millis(s.P50), millis(s.P95), millis(s.P99)})
	}
	return t
}

func rungTable(scores []score) measure.Table {
	t := measure.Table{{"run", "rung", "frames", "share %", "top-1 %"}}
	for _, s := range scores {
		for _, r := range s.Rungs {
			t = append(t, []string{s.Name, r.Name, fmt.Sprint(r.Frames), measure.Percent(float64(r.Frames) / float64(s.Frames)), measure.Percent(r.Top1)})
		}
	}
	return t
}

func millis(ms float64) string { return fmt.Sprintf("%.1f", ms) }
