package features_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"framewise/selector/features"
)

type vector = [features.Count]float64

func extract(p picture) vector {
	var v vector
	features.New(p.side).Extract(&v, p.rgb, p.stride())
	return v
}

var near = cmpopts.EquateApprox(0, 1e-9)

// TestByHand has pictures whose features follow from the definitions by a
// little arithmetic. All are below 64 × 64, so they are not halved.
func TestByHand(t *testing.T) {
	plain := newPicture(32, 100, 100, 100)

	box := newPicture(32, 0, 0, 0)
	box.fill(8, 12, 20, 18, 255, 255, 255) // 12 × 6, away from the border

	dark := newPicture(32, 200, 200, 200)
	dark.fill(8, 12, 20, 18, 50, 50, 50)

	corner := newPicture(32, 0, 0, 0)
	corner.fill(0, 0, 10, 10, 255, 255, 255) // perimeter on the picture's border counts

	dot := newPicture(32, 0, 0, 0)
	dot.set(16, 16, 255, 255, 255)

	two := newPicture(32, 0, 0, 0)
	two.fill(2, 2, 6, 6, 255, 255, 255)
	two.fill(10, 10, 20, 20, 255, 255, 255)

	ring := newPicture(32, 0, 0, 0)
	ring.fill(8, 8, 18, 18, 255, 255, 255)
	ring.fill(11, 11, 15, 15, 0, 0, 0) // a hole of 4 × 4

	half := newPicture(32, 0, 0, 0)
	half.fill(0, 0, 16, 32, 255, 0, 0)

	faint := newPicture(32, 100, 100, 100)
	faint.fill(8, 8, 24, 24, 120, 120, 120)

	spread := func(share, step float64) float64 { return step * math.Sqrt(share*(1-share)) }
	const red = 255 * 77 / 256 // grey of pure red
	for _, test := range []struct {
		name string
		of   picture
		want map[int]float64
	}{
		{"one colour", plain, map[int]float64{
			features.Keypoints: 0, features.PerceivedBrightness: 100, features.Hue1: 1, features.Contrast: 0,
			features.AreaByPerim: 8, features.EdgeLength1: 0, features.AspectRatio: 1, features.FrameDifference: 1,
		}},
		{"box", box, map[int]float64{
			features.PerceivedBrightness: 255 * 72. / 1024, features.Contrast: spread(72./1024, 255),
			features.AreaByPerim: 72. / 36, features.AspectRatio: 2, features.EdgeLength1: 0, features.Hue1: 1,
		}},
		{"dark box", dark, map[int]float64{
			features.Contrast: spread(72./1024, 150), features.AreaByPerim: 72. / 36, features.AspectRatio: 2,
		}},
		{"box in the corner", corner, map[int]float64{features.AreaByPerim: 100. / 40, features.AspectRatio: 1}},
		{"dot", dot, map[int]float64{features.Keypoints: 1, features.AreaByPerim: 1. / 4, features.AspectRatio: 1}},
		{"larger of two", two, map[int]float64{features.AreaByPerim: 100. / 40, features.AspectRatio: 1}},
		{"a hole's sides count", ring, map[int]float64{features.AreaByPerim: 84. / 56}},
		{"half red", half, map[int]float64{
			features.PerceivedBrightness: 255 * math.Sqrt(.241) / 2, features.Contrast: spread(.5, red), features.Hue1: 1,
			features.AreaByPerim: 512. / 96, features.AspectRatio: .5, features.Keypoints: 0,
			features.EdgeLength1: 0, // one edge of 30 pixels: the picture's border has no gradient
		}},
		{"a step of 20 is neither edge nor corner", faint, map[int]float64{
			features.Keypoints: 0, features.EdgeLength1: 0, features.AreaByPerim: 4, features.AspectRatio: 1,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := extract(test.of)
			for i, want := range test.want {
				if !cmp.Equal(v[i], want, near) {
					t.Errorf("%s = %v, want %v", features.Names[i], v[i], want)
				}
			}
		})
	}
}

func TestHue(t *testing.T) {
	for _, test := range []struct {
		name    string
		r, g, b byte
		want    float64
	}{
		{"red, 0°", 200, 0, 0, 1},
		{"orange, 30°", 200, 100, 0, 1},
		{"51.4°, just below 360°/7", 210, 179, 0, 1},
		{"51.4286°, the second part begins", 210, 180, 0, 0},
		{"yellow, 60°", 200, 200, 0, 0},
		{"green", 0, 200, 0, 0},
		{"blue", 0, 0, 200, 0},
		{"rose, 330°", 200, 0, 100, 0},
		{"black", 0, 0, 0, 1},
		{"white", 255, 255, 255, 1},
	} {
		if got := extract(newPicture(8, test.r, test.g, test.b))[features.Hue1]; got != test.want {
			t.Errorf("%s: hue1 = %v, want %v", test.name, got, test.want)
		}
	}
}

