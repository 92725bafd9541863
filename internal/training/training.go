// Package training makes a premodel of what every rung of a ladder answered on labelled pictures, and says what the
// premodel is worth on pictures it was not trained on.
//
// Read [Train] first, then [Evaluate] and the [Report] it makes. Outcomes come from package outcomes, the method is
// in selector/premodel; the package must not know how networks are run.
package training

import (
	"framewise/internal/outcomes"
	"framewise/models"
	"framewise/selector/premodel"
)

// Train makes a premodel of all rows. The same pictures, ladder and k give the same premodel, byte for byte in its
// file, wherever the pictures lie and however long the networks took. Command goes into the file.
func Train(t *outcomes.Table, l *models.Ladder, k int, command string) (*premodel.Premodel, error) {
	o := options(t, k)
	o.Ladder.Name, o.Ladder.Hash = l.Name, l.Hash
	o.Data.Hash = t.Hash()
	o.Command = command
	return premodel.Train(samples(t), o)
}

// options are the paper's features and no provenance but the rungs' names.
func options(t *outcomes.Table, k int) premodel.Options {
	return premodel.Options{K: k, Ladder: premodel.Ladder{Rungs: t.Rungs}}
}

// samples are the table's rows as the premodel sees them: right is the likeliest label (top-1).
func samples(t *outcomes.Table) []premodel.Sample {
	s := make([]premodel.Sample, len(t.Rows))
	for i := range t.Rows {
		row := &t.Rows[i]
		right := make([]bool, len(t.Rungs))
		for rung := range right {
			right[rung] = row.Right(rung)
		}
		s[i] = premodel.Sample{Features: row.Features[:], Right: right}
	}
	return s
}
