package training

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"framewise/internal/outcomes"
	"framewise/models"
	"framewise/selector/features"
	"framewise/selector/premodel"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("run with -update if this is right (-want +got):\n%s", diff)
	}
}

var ladder = &models.Ladder{Name: "fake", Hash: "f00d", Rungs: []models.Model{{Name: "small"}, {Name: "medium"}, {Name: "large"}}}

// fakeTable has n made-up pictures from two sources. Contrast decides what is hard, so a premodel can learn it; a
// tenth of the outcomes is noise.
func fakeTable(n int) *outcomes.Table {
	random := rand.New(rand.NewPCG(7, 7))
	t := &outcomes.Table{Rungs: ladder.RungNames()}
	for i := range n {
		row := outcomes.Row{
			Item:         outcomes.Item{Path: fmt.Sprintf("/somewhere/%d.png", i), Label: i % 10, Source: []string{"web", "lab", "web"}[i%3]},
			Key:          fmt.Sprintf("%064x", i),
			FeaturesTime: 500 * time.Microsecond,
			Rungs:        make([]outcomes.Outcome, len(t.Rungs)),
		}
		for f := range features.Paper {
			row.Features[f] = float64(random.IntN(100)) / 100
		}
		hard := random.Float64()
		row.Features[features.Contrast] = 10 * hard
		for rung := range t.Rungs {
			right := hard < []float64{0.4, 0.7, 0.95}[rung]
			if random.IntN(10) == 0 {
				right = !right
			}
			top := []models.Guess{{Label: row.Label + 1, P: 0.5}, {Label: row.Label, P: 0.25}}
			if right {
				top[0], top[1] = models.Guess{Label: row.Label, P: 0.5}, models.Guess{Label: row.Label + 1, P: 0.25}
			} else if random.IntN(2) == 0 {
				top = top[:1] // not even among the five
			}
			row.Rungs[rung] = outcomes.Outcome{Top: top, Time: time.Duration(1+4*rung)*time.Millisecond + time.Duration(i)*time.Microsecond}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func save(t *testing.T, table *outcomes.Table) []byte {
	t.Helper()
	p, err := Train(table, ladder, 5, "framewise train --ladder fake.yaml --labels labels.csv --k 5")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.json")
	if err := p.Save(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The premodel depends on pictures, labels and answers alone: not on folders, and not on times.
func TestTrainIsDeterministic(t *testing.T) {
	table := fakeTable(24)
	data := save(t, table)
	golden(t, "testdata/fake.premodel.json", data)
	for i := range table.Rows {
		table.Rows[i].Path = "/elsewhere"
		table.Rows[i].Rungs[0].Time *= 3
	}
	if !bytes.Equal(save(t, table), data) {
		t.Error("another file after nothing that matters has changed")
	}
	p, err := premodel.Load("testdata/fake.premodel.json")
	if err != nil || p.Data.Hash != table.Hash() || p.Ladder.Hash != "f00d" {
		t.Errorf("loaded %+v, error %v", p, err)
	}
}

func TestEvaluate(t *testing.T) {
	table := fakeTable(300)
	r, err := Evaluate(table, Options{K: 5, Folds: 10, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	line := func(name string) PolicyLine {
		for _, l := range r.Policies {
			if l.Name == name {
				return l
			}
		}
		t.Fatalf("no policy %q", name)
		return PolicyLine{}
	}
	skips, falls := line("premodel, skips"), line("premodel, falls back to top rung")
	oracle, single := line("oracle"), line("best single rung")
	if !(falls.AgainstMix.Range.Low > 0) {
		t.Errorf("a premodel of a feature that decides is not better than chance: %+v", *falls.AgainstMix)
	}
	if falls.Coverage != 1 || skips.Coverage >= 1 || skips.Top1 > falls.Top1 {
		t.Errorf("coverage %v and %v, top-1 %v and %v", skips.Coverage, falls.Coverage, skips.Top1, falls.Top1)
	}
	if oracle.Top1 != r.Union || oracle.Top1 < falls.Top1 || oracle.Top1 < single.Top1 {
		t.Errorf("oracle %v, union %v", oracle.Top1, r.Union)
	}
	if single.Top1 != r.Rungs[2].Top1 || r.Best != "large" || (single.AgainstBest != Difference{}) {
		t.Errorf("best single rung %+v", single)
	}

	again, err := Evaluate(table, Options{K: 5, Folds: 10, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Policies { // times are measured and differ
		for _, p := range []*PolicyLine{&r.Policies[i], &again.Policies[i]} {
			p.MeanMS, p.Speedup = 0, 0
		}
	}
	if diff := cmp.Diff(r.Policies, again.Policies); diff != "" {
		t.Errorf("the same evaluation twice:\n%s", diff)
	}
	if _, err := Evaluate(table, Options{K: 5, Folds: 301, Seed: 1}); err == nil {
		t.Error("no error for more folds than pictures")
	}
}

// Evaluate asks premodel.CrossValidate for the levels and deals its own folds for the rest: they must be the same.
func TestFoldsAreThoseOfCrossValidate(t *testing.T) {
	table := fakeTable(101)
	var strata []string
	for _, row := range table.Rows {
		strata = append(strata, row.Source)
	}
	o := Options{K: 5, Folds: 7}
	v, err := premodel.CrossValidate(samples(table), options(table, o.K), o.Folds, strata)
	if err != nil {
		t.Fatal(err)
	}
	chosen, took, err := choose(table, o, strata)
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{Rungs: []RungLine{rungLine(table, 0), rungLine(table, 1), rungLine(table, 2)}}
	lines := policies(table, r, chosen, took, 1)
	close := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })
	if diff := cmp.Diff(v.Chosen, lines[1].Shares, close); diff != "" {
		t.Errorf("shares (-premodel +here):\n%s", diff)
	}
	if got := []float64{lines[1].Top1, lines[3].Top1}; !cmp.Equal(got, []float64{v.Top1, v.Fallback}, close) {
		t.Errorf("top-1 %v, want %v and %v", got, v.Top1, v.Fallback)
	}
}

// The report's text, with the premodel's time set: it alone is measured by Evaluate.
func TestReport(t *testing.T) {
	table := fakeTable(60)
	r, err := Evaluate(table, Options{K: 5, Folds: 10, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var strata []string
	for _, row := range table.Rows {
		strata = append(strata, row.Source)
	}
	chosen, took, err := choose(table, Options{K: 5, Folds: 10}, strata)
	if err != nil {
		t.Fatal(err)
	}
	for i := range took {
		took[i] = 50 * time.Microsecond
	}
	r.PremodelMS = 0.05
	r.Policies = policies(table, r, chosen, took, 1)
	var text bytes.Buffer
	if err := r.Print(&text); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/report.txt", text.Bytes())
}
