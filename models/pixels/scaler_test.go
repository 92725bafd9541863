package pixels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func noise(w, h, stride int) []byte {
	random := rand.New(rand.NewPCG(uint64(w), uint64(h)))
	rgb := make([]byte, stride*h)
	for i := range rgb {
		rgb[i] = byte(random.Uint32())
	}
	return rgb
}

// triangleWeights are the exact weights of one output sample over the whole axis, by the definition in Pillow's
// documentation rather than by what filter.go does.
func triangleWeights(size, dst, i int, support float64) []float64 {
	centre := (float64(i) + 0.5) * float64(size) / float64(dst)
	weights, sum := make([]float64, size), 0.0
	for x := range weights {
		weights[x] = max(0, 1-math.Abs(float64(x)+0.5-centre)/support)
		sum += weights[x]
	}
	for x := range weights {
		weights[x] /= sum
	}
	return weights
}

// reference scales in float64 and rounds once, at the end.
func reference(src []byte, stride int, crop Rect, dst int, support func(float64) float64) []float64 {
	out := make([]float64, 3*dst*dst)
	rows := make([]float64, 3*dst*crop.H)
	for i := range dst {
		for x, w := range triangleWeights(crop.W, dst, i, support(float64(crop.W)/float64(dst))) {
			if w == 0 {
				continue
			}
			for y := range crop.H {
				for c := range 3 {
					rows[3*(y*dst+i)+c] += w * float64(src[(crop.Y+y)*stride+3*(crop.X+x)+c])
				}
			}
		}
	}
	for i := range dst {
		for y, w := range triangleWeights(crop.H, dst, i, support(float64(crop.H)/float64(dst))) {
			if w == 0 {
				continue
			}
			for x := range 3 * dst {
				out[3*i*dst+x] += w * rows[3*y*dst+x]
			}
		}
	}
	return out
}

var shapes = []struct {
	w, h   int
	crop   Rect
	dst    int
	stride int // 0: no padding
}{
	{w: 768, h: 432, crop: Centre(768, 432), dst: 224},
	{w: 640, h: 360, crop: Centre(640, 360), dst: 128, stride: 1924},
	{w: 322, h: 241, crop: Centre(322, 241), dst: 224, stride: 968},
	{w: 322, h: 241, crop: Whole(322, 241), dst: 160},
	{w: 322, h: 241, crop: Rect{X: 317, Y: 3, W: 5, H: 200}, dst: 32},
	{w: 100, h: 80, crop: Centre(100, 80), dst: 224},
	{w: 224, h: 224, crop: Whole(224, 224), dst: 192},
	{w: 500, h: 375, crop: Centre(500, 375), dst: 1},
	{w: 1, h: 1, crop: Whole(1, 1), dst: 7},
	{w: 3, h: 2, crop: Whole(3, 2), dst: 2},
	{w: 226, h: 240, crop: Rect{X: 1, Y: 9, W: 224, H: 224}, dst: 224, stride: 680},
}

// TestScaleAgreesWithReference allows for rounding each axis to a byte (half a level each) and for weights of
// twelve bits.
func TestScaleAgreesWithReference(t *testing.T) {
	for _, c := range shapes {
		t.Run(fmt.Sprintf("%dx%d %v to %d", c.w, c.h, c.crop, c.dst), func(t *testing.T) {
			stride := max(c.stride, 3*c.w)
			src := noise(c.w, c.h, stride)
			for name, support := range map[string]func(float64) float64{"antialiased": antialiased, "again": again} {
				got := make([]byte, 3*c.dst*c.dst)
				newScaler(c.crop, c.dst, support).Scale(got, src, stride)
				for i, want := range reference(src, stride, c.crop, c.dst, support) {
					if math.Abs(float64(got[i])-want) > 1.3 {
						t.Fatalf("%s: value %d is %d, want %.2f", name, i, got[i], want)
					}
				}
			}
		})
	}
}

func TestConstantPictureStaysConstant(t *testing.T) {
	for _, c := range shapes {
		for _, value := range []byte{0, 1, 127, 254, 255} {
			src := make([]byte, 3*c.w*c.h)
			for i := range src {
				src[i] = value
			}
			got := make([]byte, 3*c.dst*c.dst)
			NewScaler(c.w, c.h, c.crop, c.dst).Scale(got, src, 3*c.w)
			for i, v := range got {
				if v != value {
					t.Fatalf("%dx%d to %d: value %d became %d at %d", c.w, c.h, c.dst, value, v, i)
				}
			}
		}
	}
}