// TestEdgeLength has three edges on 63 pixels: bins are 9 pixels wide.
func TestEdgeLength(t *testing.T) {
	p := newPicture(63, 0, 0, 0)
	p.fill(0, 0, 10, 63, 255, 255, 255) // an edge over the whole height
	if got := extract(p)[features.EdgeLength1]; got != 0 {
		t.Errorf("one long edge: edge_length1 = %v, want 0", got)
	}
	p.set(30, 10, 255, 255, 255) // the rim of a dot, 8 pixels
	p.set(30, 40, 255, 255, 255)
	if got := extract(p)[features.EdgeLength1]; !cmp.Equal(got, 2./3, near) {
		t.Errorf("one long and two short edges: edge_length1 = %v, want 2/3", got)
	}
}

func TestFrameDifference(t *testing.T) {
	e := features.New(64)
	var v vector
	step := func(name string, p picture, want float64) {
		t.Helper()
		e.Extract(&v, p.rgb, p.stride())
		if got := v[features.FrameDifference]; !cmp.Equal(got, want, near) {
			t.Errorf("%s: frame_difference = %v, want %v", name, got, want)
		}
	}
	black, white, grey := newPicture(64, 0, 0, 0), newPicture(64, 255, 255, 255), newPicture(64, 51, 51, 51)
	step("first", black, 1)
	step("the same", black, 0)
	step("black to white", white, 1)
	step("white to dark grey", grey, .8)
	step("dark grey to black", black, .2)
	e.Reset()
	step("after Reset", black, 1)
}

// TestSymmetry: what is in a picture does not depend on how it is held.
func TestSymmetry(t *testing.T) {
	for seed := range uint64(6) {
		for _, side := range []int{24, 63, 128, 224} {
			p := scene(side, seed)
			want := extract(p)
			if diff := cmp.Diff(want, extract(p.mirrored()), near); diff != "" {
				t.Errorf("scene %d, side %d, mirrored:\n%s", seed, side, diff)
			}
			if diff := cmp.Diff(want, extract(p.upsideDown()), near); diff != "" {
				t.Errorf("scene %d, side %d, upside down:\n%s", seed, side, diff)
			}
		}
	}
}

func TestTransposedTurnsTheObject(t *testing.T) {
	p := newPicture(128, 30, 30, 30)
	p.fill(20, 40, 100, 60, 200, 180, 160)
	a, b := extract(p), extract(p.transposed())
	if a[features.AspectRatio] != 4 || b[features.AspectRatio] != .25 {
		t.Errorf("aspect_ratio = %v and, transposed, %v, want 4 and 1/4", a[features.AspectRatio], b[features.AspectRatio])
	}
	a[features.AspectRatio], b[features.AspectRatio] = 0, 0
	if diff := cmp.Diff(a, b, near); diff != "" {
		t.Errorf("the other features differ:\n%s", diff)
	}
}

// TestBrighter: light added everywhere changes brightness and saturation, not
// what is there.
func TestBrighter(t *testing.T) {
	for seed := range uint64(6) {
		p := scene(224, seed)
		q := p.clone()
		for i := range q.rgb {
			q.rgb[i] += 30
		}
		a, b := extract(p), extract(q)
		if a[features.PerceivedBrightness] >= b[features.PerceivedBrightness] {
			t.Errorf("scene %d: brightness %v is not below %v", seed, a[features.PerceivedBrightness], b[features.PerceivedBrightness])
		}
		a[features.PerceivedBrightness], b[features.PerceivedBrightness] = 0, 0
		if diff := cmp.Diff(a, b, near); diff != "" {
			t.Errorf("scene %d:\n%s", seed, diff)
		}
	}
}

// TestStride: bytes between rows are not looked at.
func TestStride(t *testing.T) {
	p := scene(97, 3)
	stride := p.stride() + 13
	padded := make([]byte, stride*(p.side-1)+p.stride()) // none after the last row
	for i := range padded {
		padded[i] = byte(i * 7)
	}
	for y := range p.side {
		copy(padded[y*stride:], p.rgb[y*p.stride():(y+1)*p.stride()])
	}
	var v vector
	features.New(p.side).Extract(&v, padded, stride)
	if diff := cmp.Diff(extract(p), v); diff != "" {
		t.Error(diff)
	}
}

