package premodel_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"framewise/selector/premodel"
)

// TestCrossValidate has two well-parted heaps of pictures and a few that no rung
// gets right.
func TestCrossValidate(t *testing.T) {
	var samples []premodel.Sample
	var strata []string
	add := func(n int, x float64, right, stratum string) {
		for i := range n {
			samples = append(samples, sample(x+float64(i)/1000, right))
			strata = append(strata, stratum)
		}
	}
	add(50, 0, "101", "a")  // optimum: small
	add(30, 10, "010", "b") // optimum: middle
	add(20, 20, "000", "c") // none
	got, err := premodel.CrossValidate(samples, options(5), 10, strata)
	if err != nil {
		t.Fatal(err)
	}
	want := premodel.Validation{
		Levels: []float64{1, 1, 1}, Chosen: []float64{.5, .3, 0}, None: .2, Top1: .8, Fallback: .8, Rungs: []float64{.5, .3, .5},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Error(diff)
	}
}

// TestCrossValidateHoldsOut: each picture has a twin of the other outcome far
// from all the rest, so that who is in training can be told.
func TestCrossValidateHoldsOut(t *testing.T) {
	samples := []premodel.Sample{
		sample(0, "100"), sample(100, "010"), sample(0, "010"), sample(100, "100"),
	}
	got, err := premodel.CrossValidate(samples, options(1), 2, []string{"a", "b", "b", "a"})
	if err != nil {
		t.Fatal(err)
	}
	// Folds are {0, 1} and {3, 2}: every picture meets only its twin's outcome.
	if got.Top1 != 0 || got.None != 0 {
		t.Errorf("top-1 %v with %v undecided, want 0 and 0", got.Top1, got.None)
	}
}

// TestCrossValidateFallback: where none is chosen the top rung may be right.
func TestCrossValidateFallback(t *testing.T) {
	var samples []premodel.Sample
	for i := range 40 {
		samples = append(samples, sample(0, []string{"101", "011", "001", "000"}[i%4])) // no majority anywhere
	}
	got, err := premodel.CrossValidate(samples, options(4), 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.None != 1 || got.Top1 != 0 || got.Fallback != .75 {
		t.Errorf("got %+v, want none chosen, top-1 0 and .75 with the top rung", got)
	}
}

func TestCrossValidateRefuses(t *testing.T) {
	samples := many(20)
	o := premodel.Options{Ladder: premodel.Ladder{Rungs: rungs}}
	for _, test := range []struct {
		name    string
		samples []premodel.Sample
		folds   int
		strata  []string
	}{
		{"one fold", samples, 1, nil},
		{"more folds than samples", samples, 21, nil},
		{"strata of others", samples, 10, []string{"a"}},
		{"too few to train on", samples[:5], 5, nil},
		{"a sample of another ladder", append(samples[:19:19], sample(1, "1")), 10, nil},
	} {
		if got, err := premodel.CrossValidate(test.samples, o, test.folds, test.strata); err == nil {
			t.Errorf("%s: got %+v, want an error", test.name, got)
		}
	}
}

func ExampleCrossValidate() {
	var samples []premodel.Sample
	for i := range 15 {
		samples = append(samples, sample(float64(i), "111"), sample(float64(100+i), "001"))
	}
	v, err := premodel.CrossValidate(samples, options(5), 10, nil)
	fmt.Printf("top-1 %.2f, shares %.2f, error %v\n", v.Top1, v.Chosen, err)
	// Output: top-1 1.00, shares [0.50 0.00 0.50], error <nil>
}
