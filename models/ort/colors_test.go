package ort

import (
	"math/rand/v2"
	"testing"
	"time"

	"framewise/models"
	"framewise/models/colors"
)

// mosaic paints a picture of side pixels in cells of the given size. One colour has between 40 and 50 in a hundred
// cells, three others share the rest; each cell's colour is off its typical one a little and each pixel is noisy.
func mosaic(r *rand.Rand, side, cell int, noise float64) (picture []byte, dominant int) {
	order := r.Perm(len(colors.Names))[:4]
	cells := (side + cell - 1) / cell
	kind := make([]int, cells*cells)
	share := 0.4 + 0.1*r.Float64()
	for i := range kind {
		kind[i] = order[1+r.IntN(3)]
		if float64(i) < share*float64(len(kind)) {
			kind[i] = order[0]
		}
	}
	r.Shuffle(len(kind), func(i, j int) { kind[i], kind[j] = kind[j], kind[i] })
	shift := make([]float64, len(kind))
	for i := range shift {
		shift[i] = 0.05 * r.NormFloat64()
	}
	picture = make([]byte, 3*side*side)
	for y := range side {
		for x := range side {
			k := y/cell*cells + x/cell
			for c := range 3 {
				v := colors.Typical[kind[k]][c] + shift[k] + noise*r.NormFloat64()
				picture[3*(y*side+x)+c] = byte(255*min(max(v, 0), 1) + 0.5)
			}
		}
	}
	return picture, order[0]
}

// TestColorsRungs: each rung of the toy ladder costs more and is more often right than the one before, or there
// would be nothing to choose.
func TestColorsRungs(t *testing.T) {
	l := ladder(t, "colors.yaml")
	s := mustLoad(t, open(t), l, Options{Providers: []string{models.CPU}})
	runner := s.Runner()
	random := rand.New(rand.NewPCG(3, 1))
	right := make([]int, len(l.Rungs))
	fastest := []time.Duration{time.Hour, time.Hour, time.Hour} // of the network alone: preparing is slow under -race
	total := 0
	for range 25 {
		for _, cell := range []int{1, 2, 4, 16, 43} {
			for _, noise := range []float64{0.02, 0.15} {
				picture, dominant := mosaic(random, l.Picture, cell, noise)
				total++
				for k := range l.Rungs {
					var a models.Answer
					o, err := runner.Run(k, picture, 3*l.Picture, 0, &a)
					if err != nil {
						t.Fatal(err)
					}
					if a.Label == dominant {
						right[k]++
					}
					fastest[k] = min(fastest[k], o.Infer)
				}
			}
		}
	}
	t.Logf("right of %d: %v", total, right)
	for k, want := range []struct{ least, most float64 }{{0.2, 0.4}, {0.75, 0.9}, {0.97, 1}} {
		if share := float64(right[k]) / float64(total); share < want.least || share > want.most {
			t.Errorf("%s is right in %.2f, want between %.2f and %.2f", l.Rungs[k].Name, share, want.least, want.most)
		}
	}
	t.Logf("fastest runs: %v", fastest)
	if fastest[1] < 3*fastest[0] || fastest[2] < 3*fastest[1] {
		t.Errorf("fastest runs %v: each rung is meant to cost several times the one before", fastest)
	}
}

// TestColorsOfPlainPictures: where one colour has it all every rung is right, and sure.
func TestColorsOfPlainPictures(t *testing.T) {
	l := ladder(t, "colors.yaml")
	s := mustLoad(t, open(t), l, Options{Providers: []string{models.CPU}})
	runner := s.Runner()
	picture := make([]byte, 3*l.Picture*l.Picture)
	for label, rgb := range colors.Typical {
		for i := range picture {
			picture[i] = byte(255*rgb[i%3] + 0.5)
		}
		for k := range l.Rungs {
			var a models.Answer
			if _, err := runner.Run(k, picture, 3*l.Picture, 0, &a); err != nil {
				t.Fatal(err)
			}
			if a.Label != label || a.Confidence < 0.6 || l.Labels[label] != colors.Names[label] {
				t.Errorf("%s says %s (%.2f) of plain %s", l.Rungs[k].Name, l.Labels[a.Label], a.Confidence, colors.Names[label])
			}
		}
	}
}
