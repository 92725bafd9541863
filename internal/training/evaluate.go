package training

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"framewise/internal/measure"
	"framewise/internal/outcomes"
	"framewise/selector/features"
	"framewise/selector/premodel"
)

// Options are the settings of Evaluate.
type Options struct {
	K     int    // neighbours
	Folds int    // of the cross-validation
	Seed  uint64 // of the folds and of the intervals
}

// none is the choice of no rung: all are expected to fail.
const none = -1

// Evaluate compares the premodel, cross-validated and stratified by source, with every single rung, with a random mix
// of rungs in the premodel's own proportions, and with the oracle. A share is of all pictures: those the premodel
// skips count as wrong. A policy's time is that of features, premodel and the rung it chose.
func Evaluate(t *outcomes.Table, o Options) (*Report, error) {
	shuffled := *t
	shuffled.Rows = slices.Clone(t.Rows)
	random := rand.New(rand.NewPCG(o.Seed, 0))
	random.Shuffle(len(t.Rows), func(i, j int) {
		shuffled.Rows[i], shuffled.Rows[j] = shuffled.Rows[j], shuffled.Rows[i]
	})
	t = &shuffled

	strata := make([]string, len(t.Rows))
	for i := range t.Rows {
		strata[i] = t.Rows[i].Source
	}
	// The levels' answers are inside the premodel: only its own cross-validation sees them. The folds are the same.
	validation, err := premodel.CrossValidate(samples(t), options(t, o.K), o.Folds, strata)
	if err != nil {
		return nil, err
	}
	chosen, took, err := choose(t, o, strata)
	if err != nil {
		return nil, err
	}

	r := &Report{Pictures: len(t.Rows), Unreadable: len(t.Failures), Folds: o.Folds, K: o.K, Levels: validation.Levels}
	for rung := range t.Rungs {
		r.Rungs = append(r.Rungs, rungLine(t, rung))
	}
	r.Sources = sources(t)
	r.FeaturesMS, r.PremodelMS = before(t, took)
	r.Policies = policies(t, r, chosen, took, o.Seed)
	return r, nil
}

// choose returns, for each row, what a premodel trained on the other folds chooses, and the time that took.
func choose(t *outcomes.Table, o Options, strata []string) (chosen []int, took []time.Duration, err error) {
	chosen, took = make([]int, len(t.Rows)), make([]time.Duration, len(t.Rows))
	fold := deal(strata, o.Folds)
	all := samples(t)
	for f := range o.Folds {
		var train []premodel.Sample
		for i := range all {
			if fold[i] != f {
				train = append(train, all[i])
			}
		}
		p, err := premodel.Train(train, options(t, o.K))
		if err != nil {
			return nil, nil, fmt.Errorf("cross-validate: fold %d: %w", f, err)
		}
		predictor := p.Predictor()
		for i := range t.Rows {
			if fold[i] != f {
				continue
			}
			start := time.Now()
			rung, ok := predictor.Choose((*[features.Count]float64)(&t.Rows[i].Features))
			took[i] = time.Since(start)
			if chosen[i] = rung; !ok {
				chosen[i] = none
			}
		}
	}
	return chosen, took, nil
}

// deal gives every row a fold, in turn within a stratum, as premodel.CrossValidate does.
func deal(strata []string, folds int) []int {
	order := make([]int, len(strata))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(strata[a], strata[b]) })
	fold := make([]int, len(strata))
	for at, i := range order {
		fold[i] = at % folds
	}
	return fold
}

func rungLine(t *outcomes.Table, rung int) RungLine {
	var right, five int
	times := make([]float64, len(t.Rows))
	for i := range t.Rows {
		row := &t.Rows[i]
		if row.Right(rung) {
			right++
		}
		if row.RightInFive(rung) {
			five++
		}
		times[i] = ms(row.Rungs[rung].Time)
	}
	slices.Sort(times)
	n := len(t.Rows)
	return RungLine{
		Name: t.Rungs[rung], Top1: share(right, n), Top1Range: measure.Wilson(right, n), Top5: share(five, n),
		MeanMS: mean(times), P95MS: measure.Quantile(times, 0.95),
	}
}

// sources is top-1 by source and rung: sources differ in how hard and how clean they are.
func sources(t *outcomes.Table) []SourceLine {
	var lines []SourceLine
	rights := map[string][]int{}
	for i := range t.Rows {
		row := &t.Rows[i]
		at := slices.IndexFunc(lines, func(l SourceLine) bool { return l.Name == row.Source })
		if at < 0 {
			at = len(lines)
			lines = append(lines, SourceLine{Name: row.Source})
			rights[row.Source] = make([]int, len(t.Rungs))
		}
		lines[at].Pictures++
		for rung := range t.Rungs {
			if row.Right(rung) {
				rights[row.Source][rung]++
			}
		}
	}
	for i := range lines {
		for _, right := range rights[lines[i].Name] {
			lines[i].Top1 = append(lines[i].Top1, share(right, lines[i].Pictures))
		}
	}
	slices.SortFunc(lines, func(a, b SourceLine) int { return cmp.Compare(a.Name, b.Name) })
	return lines
}

// before is the mean time of what comes before any rung.
func before(t *outcomes.Table, took []time.Duration) (featuresMS, premodelMS float64) {
	for i := range t.Rows {
		featuresMS += ms(t.Rows[i].FeaturesTime)
		premodelMS += ms(took[i])
	}
	n := float64(len(t.Rows))
	return featuresMS / n, premodelMS / n
}

func share(part, all int) float64 { return float64(part) / float64(max(all, 1)) }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func mean(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(len(values), 1))
}
