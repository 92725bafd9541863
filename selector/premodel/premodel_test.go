package premodel_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"framewise/selector/features"
	"framewise/selector/premodel"
)

var rungs = []string{"small", "middle", "large"}

// sample has one number for its first feature and zeros for the others. Right
// is 1 or 0 by rung, as in the file.
func sample(x float64, right string) premodel.Sample {
	s := premodel.Sample{Features: make([]float64, features.Count)}
	s.Features[0] = x
	for _, c := range right {
		s.Right = append(s.Right, c == '1')
	}
	return s
}

func vector(x float64) *[features.Count]float64 { return &[features.Count]float64{x} }

func options(k int) premodel.Options {
	return premodel.Options{K: k, Features: []string{"n_keypoints"}, Ladder: premodel.Ladder{Rungs: rungs}}
}

func train(t testing.TB, o premodel.Options, samples ...premodel.Sample) *premodel.Premodel {
	t.Helper()
	p, err := premodel.Train(samples, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestChain has training pictures at 0 … 100, whose optimum changes on the way.
func TestChain(t *testing.T) {
	var samples []premodel.Sample
	for x := range 101 {
		right := "000" // from 75 on, none is right
		switch {
		case x < 25:
			right = "111"
		case x < 50:
			right = "011"
		case x < 75:
			right = "001"
		}
		samples = append(samples, sample(float64(x), right))
	}
	p := train(t, options(5), samples...).Predictor()
	for _, test := range []struct {
		x    float64
		rung int
		ok   bool
	}{
		{0, 0, true}, {22, 0, true}, {24, 0, true}, {25, 1, true}, {40, 1, true}, {49, 1, true},
		{50, 2, true}, {74, 2, true}, {75, 0, false}, {100, 0, false},
		{-1e9, 0, true}, {1e9, 0, false}, {math.Inf(-1), 0, true}, {math.Inf(1), 0, false}, {math.NaN(), 0, true},
	} {
		rung, ok := p.Choose(vector(test.x))
		if rung != test.rung || ok != test.ok {
			t.Errorf("at %v: rung %d, %v; want %d, %v", test.x, rung, ok, test.rung, test.ok)
		}
	}
}

// TestVotes: five neighbours, all pictures there are, vote with their optimum.
func TestVotes(t *testing.T) {
	for _, test := range []struct {
		name  string
		right []string
		rung  int
		ok    bool
	}{
		{"unanimous", []string{"100", "100", "100", "100", "100"}, 0, true},
		{"three of five", []string{"111", "100", "101", "000", "011"}, 0, true},
		{"three of five for the second", []string{"011", "010", "011", "111", "111"}, 1, true},
		{"the optimum counts, not who else is right", []string{"111", "111", "011", "011", "000"}, 0, false},
		{"none has more than two", []string{"111", "111", "011", "011", "001"}, 0, false},
		{"no rung is right", []string{"000", "000", "000", "111", "001"}, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var samples []premodel.Sample
			for i, right := range test.right {
				samples = append(samples, sample(float64(i), right))
			}
			rung, ok := train(t, options(5), samples...).Predictor().Choose(vector(2))
			if rung != test.rung || ok != test.ok {
				t.Errorf("rung %d, %v; want %d, %v", rung, ok, test.rung, test.ok)
			}
		})
	}
}

func TestTies(t *testing.T) {
	far := []premodel.Sample{sample(0, "000"), sample(100, "000")}
	t.Run("of pictures equally far the first is nearer", func(t *testing.T) {
		a := train(t, options(1), append(far, sample(25, "100"), sample(75, "010"))...)
		b := train(t, options(1), append(far, sample(75, "010"), sample(25, "100"))...)
		if rung, _ := a.Predictor().Choose(vector(50)); rung != 0 {
			t.Errorf("rung %d, want 0", rung)
		}
		if rung, _ := b.Predictor().Choose(vector(50)); rung != 1 {
			t.Errorf("rung %d, want 1", rung)
		}
	})
	t.Run("half is no majority", func(t *testing.T) {
		p := train(t, options(2), append(far, sample(25, "100"), sample(75, "010"))...)
		if rung, ok := p.Predictor().Choose(vector(50)); ok {
			t.Errorf("rung %d, want none", rung)
		}
	})
}

// TestScaling: each feature counts by its own range, however wide.
func TestScaling(t *testing.T) {
	o := options(1)
	o.Features = []string{"n_keypoints", "hue1"}
	var samples []premodel.Sample
	for _, c := range []struct {
		keypoints, hue float64
		right          string
	}{{0, 0, "100"}, {1000, 0, "010"}, {0, 1, "001"}, {1000, 1, "000"}} {
		s := sample(c.keypoints, c.right)
		s.Features[features.Hue1] = c.hue
		samples = append(samples, s)
	}
	p := train(t, o, samples...).Predictor()
	if rung, ok := p.Choose(&[features.Count]float64{features.Keypoints: 400, features.Hue1: .9}); rung != 2 || !ok {
		t.Errorf("rung %d, %v; want 2: hue decides", rung, ok)
	}
}

func TestConstantFeature(t *testing.T) {
	p := train(t, options(1), sample(7, "010"), sample(7, "010")).Predictor()
	for _, x := range []float64{-1, 7, 9} {
		if rung, ok := p.Choose(vector(x)); rung != 1 || !ok {
			t.Errorf("at %v: rung %d, %v; want 1", x, rung, ok)
		}
	}
}

// TestReference holds the search to sorting all pictures by distance. The ranges
// of all features are 0 to 4.
func TestReference(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	outcomes := []string{"111", "011", "001", "000", "101"}
	for range 50 {
		o := premodel.Options{K: 1 + r.IntN(7), Ladder: premodel.Ladder{Rungs: rungs}}
		var samples []premodel.Sample
		for i := range o.K + 2 + r.IntN(60) {
			s := sample(0, outcomes[r.IntN(len(outcomes))])
			for j := range s.Features {
				// Few values make ties; in quarters of the range, so that none is lost to rounding.
				s.Features[j] = float64(r.IntN(5))
				if i < 2 {
					s.Features[j] = float64(4 * i)
				}
			}
			s.Features[features.FrameDifference] = 1000 * r.Float64() // not one of the paper's
			samples = append(samples, s)
		}
		p := train(t, o, samples...).Predictor()
		for range 20 {
			var v [features.Count]float64
			for j := range v {
				v[j] = float64(r.IntN(7) - 1)
			}
			rung, ok := p.Choose(&v)
			wantRung, wantOK := slowChoose(samples, o.K, v)
			if rung != wantRung || ok != wantOK {
				t.Fatalf("rung %d, %v; want %d, %v", rung, ok, wantRung, wantOK)
			}
		}
	}
}

func slowChoose(samples []premodel.Sample, k int, v [features.Count]float64) (int, bool) {
	distance := func(i int) float64 {
		d := 0.0
		for j := range features.Paper {
			e := min(4, max(0, v[j])) - samples[i].Features[j]
			d += e * e
		}
		return d
	}
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(distance(a), distance(b)) })
	for rung := range rungs {
		votes := 0
		for _, i := range order[:k] {
			if slices.Index(samples[i].Right, true) == rung {
				votes++
			}
		}
		if 2*votes > k {
			return rung, true
		}
	}
	return 0, false
}

