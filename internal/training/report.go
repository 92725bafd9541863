package training

import (
	"fmt"
	"io"

	"framewise/internal/measure"
)

// Report says what rungs and premodel are worth. Shares are from 0 to 1, ranges hold the true value with 95 %.
type Report struct {
	Pictures   int          `json:"pictures"`
	Unreadable int          `json:"unreadable"` // pictures, not among Pictures
	Rungs      []RungLine   `json:"rungs"`
	Sources    []SourceLine `json:"sources"`
	Folds      int          `json:"folds"`
	K          int          `json:"k"`
	Levels     []float64    `json:"levels"`      // by rung: how often its level answers rightly whether it is the optimum
	FeaturesMS float64      `json:"features_ms"` // mean
	PremodelMS float64      `json:"premodel_ms"` // mean, without features
	Best       string       `json:"best"`        // the most accurate rung
	Policies   []PolicyLine `json:"policies"`
	Union      float64      `json:"union"` // at least one rung is right
}

// RungLine is one rung alone.
type RungLine struct {
	Name      string           `json:"name"`
	Top1      float64          `json:"top1"`
	Top1Range measure.Interval `json:"top1_range"`
	Top5      float64          `json:"top5"`
	MeanMS    float64          `json:"mean_ms"`
	P95MS     float64          `json:"p95_ms"`
}

// SourceLine is one source's pictures.
type SourceLine struct {
	Name     string    `json:"name"`
	Pictures int       `json:"pictures"`
	Top1     []float64 `json:"top1"` // by rung
}

// PolicyLine is one way of choosing a rung.
type PolicyLine struct {
	Name        string           `json:"name"`
	Top1        float64          `json:"top1"`
	Top1Range   measure.Interval `json:"top1_range"`
	Coverage    float64          `json:"coverage"`  // pictures that were answered
	Selective   float64          `json:"selective"` // top-1 among those
	MeanMS      float64          `json:"mean_ms"`   // features and premodel included
	Speedup     float64          `json:"speedup"`   // mean time of the best single rung by this one's
	Shares      []float64        `json:"shares"`    // of all pictures, by rung
	AgainstBest Difference       `json:"against_best"`
	AgainstMix  *Difference      `json:"against_mix,omitempty"` // the random mix on the next line
}

// Difference is a difference in top-1; with 0 inside its range it is none.
type Difference struct {
	Value float64          `json:"value"`
	Range measure.Interval `json:"range"`
}

// Print writes the report as tables.
func (r *Report) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "Rungs on %d pictures (95 %% interval):\n\n", r.Pictures)
	if err == nil {
		err = r.rungTable().Print(w)
	}
	if err == nil && len(r.Sources) > 1 {
		if _, err = fmt.Fprint(w, "\nTop-1 % by source:\n\n"); err == nil {
			err = r.sourceTable().Print(w)
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "\nPremodel, k = %d, %d-fold cross-validated, stratified by source. Features take %.2f ms, the premodel %.3f ms.\n"+
			"How often a level is right about \"is this rung the optimum?\":\n\n", r.K, r.Folds, r.FeaturesMS, r.PremodelMS)
	}
	if err == nil {
		err = r.levelTable().Print(w)
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "\nPolicies. Top-1 is of all pictures, a skipped one is wrong; ms has features and premodel in it; differences in\n"+
			"points with a paired 95 %% interval. Best single rung: %s. At least one rung is right on %.1f %%.\n\n", r.Best, 100*r.Union)
	}
	if err == nil {
		err = r.policyTable().Print(w)
	}
	return err
}

func (r *Report) rungTable() measure.Table {
	t := measure.Table{{"rung", "top-1 %", "top-5 %", "mean ms", "p95 ms"}}
	for _, l := range r.Rungs {
		t = append(t, []string{l.Name, l.Top1Range.Percent(l.Top1), measure.Percent(l.Top5),
			fmt.Sprintf("%.2f", l.MeanMS), fmt.Sprintf("%.2f", l.P95MS)})
	}
	return t
}

func (r *Report) sourceTable() measure.Table {
	head := []string{"source", "pictures"}
	for _, l := range r.Rungs {
		head = append(head, l.Name)
	}
	t := measure.Table{head}
	for _, s := range r.Sources {
		row := []string{s.Name, fmt.Sprint(s.Pictures)}
		for _, top1 := range s.Top1 {
			row = append(row, measure.Percent(top1))
		}
		t = append(t, row)
	}
	return t
}

func (r *Report) levelTable() measure.Table {
	t := measure.Table{{"level", "accuracy %"}}
	for rung, accuracy := range r.Levels {
		t = append(t, []string{r.Rungs[rung].Name, measure.Percent(accuracy)})
	}
	return t
}

func (r *Report) policyTable() measure.Table {
	head := []string{"policy", "top-1 %", "coverage %", "top-1 of answered %", "mean ms", "speed-up", "against best", "against random mix"}
	for _, l := range r.Rungs {
		head = append(head, l.Name+" %")
	}
	t := measure.Table{head}
	for _, p := range r.Policies {
		mix := ""
		if p.AgainstMix != nil {
			mix = p.AgainstMix.points()
		}
		row := []string{p.Name, p.Top1Range.Percent(p.Top1), measure.Percent(p.Coverage), measure.Percent(p.Selective),
			fmt.Sprintf("%.2f", p.MeanMS), fmt.Sprintf("%.2fx", p.Speedup), p.AgainstBest.points(), mix}
		for _, share := range p.Shares {
			row = append(row, measure.Percent(share))
		}
		t = append(t, row)
	}
	return t
}

func (d Difference) points() string {
	return fmt.Sprintf("%+.1f [%+.1f, %+.1f]", 100*d.Value, 100*d.Range.Low, 100*d.Range.High)
}
