package measure

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(got, want, within float64) bool { return math.Abs(got-want) <= within }

func TestWilson(t *testing.T) {
	tests := []struct {
		right, n  int
		low, high float64
	}{ // from R's prop.test(right, n, correct = FALSE)
		{0, 0, 0, 1},
		{0, 10, 0, 0.2775},
		{10, 10, 0.7225, 1},
		{81, 263, 0.2553, 0.3662},
		{1721, 1980, 0.8537, 0.8833},
	}
	for _, test := range tests {
		got := Wilson(test.right, test.n)
		if !near(got.Low, test.low, 0.0001) || !near(got.High, test.high, 0.0001) {
			t.Errorf("%d of %d: %+v, want %v to %v", test.right, test.n, got, test.low, test.high)
		}
	}
	if got := (Interval{0.85312, 0.88311}).Percent(0.869); got != "86.9 [85.3, 88.3]" {
		t.Errorf("percent: %q", got)
	}
}

func TestBootstrap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var sums, ones, clustered, fifty []float64
	for range 1000 {
		v := float64(random.IntN(2))
		sums, ones = append(sums, v), append(ones, 1)
		clustered, fifty = append(clustered, 50*v), append(fifty, 50)
	}
	got := Bootstrap(sums, ones, 1)
	if width := got.High - got.Low; !near(width, 2*1.96*0.5/math.Sqrt(1000), 0.006) {
		t.Errorf("independent values: %+v", got)
	}
	if c := Bootstrap(clustered, fifty, 1); c != got {
		t.Errorf("fifty equal frames a picture make the interval %+v, not %+v", c, got)
	}
	if Bootstrap(sums, ones, 1) != got || Bootstrap(sums, ones, 2) == got {
		t.Error("the interval does not follow the seed")
	}
	if (Bootstrap(nil, nil, 1) != Interval{}) || (Bootstrap([]float64{0}, []float64{0}, 1) != Interval{}) {
		t.Error("an interval of nothing")
	}
}

func TestQuantile(t *testing.T) {
	values := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for q, want := range map[float64]int{0: 1, 0.1: 1, 0.5: 5, 0.51: 6, 0.95: 10, 1: 10} {
		if got := Quantile(values, q); got != want {
			t.Errorf("quantile %v is %d, want %d", q, got, want)
		}
	}
	if got := Quantile([]float64{}, 0.5); got != 0 {
		t.Errorf("quantile of nothing is %v", got)
	}
}
