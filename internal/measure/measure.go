// Package measure turns counted frames and measured times into the numbers a table may claim: shares with their
// uncertainty, and quantiles.
//
// Read [Wilson] (pictures that have nothing to do with one another), [Bootstrap] (frames that come in clusters, or
// differences of two methods on the same pictures),
// [Quantile], and [Table] to print them. The package knows nothing of what is measured.
package measure

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Interval holds the true value in 95 of 100 repetitions of the measurement.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Percent writes a value and its interval in percent: "86.9 [85.3, 88.3]".
func (i Interval) Percent(value float64) string {
	return fmt.Sprintf("%.1f [%.1f, %.1f]", 100*value, 100*i.Low, 100*i.High)
}

// Wilson is the 95 % score interval of a share of right ones among n independent trials (Wilson 1927). Without
// trials it is everything from 0 to 1.
func Wilson(right, n int) Interval {
	if n == 0 {
		return Interval{0, 1}
	}
	const z = 1.959963984540054
	p, m := float64(right)/float64(n), float64(n)
	middle := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Interval{max(0, middle-half), min(1, middle+half)}
}

// resamples is how often Bootstrap draws. The ends of the interval are then good to about a tenth of its width.
const resamples = 2000

// Bootstrap is the 95 % percentile interval of the mean of values that come in clusters: cluster i adds sums[i] to
// the total of weights[i] values. Clusters are drawn with replacement, whole ones, because what is in one cluster
// is not independent; for independent values every weight is 1. The same seed gives the same interval.
func Bootstrap(sums, weights []float64, seed uint64) Interval {
	if len(sums) == 0 {
		return Interval{}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	means := make([]float64, 0, resamples)
	for range resamples {
		var sum, weight float64
		for range sums {
			i := random.IntN(len(sums))
			sum += sums[i]
			weight += weights[i]
		}
		if weight > 0 {
			means = append(means, sum/weight)
		}
	}
	if len(means) == 0 {
		return Interval{}
	}
	slices.Sort(means)
	return Interval{Quantile(means, 0.025), Quantile(means, 0.975)}
}

// Quantile is the smallest of the sorted values that at least the share q of them does not exceed; zero of none.
func Quantile[T cmp.Ordered](sorted []T, q float64) T {
	if len(sorted) == 0 {
		var zero T
		return zero
	}
	rank := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}
