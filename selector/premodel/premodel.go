// Package premodel is the paper's predictor: from a picture's features, which
// rung to run (Taylor et al., LCTES 2018, sections 3.1 and 3.3). It trains it,
// predicts with it, and reads and writes its file.
//
// Read first: [Train], [Premodel.Predictor], [Predictor.Choose], [Load].
//
// It must not know of pictures, models' files or pipelines: features come in as
// numbers, rungs as their places on the ladder.
//
// # The method
//
// A chain of binary k-nearest-neighbour classifiers, one a rung, cheapest first,
// asks "use this rung?"; the first yes wins, and if none says yes, all rungs are
// expected to fail. The label of a training picture is its optimum: the cheapest
// rung that is right, or none. Level i says yes if more than half of the k
// nearest training pictures have optimum i. The neighbours are the same for all
// levels, so they are searched once, and only the labels change.
//
// Features are scaled to [0, 1] each with its own range over the training
// pictures, and clipped to it at run time; distance is Euclidean. Where pictures
// are equally far, the one that came first in training is nearer. With an even k
// half the neighbours are not a majority. Points are float32, in memory as in
// the file, so a premodel predicts the same before and after it was saved.
package premodel

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"framewise/selector/features"
)

// DefaultK is the paper's number of neighbours.
const DefaultK = 5

// none is the optimum of a picture that no rung gets right.
const none = -1

// Sample is one training picture.
type Sample struct {
	Features []float64 // all features.Count, in the order of features.Names
	Right    []bool    // by rung, cheapest first: whether its answer is right
}

// Options are the settings of Train. What is not the paper's is provenance: it
// goes into the file and is not used to predict.
type Options struct {
	K        int      // neighbours; 0 = DefaultK
	Features []string // names of those to use; nil = the paper's seven
	Ladder   Ladder
	Data     Data
	Command  string // that trained the premodel
}

// Ladder is the ladder that the samples were run on.
type Ladder struct {
	Name  string   `json:"name"`
	Hash  string   `json:"hash"`  // as in models.Ladder
	Rungs []string `json:"rungs"` // names, cheapest first
}

// Data is the set of pictures that the samples were made of.
type Data struct {
	Hash   string `json:"hash"`
	Images int    `json:"images"` // set by Train
}

// Premodel is a trained premodel. It does not change, so that predictors of many
// streams may share it.
type Premodel struct {
	Ladder   Ladder
	Data     Data
	Command  string
	K        int
	Features []string // used, in the order of a point's coordinates

	columns []int      // of Features in features.Names
	ranges  []valRange // by feature
	points  []point    // by training picture
	optimum []int32    // by training picture: rung, or none
	right   []string   // by training picture: 1 or 0 by rung
}

// point is a picture's scaled features, in the order of Premodel.Features; the
// places left are 0.
type point [features.Count]float32

// valRange is a feature's range over the training pictures.
type valRange struct{ min, max float32 }

// scale brings a value to [0, 1]. Everything is 0 in a range of one value, and
// so is NaN.
func (r valRange) scale(v float64) float32 {
	f := float32(v)
	switch {
	case !(f > r.min):
		return 0
	case f >= r.max:
		return 1
	}
	// In float64 no range is too wide or too narrow to subtract.
	return float32((float64(f) - float64(r.min)) / (float64(r.max) - float64(r.min)))
}

// Train makes a premodel of samples, at least K of them.
func Train(samples []Sample, o Options) (*Premodel, error) {
	p := &Premodel{Ladder: o.Ladder, Data: o.Data, Command: o.Command, K: o.K, Features: slices.Clone(o.Features)}
	p.Ladder.Rungs = slices.Clone(o.Ladder.Rungs)
	p.Data.Images = len(samples)
	if p.K == 0 {
		p.K = DefaultK
	}
	if o.Features == nil {
		p.Features = slices.Clone(features.Names[:features.Paper])
	}
	var err error
	if p.columns, err = columns(p.Features); err != nil {
		return nil, fmt.Errorf("train premodel: %w", err)
	}
	if err := p.check(len(samples)); err != nil {
		return nil, fmt.Errorf("train premodel: %w", err)
	}
	for i, s := range samples {
		if err := s.check(len(p.Ladder.Rungs)); err != nil {
			return nil, fmt.Errorf("train premodel: sample %d: %w", i, err)
		}
	}
	p.fit(samples)
	return p, nil
}

func (s *Sample) check(rungs int) error {
	if len(s.Features) != features.Count {
		return fmt.Errorf("has %d features, not %d", len(s.Features), features.Count)
	}
	if len(s.Right) != rungs {
		return fmt.Errorf("has outcomes of %d rungs, the ladder has %d", len(s.Right), rungs)
	}
	for j, v := range s.Features {
		if f := float64(float32(v)); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("%s is %v: not a finite number", features.Names[j], v)
		}
	}
	return nil
}

// check holds for a premodel being trained as well as one from a file.
func (p *Premodel) check(samples int) error {
	switch {
	case p.K < 1:
		return fmt.Errorf("k is %d, must be at least 1", p.K)
	case samples < p.K:
		return fmt.Errorf("%d images are too few for %d neighbours", samples, p.K)
	case len(p.Ladder.Rungs) == 0:
		return errors.New("the ladder has no rungs")
	}
	return nil
}

// columns finds names among the features.
func columns(names []string) ([]int, error) {
	if len(names) == 0 {
		return nil, errors.New("no features are named")
	}
	var found []int
	for _, name := range names {
		i := slices.Index(features.Names[:], name)
		if i < 0 {
			return nil, fmt.Errorf("unknown feature %q, known are %q", name, features.Names)
		}
		if slices.Contains(found, i) {
			return nil, fmt.Errorf("feature %q is named twice", name)
		}
		found = append(found, i)
	}
	return found, nil
}

func (p *Premodel) fit(samples []Sample) {
	for _, c := range p.columns {
		r := valRange{float32(samples[0].Features[c]), float32(samples[0].Features[c])}
		for _, s := range samples {
			r.min, r.max = min(r.min, float32(s.Features[c])), max(r.max, float32(s.Features[c]))
		}
		p.ranges = append(p.ranges, r)
	}
	for _, s := range samples {
		p.points = append(p.points, p.scale((*[features.Count]float64)(s.Features)))
		right := make([]byte, len(s.Right))
		for i, yes := range s.Right {
			right[i] = '0'
			if yes {
				right[i] = '1'
			}
		}
		p.addOutcome(string(right))
	}
}

func (p *Premodel) scale(f *[features.Count]float64) (scaled point) {
	for j, c := range p.columns {
		scaled[j] = p.ranges[j].scale(f[c])
	}
	return scaled
}

// addOutcome appends a training picture's outcome, 1 or 0 by rung.
func (p *Premodel) addOutcome(right string) {
	optimum := int32(none)
	for i, c := range right {
		if c == '1' {
			optimum = int32(i)
			break
		}
	}
	p.right = append(p.right, right)
	p.optimum = append(p.optimum, optimum)
}
