package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"framewise/internal/measure"
	"framewise/models"
	"framewise/models/ort"
)

// deadlinesCmd measures policies under deadlines: it plays a labelled video in real time, decoding included, with
// deadlines in proportion to the top rung's median time on this machine, and scores the answers.
type deadlinesCmd struct {
	program
	Labels   string    `required:"" type:"existingfile" placeholder:"SCENE.csv" help:"Labels that framewise-lab video wrote."`
	Video    string    `required:"" type:"existingfile" placeholder:"SCENE.mp4" help:"The video."`
	Premodel string    `type:"existingfile" placeholder:"FILE" help:"Premodel that framewise train wrote; without it only fixed rungs are measured."`
	Factors  []float64 `default:"0.5,1,2" help:"Deadlines, by the top rung's median time."`
	Rungs    []string  `help:"Rungs to hold fixed (default: all)."`
}

// policyUnderTest is a row of the table for each deadline.
type policyUnderTest struct {
	name     string
	selector map[string]any
}

func (c *deadlinesCmd) Run(l *lab) error {
	frames, err := readScene(c.Labels)
	if err != nil {
		return err
	}
	ladder, err := models.Load(c.Ladder, os.LookupEnv)
	if err != nil {
		return err
	}
	policies, err := c.policies(ladder)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "framewise-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	video, err := filepath.Abs(c.Video)
	if err != nil {
		return err
	}
	top, err := topMedian(ladder, c.Library)
	if err != nil {
		return err
	}
	if err := c.heading(l, ladder, len(frames), top); err != nil {
		return err
	}
	for _, factor := range c.Factors {
		deadline := time.Duration(factor * float64(top)).Round(100 * time.Microsecond)
		var scores []score
		for _, p := range policies {
			fmt.Fprintf(l.err, "deadline %v: %s\n", deadline, p.name)
			records, err := c.run(l.ctx, dir, trial{
				source:   map[string]any{"file": map[string]any{"path": video, "realtime": true}},
				selector: p.selector,
				deadline: deadline,
			})
			if err != nil {
				return err
			}
			s, err := newScore(p.name, frames, records)
			if err != nil {
				return err
			}
			scores = append(scores, s)
		}
		if _, err := fmt.Fprintf(l.out, "\nDeadline %v, %v times the top rung's median:\n\n", deadline, factor); err != nil {
			return err
		}
		if err := deadlineTable(scores).Print(l.out); err != nil {
			return err
		}
	}
	return nil
}

// policies are each rung fixed, with and without the anytime rule, and the premodel with it.
func (c *deadlinesCmd) policies(l *models.Ladder) ([]policyUnderTest, error) {
	rungs := c.Rungs
	if len(rungs) == 0 {
		rungs = l.RungNames()
	}
	var all []policyUnderTest
	for _, rung := range rungs {
		if !slices.Contains(l.RungNames(), rung) {
			return nil, fmt.Errorf("--rungs: the ladder has no rung %q; it has %s", rung, strings.Join(l.RungNames(), ", "))
		}
		all = append(all,
			policyUnderTest{"fixed " + rung, fixed(rung, false)},
			policyUnderTest{"fixed " + rung + ", anytime", fixed(rung, true)})
	}
	if c.Premodel != "" {
		path, err := filepath.Abs(c.Premodel)
		if err != nil {
			return nil, err
		}
		all = append(all, policyUnderTest{"premodel, anytime", map[string]any{"policy": "premodel", "premodel": path, "anytime": true}})
	}
	return all, nil
}

// mixedRuns is how often each rung runs to find the top rung's median.
const mixedRuns = 60

// topMedian measures the top rung here, its runs mixed with those of the others.
func topMedian(l *models.Ladder, flag string) (median time.Duration, err error) {
	library, _, err := ort.FindLibrary(flag)
	if err != nil {
		return 0, err
	}
	rt, err := ort.Open(library)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rt.Close()) }()
	set, err := rt.Load(l, ort.Options{Providers: []string{models.CPU}, Threads: 1, Instances: 1})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	times := set.Warm(mixedRuns)
	top := times[len(times)-1]
	if len(top) == 0 {
		return 0, errors.New("the top rung does not run")
	}
	slices.Sort(top)
	return measure.Quantile(top, 0.5), nil
}

// heading says what the numbers are of: program, machine, data, command.
func (c *deadlinesCmd) heading(l *lab, ladder *models.Ladder, frames int, top time.Duration) error {
	version, err := exec.CommandContext(l.ctx, c.Bin, "version").Output()
	if err != nil {
		return fmt.Errorf("%s version: %w", c.Bin, err)
	}
	hash, err := fileHash(c.Video)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(l.out, "%s\nmachine  %s\nladder   %s %.12s; top rung %s: median %v of %d runs in mixed order\ndata     %s, %d frames, sha256 %.12s\ncommand  %s\n",
		bytes.TrimSpace(version), machine(), ladder.Name, ladder.Hash, ladder.Rungs[len(ladder.Rungs)-1].Name,
		top.Round(10*time.Microsecond), mixedRuns, filepath.Base(c.Video), frames, hash, strings.Join(os.Args, " "))
	return err
}

// machine names the processor, as far as Linux tells it.
func machine() string {
	name := runtime.GOARCH
	info, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(info)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d CPUs", name, runtime.NumCPU())
}

func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// deadlineTable is scoreTable with the columns that a deadline is about. A miss is a frame that was looked at and
// has no answer in time.
func deadlineTable(scores []score) measure.Table {
	t := measure.Table{{"policy", "effective %", "top-1 %", "misses %", "dropped %", "reused %", "p50 ms", "p95 ms", "p99 ms"}}
	for _, s := range scores {
		t = append(t, []string{s.Name, s.EffRange.Percent(s.Effective), s.Top1Range.Percent(s.Top1), measure.Percent(s.Late + s.NoAnswer),
			measure.Percent(s.Dropped), measure.Percent(s.Reused), millis(s.P50), millis(s.P95), millis(s.P99)})
	}
	return t
}