func TestDefaults(t *testing.T) {
	var samples []premodel.Sample
	for x := range 6 {
		samples = append(samples, sample(float64(x), "111"))
	}
	p := train(t, premodel.Options{Ladder: premodel.Ladder{Rungs: rungs}}, samples...)
	want := []string{"n_keypoints", "avg_perceived_brightness", "hue1", "contrast", "area_by_perim", "edge_length1", "aspect_ratio"}
	if diff := gocmp.Diff(want, p.Features); p.K != 5 || diff != "" {
		t.Errorf("k = %d, want 5; features:\n%s", p.K, diff)
	}
	if p.Data.Images != 6 {
		t.Errorf("%d images, want 6", p.Data.Images)
	}
}

func TestTrainRefuses(t *testing.T) {
	good := slices.Repeat([]premodel.Sample{sample(1, "111")}, 5)
	with := func(change func(*premodel.Options)) premodel.Options {
		o := options(5)
		change(&o)
		return o
	}
	for _, test := range []struct {
		name    string
		samples []premodel.Sample
		o       premodel.Options
		err     string
	}{
		{"too few images", good[:4], options(5), "4 images are too few for 5 neighbours"},
		{"no images", nil, options(5), "0 images are too few"},
		{"negative k", good, options(-1), "k is -1"},
		{"no rungs", good, with(func(o *premodel.Options) { o.Ladder.Rungs = nil }), "no rungs"},
		{"unknown feature", good, with(func(o *premodel.Options) { o.Features = []string{"hue8"} }), `unknown feature "hue8"`},
		{"a feature twice", good, with(func(o *premodel.Options) { o.Features = []string{"hue1", "hue1"} }), "named twice"},
		{"no features", good, with(func(o *premodel.Options) { o.Features = []string{} }), "no features"},
		{"an outcome short", append(slices.Clone(good), sample(1, "11")), options(5), "sample 5: has outcomes of 2 rungs, the ladder has 3"},
		{"a feature short", append(slices.Clone(good), premodel.Sample{Features: []float64{1}}), options(5), "sample 5: has 1 features, not 8"},
		{"not a number", append(slices.Clone(good), sample(math.NaN(), "111")), options(5), "sample 5: n_keypoints is NaN"},
		{"infinite", append(slices.Clone(good), sample(math.Inf(1), "111")), options(5), "sample 5: n_keypoints is +Inf"},
		{"infinite in the file", append(slices.Clone(good), sample(1e300, "111")), options(5), "sample 5: n_keypoints is 1e+300"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := premodel.Train(test.samples, test.o)
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q in it", err, test.err)
			}
		})
	}
}

// many are samples enough for a large training set.
func many(n int) []premodel.Sample {
	r := rand.New(rand.NewPCG(5, 6))
	samples := make([]premodel.Sample, n)
	for i := range samples {
		samples[i] = sample(0, []string{"111", "011", "001", "000"}[r.IntN(4)])
		for j := range samples[i].Features {
			samples[i].Features[j] = r.Float64()
		}
	}
	return samples
}

func TestNoAllocation(t *testing.T) {
	p := train(t, premodel.Options{Ladder: premodel.Ladder{Rungs: rungs}}, many(500)...).Predictor()
	if n := testing.AllocsPerRun(50, func() { p.Choose(vector(.5)) }); n != 0 {
		t.Errorf("%v allocations a choice", n)
	}
}

// BenchmarkChoose searches as many pictures as ILSVRC's validation set has.
func BenchmarkChoose(b *testing.B) {
	p := train(b, premodel.Options{Ladder: premodel.Ladder{Rungs: rungs}}, many(50000)...).Predictor()
	v := [features.Count]float64{.1, .2, .3, .4, .5, .6, .7, .8}
	b.ReportAllocs()
	for b.Loop() {
		v[0] += .137
		v[0] -= math.Floor(v[0])
		p.Choose(&v)
	}
}
