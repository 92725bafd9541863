package pixels

import "math"

// weightBits is the precision of a filter weight. A pixel value and a weight need 8+12 bits, which leaves the
// sum of a filter inside the 21 bits a channel has in a packed pixel.
const weightBits = 12

// filter is the triangle filter of one axis: output i is the sum over t < taps of
// weights[i*taps+t] * source[start[i]+t], and each output's weights sum to 1<<weightBits.
type filter struct {
	taps    int
	start   []int
	weights []uint64
}

// antialiased is the half width, in source samples, of a triangle that turns scale source samples into one: a sample
// of the coarser side, so that reducing averages everything it passes over (Pillow's Image.BILINEAR, GStreamer's
// bilinear2) and enlarging interpolates between two samples.
func antialiased(scale float64) float64 { return max(scale, 1) }

// again is the half width for samples that a triangle has blurred already, one sample to each side. A triangle of
// half width w has the variance w²/6 and variances add up, so with this one both steps together blur as much as a
// single step from the frame would have. Antialiasing twice over costs a network with a small input two points
// of accuracy. It is kept a little above the half sample at which an output between two samples would see neither.
func again(scale float64) float64 { return max(math.Sqrt(max(scale*scale-1, 0)), 0.6) }

// newFilter makes the filter that turns size source samples, the first at offset, into dst samples with a triangle
// whose half width is support, above a half.
func newFilter(offset, size, dst int, support float64) filter {
	scale := float64(size) / float64(dst)
	taps := min(int(math.Ceil(support))*2+1, size)
	f := filter{taps: taps, start: make([]int, dst), weights: make([]uint64, dst*taps)}
	exact := make([]float64, taps)
	for i := range dst {
		centre := (float64(i) + 0.5) * scale
		first := max(int(centre-support+0.5), 0)
		first = min(first, size-taps)
		f.start[i] = offset + first
		var sum float64
		for t := range exact {
			exact[t] = max(0, 1-math.Abs((float64(first+t)+0.5-centre)/support))
			sum += exact[t]
		}
		quantise(f.weights[i*taps:(i+1)*taps], exact, sum)
	}
	return f
}

// quantise rounds exact/sum to fixed point and gives what rounding left over to the largest weight, so that the
// weights sum to exactly one and a constant picture stays constant.
func quantise(dst []uint64, exact []float64, sum float64) {
	left, largest := int64(1<<weightBits), 0
	for t, w := range exact {
		dst[t] = uint64(math.Round(w / sum * (1 << weightBits)))
		left -= int64(dst[t])
		if w > exact[largest] {
			largest = t
		}
	}
	dst[largest] = uint64(int64(dst[largest]) + left)
}