// TestRepeatable: nothing but the difference to it is left of a picture.
func TestRepeatable(t *testing.T) {
	e := features.New(128)
	var v vector
	for seed := range uint64(10) {
		p := scene(128, seed)
		if seed%3 == 0 {
			p = noise(128, seed)
		}
		e.Extract(&v, p.rgb, p.stride())
		v[features.FrameDifference] = 1
		if diff := cmp.Diff(extract(p), v); diff != "" {
			t.Errorf("picture %d:\n%s", seed, diff)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, side := range []int{1, 2, 3, 6, 7, 8, 9, 63, 64, 65, 224} {
		pictures := []picture{
			newPicture(side, 0, 0, 0), newPicture(side, 255, 255, 255), newPicture(side, 255, 0, 128), noise(side, 1), scene(side, 2),
		}
		chequers := newPicture(side, 0, 0, 0)
		for y := range side {
			for x := y % 2; x < side; x += 2 {
				chequers.set(x, y, 255, 255, 255)
			}
		}
		for _, p := range append(pictures, chequers) {
			checkRanges(t, side, extract(p))
		}
	}
}

// checkRanges holds a vector to what the package comment promises.
func checkRanges(t *testing.T, side int, v vector) {
	t.Helper()
	working := float64(side)
	if side >= 64 {
		working = float64(side / 2)
	}
	for i, limit := range [features.Count][2]float64{
		features.Keypoints: {0, working * working}, features.PerceivedBrightness: {0, 255}, features.Hue1: {0, 1},
		features.Contrast: {0, 127.5}, features.AreaByPerim: {.25, working / 4}, features.EdgeLength1: {0, 1},
		features.AspectRatio: {1 / working, working}, features.FrameDifference: {0, 1},
	} {
		if !(v[i] >= limit[0] && v[i] <= limit[1]+1e-9) {
			t.Errorf("side %d: %s = %v, not in %v", side, features.Names[i], v[i], limit)
		}
	}
}

func TestNames(t *testing.T) {
	names := slices.Clone(features.Names[:])
	slices.Sort(names)
	if len(slices.Compact(names)) != features.Count || names[0] == "" {
		t.Errorf("names are not unique: %q", features.Names)
	}
}

func TestNoAllocation(t *testing.T) {
	for _, p := range []picture{scene(224, 1), noise(224, 1), noise(33, 1)} {
		e := features.New(p.side)
		var v vector
		if n := testing.AllocsPerRun(20, func() { e.Extract(&v, p.rgb, p.stride()) }); n != 0 {
			t.Errorf("Extract allocates %v times a picture", n)
		}
	}
}

func FuzzExtract(f *testing.F) {
	f.Add(uint8(8), []byte("a few bytes of a picture"))
	f.Add(uint8(70), []byte{0, 255, 0, 0, 255, 1})
	f.Add(uint8(1), []byte{})
	f.Fuzz(func(t *testing.T, side uint8, pattern []byte) {
		if side == 0 {
			t.Skip("no picture")
		}
		p := newPicture(int(side), 0, 0, 0)
		for i := range p.rgb {
			if len(pattern) > 0 {
				p.rgb[i] = pattern[i%len(pattern)]
			}
		}
		e := features.New(p.side)
		var first, second vector
		e.Extract(&first, p.rgb, p.stride())
		checkRanges(t, p.side, first)
		e.Extract(&second, p.rgb, p.stride())
		first[features.FrameDifference] = 0
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("the second time differs:\n%s", diff)
		}
	})
}

// BenchmarkExtract reports the tail as well: that is what a deadline feels.
func BenchmarkExtract(b *testing.B) {
	many := func(make func(int, uint64) picture) []picture {
		var ps []picture
		for seed := range uint64(16) {
			ps = append(ps, make(224, seed))
		}
		return ps
	}
	for _, bench := range []struct {
		name     string
		pictures []picture
	}{
		{"scene224", many(scene)},
		{"noise224", many(noise)},
		{"black224", []picture{newPicture(224, 0, 0, 0)}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			e := features.New(224)
			var v vector
			var times []time.Duration
			for b.Loop() {
				p := bench.pictures[rand.IntN(len(bench.pictures))]
				start := time.Now()
				e.Extract(&v, p.rgb, p.stride())
				times = append(times, time.Since(start))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1e6, "p50-ms")
			b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1e6, "p99-ms")
		})
	}
}
