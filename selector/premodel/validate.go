package premodel

import (
	"cmp"
	"fmt"
	"slices"

	"framewise/selector/features"
)

// Validation is how a premodel does on pictures it was not trained on. All
// numbers are shares of all samples, from 0 to 1.
type Validation struct {
	Levels   []float64 // by rung: how often its level's answer to "is this rung the optimum?" is right
	Chosen   []float64 // by rung: how often it is chosen
	None     float64   // how often all are expected to fail
	Top1     float64   // the chosen rung is right; where none is chosen, nothing is
	Fallback float64   // the same where the top rung runs if none is chosen
	Rungs    []float64 // by rung: how often it is right; to compare with
}

// CrossValidate trains on all folds but one and asks about that one, for each
// fold. Strata names each sample's stratum, such as its source; nil means one
// for all. Samples of a stratum are dealt to the folds in turn, so folds differ
// by at most one sample a stratum, and the outcome depends on nothing but the
// arguments.
func CrossValidate(samples []Sample, o Options, folds int, strata []string) (Validation, error) {
	if folds < 2 || folds > len(samples) {
		return Validation{}, fmt.Errorf("cross-validate premodel: %d folds for %d samples", folds, len(samples))
	}
	if strata != nil && len(strata) != len(samples) {
		return Validation{}, fmt.Errorf("cross-validate premodel: strata of %d samples for %d", len(strata), len(samples))
	}
	fold := deal(len(samples), folds, strata)
	t := newTally(len(o.Ladder.Rungs))
	for k := range folds {
		var train []Sample
		for i, s := range samples {
			if fold[i] != k {
				train = append(train, s)
			}
		}
		p, err := Train(train, o)
		if err != nil {
			return Validation{}, fmt.Errorf("cross-validate: fold %d: %w", k, err)
		}
		predictor := p.Predictor()
		for i := range samples {
			if fold[i] != k {
				continue
			}
			if err := samples[i].check(len(o.Ladder.Rungs)); err != nil {
				return Validation{}, fmt.Errorf("cross-validate: sample %d: %w", i, err)
			}
			t.add(predictor, &samples[i])
		}
	}
	return t.validation(len(samples)), nil
}

// deal returns the fold of each sample.
func deal(n, folds int, strata []string) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if strata != nil {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(strata[a], strata[b]) })
	}
	fold := make([]int, n)
	for at, i := range order {
		fold[i] = at % folds
	}
	return fold
}

// tally counts samples.
type tally struct {
	levels, chosen, rungs []int
	none, top1, fallback  int
}

func newTally(rungs int) *tally {
	return &tally{levels: make([]int, rungs), chosen: make([]int, rungs), rungs: make([]int, rungs)}
}

func (t *tally) add(p *Predictor, s *Sample) {
	rung, ok := p.Choose((*[features.Count]float64)(s.Features))
	optimum := slices.Index(s.Right, true)
	for i, right := range s.Right {
		if p.yes(i) == (i == optimum) {
			t.levels[i]++
		}
		if right {
			t.rungs[i]++
		}
	}
	if !ok {
		t.none++
		if s.Right[len(s.Right)-1] {
			t.fallback++
		}
		return
	}
	t.chosen[rung]++
	if s.Right[rung] {
		t.top1++
		t.fallback++
	}
}

func (t *tally) validation(samples int) Validation {
	share := func(n int) float64 { return float64(n) / float64(samples) }
	shares := func(counts []int) []float64 {
		s := make([]float64, len(counts))
		for i, n := range counts {
			s[i] = share(n)
		}
		return s
	}
	return Validation{
		Levels: shares(t.levels), Chosen: shares(t.chosen), Rungs: shares(t.rungs),
		None: share(t.none), Top1: share(t.top1), Fallback: share(t.fallback),
	}
}
