package pixels

import (
	"fmt"
	"testing"

	"framewise/models"
)

func input(size int) models.Input {
	return models.Input{
		Size: size, Layout: models.NCHW, Channels: models.RGB,
		Mean: [3]float32{123, 117, 104}, Std: [3]float32{58, 57, 0.5},
	}
}

func TestPrepareNormalisesAndLaysOut(t *testing.T) {
	const side, stride = 19, 61
	picture := noise(side, side, stride)
	for _, layout := range []string{models.NCHW, models.NHWC} {
		for _, channels := range []string{models.RGB, models.BGR} {
			in := input(side)
			in.Layout, in.Channels = layout, channels
			got := make([]float32, 3*side*side)
			NewPreparer(side, in).Prepare(got, picture, stride)
			for y := range side {
				for x := range side {
					for c := range 3 {
						from := c
						if channels == models.BGR {
							from = 2 - c
						}
						at := c*side*side + y*side + x
						if layout == models.NHWC {
							at = 3*(y*side+x) + c
						}
						want := (float32(picture[y*stride+3*x+from]) - in.Mean[c]) / in.Std[c]
						if got[at] != want {
							t.Fatalf("%s %s: channel %d at (%d, %d) is %v, want %v", layout, channels, c, x, y, got[at], want)
						}
					}
				}
			}
		}
	}
}

func TestPrepareScalesToTheInput(t *testing.T) {
	const side, size, stride = 64, 40, 200
	picture := noise(side, side, stride)
	scaled := make([]byte, 3*size*size)
	newScaler(Whole(side, side), size, again).Scale(scaled, picture, stride)
	want := make([]float32, 3*size*size)
	NewPreparer(size, input(size)).Prepare(want, scaled, 3*size)
	got := make([]float32, 3*size*size)
	NewPreparer(side, input(size)).Prepare(got, picture, stride)
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("value %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func TestPrepareDoesNotAllocate(t *testing.T) {
	for _, size := range []int{128, 224} {
		p := NewPreparer(224, input(size))
		picture, dst := noise(224, 224, 672), make([]float32, 3*size*size)
		if n := testing.AllocsPerRun(10, func() { p.Prepare(dst, picture, 672) }); n != 0 {
			t.Errorf("224 to %d: %v allocations", size, n)
		}
	}
}

func BenchmarkPrepare(b *testing.B) {
	for _, size := range []int{128, 160, 192, 224} {
		b.Run(fmt.Sprintf("224_to_%d", size), func(b *testing.B) {
			p := NewPreparer(224, input(size))
			picture, dst := noise(224, 224, 672), make([]float32, 3*size*size)
			b.ReportAllocs()
			for b.Loop() {
				p.Prepare(dst, picture, 672)
			}
		})
	}
}
