package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"framewise/internal/measure"
	"framewise/internal/outcomes"
	"framewise/models"
)

// agreeCmd sends labelled pictures through the live path, each one frame, once with each rung, and compares top-1
// with what framewise train measured and with a table of numbers that others measured. A difference beyond the
// limits is an error: pictures are then not prepared in the same way everywhere.
type agreeCmd struct {
	program
	Labels string  `required:"" type:"existingfile" placeholder:"FILE.csv" help:"Labelled pictures, as for framewise train."`
	Cache  string  `placeholder:"FILE" help:"Outcomes that framewise train kept (default: where it keeps them)."`
	Table  string  `type:"existingfile" placeholder:"FILE.csv" help:"Top-1 in percent that the rungs should have: columns rung and top1."`
	Live   float64 `default:"0.5" help:"Largest difference in points between live and train."`
	Given  float64 `default:"1" help:"Largest difference in points between either and the table."`
}

// agreement is one rung on all pictures. Top-1 is in percent.
type agreement struct {
	rung    string
	offline float64
	live    float64
	same    float64 // answers that are the same, in percent
	given   float64 // NaN: the table does not have the rung
}

func (c *agreeCmd) Run(l *lab) error {
	ladder, err := models.Load(c.Ladder, os.LookupEnv)
	if err != nil {
		return err
	}
	given := map[string]float64{}
	if c.Table != "" {
		f, err := os.Open(c.Table)
		if err != nil {
			return err
		}
		given, err = parseTop1(c.Table, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	offline, err := c.offline(l, ladder)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "framewise-lab-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var all []agreement
	for rung, name := range offline.Rungs {
		fmt.Fprintf(l.err, "running %s on %d pictures\n", name, len(offline.Rows))
		live, err := c.live(l, dir, name, offline.Rows)
		if err != nil {
			return err
		}
		a := compare(offline, rung, live)
		a.given = math.NaN()
		if top1, ok := given[name]; ok {
			a.given = top1
		}
		all = append(all, a)
	}
	if err := agreementTable(all).Print(l.out); err != nil {
		return err
	}
	return c.judge(all)
}

// offline reads the outcomes of framewise train.
func (c *agreeCmd) offline(l *lab, ladder *models.Ladder) (*outcomes.Table, error) {
	data, err := outcomes.FromCSV(c.Labels, ladder.Labels)
	if err != nil {
		return nil, err
	}
	header, err := outcomes.NewHeader(ladder, "cpu, 1 thread")
	if err != nil {
		return nil, err
	}
	if c.Cache == "" {
		if c.Cache, err = outcomes.DefaultPath(ladder.Name, header); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(c.Cache); err != nil {
		return nil, fmt.Errorf("outcomes: %w: run framewise train first", err)
	}
	cache, err := outcomes.OpenCache(c.Cache, header)
	if err != nil {
		return nil, err
	}
	missing := func(int, []byte, int, *models.Answer) (time.Duration, error) {
		return 0, fmt.Errorf("is not in %s: run framewise train on these pictures first", c.Cache)
	}
	table, err := outcomes.Run(l.ctx, data, ladder, missing, cache, outcomes.Options{})
	return table, errors.Join(err, cache.Close())
}

// live returns the live path's answer for every row, -1 for none.
func (c *agreeCmd) live(l *lab, dir, rung string, rows []outcomes.Row) ([]int, error) {
	answers := make([]int, len(rows))
	for i := range answers {
		answers[i] = -1
	}
	groups, err := byFormat(rows)
	if err != nil {
		return nil, err
	}
	for _, group := range groups {
		list := filepath.Join(dir, "pictures.csv")
		if err := writePaths(list, rows, group); err != nil {
			return nil, err
		}
		records, err := c.run(l.ctx, dir, trial{
			source:   map[string]any{"images": map[string]any{"path": list}},
			selector: fixed(rung, false),
		})
		if err != nil {
			return nil, err
		}
		if len(records) != len(group) {
			return nil, fmt.Errorf("rung %s: %d records of %d pictures", rung, len(records), len(group))
		}
		for frame, row := range group {
			r, ok := records[frame]
			if !ok {
				return nil, fmt.Errorf("rung %s: no record of frame %d, %s", rung, frame, rows[row].Path)
			}
			if r.LabelID != nil {
				answers[row] = *r.LabelID
			}
		}
	}
	return answers, nil
}

// byFormat returns the rows' indices in groups of one file format, because the source images takes one at a time.
func byFormat(rows []outcomes.Row) ([][]int, error) {
	var jpeg, png []int
	for i := range rows {
		f, err := os.Open(rows[i].Path)
		if err != nil {
			return nil, err
		}
		var head [1]byte
		_, err = io.ReadFull(f, head[:])
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", rows[i].Path, err)
		}
		if head[0] == 0xff { // JPEG's start-of-image marker; Go has decoded the file, so it is one of the two
			jpeg = append(jpeg, i)
		} else {
			png = append(png, i)
		}
	}
	var groups [][]int
	for _, g := range [][]int{jpeg, png} {
		if len(g) > 0 {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

func writePaths(path string, rows []outcomes.Row, group []int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	lines := [][]string{{"path"}}
	for _, row := range group {
		picture, err := filepath.Abs(rows[row].Path)
		if err != nil {
			return errors.Join(err, f.Close())
		}
		lines = append(lines, []string{picture})
	}
	return errors.Join(csv.NewWriter(f).WriteAll(lines), f.Close())
}

func compare(offline *outcomes.Table, rung int, live []int) agreement {
	a := agreement{rung: offline.Rungs[rung]}
	for i := range offline.Rows {
		row := &offline.Rows[i]
		if row.Right(rung) {
			a.offline++
		}
		if live[i] == row.Label {
			a.live++
		}
		if top := row.Rungs[rung].Top; len(top) > 0 && live[i] == top[0].Label {
			a.same++
		}
	}
	n := float64(len(offline.Rows)) / 100
	a.offline, a.live, a.same = a.offline/n, a.live/n, a.same/n
	return a
}

// parseTop1 reads a CSV file with the columns rung and top1, percent.
func parseTop1(name string, in io.Reader) (map[string]float64, error) {
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(rows) == 0 || len(rows[0]) != 2 || rows[0][0] != "rung" || rows[0][1] != "top1" {
		return nil, fmt.Errorf("%s:1: want the columns rung and top1", name)
	}
	top1 := map[string]float64{}
	for i, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[1], 64)
		if err != nil || !(v >= 0 && v <= 100) {
			return nil, fmt.Errorf("%s:%d: top1 %q: want percent", name, i+2, row[1])
		}
		top1[row[0]] = v
	}
	return top1, nil
}

func agreementTable(all []agreement) measure.Table {
	t := measure.Table{{"rung", "train %", "live %", "live - train", "same answer %", "table %", "train - table", "live - table"}}
	for _, a := range all {
		row := []string{a.rung, fmt.Sprintf("%.2f", a.offline), fmt.Sprintf("%.2f", a.live), fmt.Sprintf("%+.2f", a.live-a.offline),
			fmt.Sprintf("%.2f", a.same), "", "", ""}
		if !math.IsNaN(a.given) {
			row[5] = fmt.Sprintf("%.1f", a.given)
			row[6], row[7] = fmt.Sprintf("%+.2f", a.offline-a.given), fmt.Sprintf("%+.2f", a.live-a.given)
		}
		t = append(t, row)
	}
	return t
}

// judge is an error with one line for each difference that is too large.
func (c *agreeCmd) judge(all []agreement) error {
	var faults []error
	check := func(a agreement, what string, difference, limit float64) {
		if math.Abs(difference) > limit { // false for NaN: there is nothing to compare with
			faults = append(faults, fmt.Errorf("%s: %s differ by %+.2f points, more than %v", a.rung, what, difference, limit))
		}
	}
	for _, a := range all {
		check(a, "live and train", a.live-a.offline, c.Live)
		check(a, "train and the table", a.offline-a.given, c.Given)
		check(a, "live and the table", a.live-a.given, c.Given)
	}
	return errors.Join(faults...)
}