func TestWeightsSumToOneAndStayInside(t *testing.T) {
	for size := 1; size < 700; size = size*5/4 + 1 {
		for dst := 1; dst < 300; dst = dst*4/3 + 1 {
			scale := float64(size) / float64(dst)
			for _, support := range []float64{antialiased(scale), again(scale)} {
				f := newFilter(0, size, dst, support)
				for i, first := range f.start {
					if first < 0 || first+f.taps > size {
						t.Fatalf("%d to %d: output %d reads %d samples from %d", size, dst, i, f.taps, first)
					}
					var sum uint64
					for _, w := range f.weights[i*f.taps : (i+1)*f.taps] {
						if w > 1<<weightBits {
							t.Fatalf("%d to %d: output %d has the weight %d", size, dst, i, w)
						}
						sum += w
					}
					if sum != 1<<weightBits {
						t.Fatalf("%d to %d: the weights of output %d sum to %d", size, dst, i, sum)
					}
				}
			}
		}
	}
}

// TestTwoStepsBlurAsOne: a frame scaled to the ladder's picture and that to a small input must look as if it had
// been scaled at once. Antialiasing in both steps cost the smallest ImageNet rung 2.4 points of top-1.
func TestTwoStepsBlurAsOne(t *testing.T) {
	const w, h, side, size = 640, 480, 224, 128
	src := noise(w, h, 3*w)
	at := make([]byte, 3*size*size)
	NewScaler(w, h, Centre(w, h), size).Scale(at, src, 3*w)
	picture := make([]byte, 3*side*side)
	NewScaler(w, h, Centre(w, h), side).Scale(picture, src, 3*w)
	distance := func(support func(float64) float64) float64 {
		got := make([]byte, 3*size*size)
		newScaler(Whole(side, side), size, support).Scale(got, picture, 3*side)
		var sum float64
		for i := range got {
			d := float64(got[i]) - float64(at[i])
			sum += d * d
		}
		return math.Sqrt(sum / float64(len(got)))
	}
	if once, twice := distance(again), distance(antialiased); once > 0.85*twice {
		t.Errorf("root mean square distance from one step: %.2f levels, with full antialiasing twice %.2f", once, twice)
	}
}

func TestScaleDoesNotAllocate(t *testing.T) {
	s := NewScaler(322, 241, Centre(322, 241), 224)
	src, dst := noise(322, 241, 968), make([]byte, 3*224*224)
	if n := testing.AllocsPerRun(10, func() { s.Scale(dst, src, 968) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestCentre holds what GStreamer 1.22's aspectratiocrop leaves of a picture.
func TestCentre(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want Rect
	}{
		{768, 432, Rect{168, 0, 432, 432}},
		{322, 241, Rect{40, 0, 241, 241}},
		{241, 322, Rect{0, 40, 241, 241}},
		{225, 224, Rect{0, 0, 224, 224}},
		{224, 224, Rect{0, 0, 224, 224}},
		{1, 5, Rect{0, 2, 1, 1}},
	} {
		if got := Centre(c.w, c.h); got != c.want {
			t.Errorf("Centre(%d, %d) = %v, want %v", c.w, c.h, got, c.want)
		}
	}
}

func TestCropIsCutBackToThePicture(t *testing.T) {
	for _, c := range []struct{ crop, want Rect }{
		{Rect{-5, -5, 20, 20}, Rect{0, 0, 15, 15}},
		{Rect{90, 70, 50, 50}, Rect{90, 70, 10, 10}},
		{Rect{200, 10, 5, 5}, Rect{99, 10, 1, 5}},
		{Rect{10, 10, 0, 0}, Rect{10, 10, 1, 1}},
	} {
		if got := NewScaler(100, 80, c.crop, 8).Crop(); got != c.want {
			t.Errorf("crop %v of 100x80 is %v, want %v", c.crop, got, c.want)
		}
	}
}

func BenchmarkScale(b *testing.B) {
	for _, c := range []struct{ w, h, dst int }{{1920, 1080, 224}, {768, 432, 224}, {500, 375, 224}} {
		b.Run(fmt.Sprintf("%dx%d_to_%d", c.w, c.h, c.dst), func(b *testing.B) {
			s := NewScaler(c.w, c.h, Centre(c.w, c.h), c.dst)
			src, dst := noise(c.w, c.h, 3*c.w), make([]byte, 3*c.dst*c.dst)
			b.ReportAllocs()
			for b.Loop() {
				s.Scale(dst, src, 3*c.w)
			}
		})
	}
}
