package features

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The tests here hold the fast code to slow code that follows the definitions
// word by word.

func randomGrey(r *rand.Rand, n int) []uint8 {
	grey := make([]uint8, n*n)
	levels := 2 + r.IntN(60) // few levels make ties
	for i := range grey {
		grey[i] = uint8(r.IntN(levels) * 255 / (levels - 1))
	}
	// Flat boxes leave corners and edges that noise has not.
	for range 4 {
		x0, y0, level := r.IntN(n), r.IntN(n), uint8(r.IntN(256))
		for y := y0; y < min(n, y0+n/3); y++ {
			for x := x0; x < min(n, x0+n/3); x++ {
				grey[y*n+x] = level
			}
		}
	}
	return grey
}

func TestCornersReference(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		n := 5 + r.IntN(30)
		grey := randomGrey(r, n)
		c := newCorners(n)
		if got, want := c.count(grey), slowCorners(grey, n); got != want {
			t.Fatalf("%d corners on %d × %d pixels, want %d", got, n, n, want)
		}
		if i := slices.IndexFunc(c.score, func(s int32) bool { return s != 0 }); i >= 0 {
			t.Fatalf("score of pixel %d is left", i)
		}
	}
}

func slowCorners(grey []uint8, n int) int {
	score := map[[2]int]int{}
	for y := 3; y < n-3; y++ {
		for x := 3; x < n-3; x++ {
			var d [16]int
			for i, o := range circle {
				d[i] = int(grey[(y+o[1])*n+x+o[0]]) - int(grey[y*n+x])
			}
			corner, above, below := false, 0, 0
			for i := range d {
				up, down := true, true
				for j := range 9 {
					up = up && d[(i+j)%16] > 20
					down = down && d[(i+j)%16] < -20
				}
				corner = corner || up || down
				above += max(0, d[i]-20)
				below += max(0, -d[i]-20)
			}
			if corner {
				score[[2]int{x, y}] = max(above, below)
			}
		}
	}
	peaks := 0
	for at, s := range score {
		peak := true
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				peak = peak && score[[2]int{at[0] + dx, at[1] + dy}] <= s
			}
		}
		if peak {
			peaks++
		}
	}
	return peaks
}

func TestPartsReference(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	byAll := cmpopts.SortSlices(func(a, b part) bool {
		return slices.Compare([]int32{a.top, a.left, a.bottom, a.right, a.area, a.perimeter},
			[]int32{b.top, b.left, b.bottom, b.right, b.area, b.perimeter}) < 0
	})
	for range 300 {
		n := 1 + r.IntN(24)
		mask := make([]uint8, n*n)
		density := r.Float64()
		for i := range mask {
			if r.Float64() < density {
				mask[i] = 1
			}
		}
		p := newParts(n)
		most := cap(p.all)
		got := p.find(mask)
		if diff := cmp.Diff(slowParts(mask, n), got, cmp.AllowUnexported(part{}), cmpopts.IgnoreFields(part{}, "parent"), byAll, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%d × %d:\n%s", n, n, diff)
		}
		if cap(p.all) != most || cap(p.above) != (n+1)/2 || cap(p.here) != (n+1)/2 {
			t.Fatalf("%d × %d: scratch memory grew", n, n)
		}
	}
}

// slowParts floods each part from its first pixel.
func slowParts(mask []uint8, n int) []part {
	seen := make([]bool, n*n)
	in := func(x, y int) bool { return x >= 0 && y >= 0 && x < n && y < n && mask[y*n+x] != 0 }
	var all []part
	for i := range mask {
		if mask[i] == 0 || seen[i] {
			continue
		}
		p := part{left: int32(n), top: int32(n)}
		seen[i] = true
		for pending := []int{i}; len(pending) > 0; {
			x, y := pending[0]%n, pending[0]/n
			pending = pending[1:]
			p.area++
			p.left, p.right = min(p.left, int32(x)), max(p.right, int32(x)+1)
			p.top, p.bottom = min(p.top, int32(y)), max(p.bottom, int32(y)+1)
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					if dx*dy == 0 && !in(x+dx, y+dy) {
						p.perimeter++
					}
					if j := (y+dy)*n + x + dx; in(x+dx, y+dy) && !seen[j] {
						seen[j] = true
						pending = append(pending, j)
					}
				}
			}
		}
		all = append(all, p)
	}
	return all
}

func TestOtsuReference(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var histogram [256]int32
		for range 1 + r.IntN(40) {
			histogram[r.IntN(256)] += int32(r.IntN(50))
		}
		got, ok := otsu(&histogram)
		levels := 0
		for _, n := range histogram {
			if n > 0 {
				levels++
			}
		}
		if ok != (levels > 1) {
			t.Fatalf("%d levels: ok = %v", levels, ok)
		}
		if !ok {
			continue
		}
		best := 0.0
		for y := range 256 {
			best = max(best, variance(&histogram, y))
		}
		if v := variance(&histogram, int(got)); v < best*(1-1e-9) {
			t.Fatalf("threshold %d has variance %v between the classes, the best %v", got, v, best)
		}
	}
}

// variance is that between the two classes of a threshold.
func variance(histogram *[256]int32, threshold int) float64 {
	var n, sum [2]float64
	for y, count := range histogram {
		class := 0
		if y > threshold {
			class = 1
		}
		n[class] += float64(count)
		sum[class] += float64(count) * float64(y)
	}
	if n[0] == 0 || n[1] == 0 {
		return 0
	}
	d := sum[0]/n[0] - sum[1]/n[1]
	return n[0] * n[1] * d * d
}
