package premodel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The format and the version of the file that this code reads and writes.
const (
	format  = "framewise-premodel"
	version = 1
)

// header is what tells a premodel file, of whatever version.
type header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

// file is a premodel as JSON.
type file struct {
	header
	Command  string      `json:"command"`
	Ladder   Ladder      `json:"ladder"`
	Data     Data        `json:"data"`
	K        int         `json:"k"`
	Features []string    `json:"features"`
	Ranges   [][]float32 `json:"ranges"` // by feature: minimum and maximum over the training pictures
	Points   [][]float32 `json:"points"` // by picture, then feature, scaled to [0, 1]
	Right    []string    `json:"right"`  // by picture: 1 where the rung is right, else 0, cheapest first
}

// Save writes the premodel to a file, whole or not at all.
func (p *Premodel) Save(path string) error {
	f := file{
		header: header{format, version}, Command: p.Command, Ladder: p.Ladder, Data: p.Data,
		K: p.K, Features: p.Features, Right: p.right,
	}
	for _, r := range p.ranges {
		f.Ranges = append(f.Ranges, []float32{r.min, r.max})
	}
	for i := range p.points {
		f.Points = append(f.Points, p.points[i][:len(p.Features)])
	}
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("save premodel %s: %w", path, err)
	}
	if err := replace(path, append(data, '\n')); err != nil {
		return fmt.Errorf("save premodel %s: %w", path, err)
	}
	return nil
}

// replace puts a file in place once it is complete.
func replace(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err := errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Load reads a file that Save wrote. It refuses another version, features that
// this code does not know, numbers that are not finite or out of range, and
// lists of different lengths.
func Load(path string) (*Premodel, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load premodel: %w", err)
	}
	p, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("load premodel %s: %w", path, err)
	}
	return p, nil
}

func parse(data []byte) (*Premodel, error) {
	var h header // refuses what follows the premodel too
	if err := json.Unmarshal(data, &h); err != nil {
		return nil, fmt.Errorf("not a premodel: %w", err)
	}
	if h.Format != format {
		return nil, fmt.Errorf("not a premodel: format is %q, not %q", h.Format, format)
	}
	if h.Version != version {
		return nil, fmt.Errorf("version is %d, this framewise reads %d: train again", h.Version, version)
	}
	var f file
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, err
	}
	return f.premodel()
}

func (f *file) premodel() (*Premodel, error) {
	p := &Premodel{Ladder: f.Ladder, Data: f.Data, Command: f.Command, K: f.K, Features: f.Features}
	var err error
	if p.columns, err = columns(f.Features); err != nil {
		return nil, err
	}
	if err := p.check(len(f.Points)); err != nil {
		return nil, err
	}
	switch {
	case len(f.Ranges) != len(f.Features):
		return nil, fmt.Errorf("%d ranges for %d features", len(f.Ranges), len(f.Features))
	case len(f.Right) != len(f.Points):
		return nil, fmt.Errorf("outcomes of %d images for %d points", len(f.Right), len(f.Points))
	case f.Data.Images != len(f.Points):
		return nil, fmt.Errorf("%d images for %d points", f.Data.Images, len(f.Points))
	}
	// A JSON number that does not fit float32 is an error of decoding, so all are finite.
	for i, r := range f.Ranges {
		if len(r) != 2 || r[0] > r[1] {
			return nil, fmt.Errorf("range of %s is %v, must be a minimum and a maximum", f.Features[i], r)
		}
		p.ranges = append(p.ranges, valRange{r[0], r[1]})
	}
	for i, values := range f.Points {
		if len(values) != len(f.Features) {
			return nil, fmt.Errorf("point %d has %d numbers for %d features", i, len(values), len(f.Features))
		}
		for j, v := range values {
			if v < 0 || v > 1 {
				return nil, fmt.Errorf("point %d: %s is %v, must be in [0, 1]", i, f.Features[j], v)
			}
		}
		var scaled point
		copy(scaled[:], values)
		p.points = append(p.points, scaled)
	}
	for i, right := range f.Right {
		if len(right) != len(f.Ladder.Rungs) || strings.Trim(right, "01") != "" {
			return nil, fmt.Errorf("outcome %d is %q, must be a 0 or 1 for each of %d rungs", i, right, len(f.Ladder.Rungs))
		}
		p.addOutcome(right)
	}
	return p, nil
}
