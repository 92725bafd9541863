package models

import "math"

// Answer is what a classifier says of one picture. Copying it is its whole cost.
type Answer struct {
	Label      int     // id, the index in Ladder.Labels; -1 if the output holds no finite number
	Confidence float32 // probability of Label, as the network says
	Top        [5]Guess
	N          int // how many of Top are set; they are sorted, the likeliest first
}

// Guess is a label id and its probability.
type Guess struct {
	Label int
	P     float32
}

// Read sets a to what out, the Output.Classes values of one run, says: the five likeliest labels with their
// probabilities, which are out itself or its softmax. Of equal values the lower label id counts as likelier;
// infinite values and those that are not numbers are passed over. It does not allocate.
func (m *Model) Read(out []float32, a *Answer) {
	*a = Answer{Label: -1}
	for label, v := range out {
		if finite(v) && (a.N < len(a.Top) || v > a.Top[a.N-1].P) {
			a.insert(label, v)
		}
	}
	if a.N == 0 {
		return
	}
	if m.Output.Kind == Logits {
		a.softmax(out)
	}
	a.Label, a.Confidence = a.Top[0].Label, a.Top[0].P
}

// insert puts a guess where it belongs in Top; the last one falls out when there is no room.
func (a *Answer) insert(label int, v float32) {
	if a.N < len(a.Top) {
		a.N++
	}
	i := a.N - 1
	for ; i > 0 && a.Top[i-1].P < v; i-- {
		a.Top[i] = a.Top[i-1]
	}
	a.Top[i] = Guess{Label: label, P: v}
}

// softmax turns the logits in Top into probabilities. The greatest is subtracted first, so that no exponential
// overflows.
func (a *Answer) softmax(logits []float32) {
	greatest := float64(a.Top[0].P)
	var sum float64
	for _, v := range logits {
		if finite(v) {
			sum += math.Exp(float64(v) - greatest)
		}
	}
	for i := range a.N {
		g := &a.Top[i]
		g.P = float32(math.Exp(float64(g.P)-greatest) / sum)
	}
}

// finite is false for infinities too: their difference from themselves is not a number.
func finite(v float32) bool { return v-v == 0 }
