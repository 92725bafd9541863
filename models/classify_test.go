package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadTopFive(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, c := range map[string]struct {
		kind string
		out  []float32
		want Answer
	}{
		"probabilities": {
			Probabilities, []float32{0.1, 0.02, 0.5, 0.05, 0.2, 0.13},
			Answer{2, 0.5, [5]Guess{{2, 0.5}, {4, 0.2}, {5, 0.13}, {0, 0.1}, {3, 0.05}}, 5},
		},
		"fewer classes than places": {
			Probabilities, []float32{0.25, 0.75}, Answer{1, 0.75, [5]Guess{{1, 0.75}, {0, 0.25}}, 2},
		},
		"equal: the lower label first": {
			Probabilities, []float32{0.3, 0.2, 0.3, 0.2}, Answer{0, 0.3, [5]Guess{{0, 0.3}, {2, 0.3}, {1, 0.2}, {3, 0.2}}, 4},
		},
		"logits": {
			Logits, []float32{float32(math.Log(1)), float32(math.Log(3))}, Answer{1, 0.75, [5]Guess{{1, 0.75}, {0, 0.25}}, 2},
		},
		"large logits": {
			Logits, []float32{1e30, 1e30, -1e30}, Answer{0, 0.5, [5]Guess{{0, 0.5}, {1, 0.5}, {2, 0}}, 3},
		},
		"not numbers are passed over": {
			Logits, []float32{nan, 2, inf, 2}, Answer{1, 0.5, [5]Guess{{1, 0.5}, {3, 0.5}}, 2},
		},
		"no number": {Probabilities, []float32{nan, nan}, Answer{Label: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			m := Model{Output: Output{Kind: c.kind}}
			got := Answer{Label: 7, N: 3} // of the frame before
			m.Read(c.out, &got)
			for i := range got.N { // logarithms are not exact
				got.Top[i].P = float32(math.Round(float64(got.Top[i].P)*1e6) / 1e6)
			}
			got.Confidence = float32(math.Round(float64(got.Confidence)*1e6) / 1e6)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadAgreesWithSorting(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	m := Model{Output: Output{Kind: Probabilities}}
	for range 200 {
		out := make([]float32, 1+random.IntN(40))
		for i := range out {
			out[i] = float32(random.IntN(12)) / 12
		}
		order := make([]int, len(out))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case out[a] > out[b]:
				return -1
			case out[a] < out[b]:
				return 1
			}
			return 0
		})
		var a Answer
		m.Read(out, &a)
		if a.N != min(5, len(out)) || a.Label != a.Top[0].Label {
			t.Fatalf("%v: %+v", out, a)
		}
		for i := range a.N {
			if a.Top[i] != (Guess{order[i], out[order[i]]}) {
				t.Fatalf("%v: place %d is %+v, want label %d", out, i, a.Top[i], order[i])
			}
		}
	}
}

func TestReadDoesNotAllocate(t *testing.T) {
	out := make([]float32, 1000)
	for i := range out {
		out[i] = float32(i * 7919 % 1000)
	}
	m := Model{Output: Output{Kind: Logits}}
	var a Answer
	if n := testing.AllocsPerRun(100, func() { m.Read(out, &a) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRead(b *testing.B) {
	out := make([]float32, 1000)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range out {
		out[i] = random.Float32()
	}
	for _, kind := range []string{Probabilities, Logits} {
		b.Run(kind, func(b *testing.B) {
			m := Model{Output: Output{Kind: kind}}
			var a Answer
			for b.Loop() {
				m.Read(out, &a)
			}
		})
	}
}
