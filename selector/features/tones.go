package features

import "math"

// tones is what one pass over a picture's colours tells.
type tones struct {
	histogram  [256]int32 // of grey
	brightness float64    // sum of perceived brightness
	hue1       int        // pixels in the first part of hue
}

// measureTones writes the grey of packed RGB pixels to grey and sums up the rest.
func measureTones(grey, rgb []uint8) tones {
	var t tones
	// Neighbours often have the same grey; two histograms keep one count from
	// waiting for the other to be stored.
	var odd [256]int32
	for i := range grey {
		p := rgb[3*i : 3*i+3 : 3*i+3]
		r, g, b := int32(p[0]), int32(p[1]), int32(p[2])
		y := uint8((77*r + 150*g + 29*b) >> 8)
		grey[i] = y
		if i&1 == 0 {
			t.histogram[y]++
		} else {
			odd[y]++
		}
		t.brightness += math.Sqrt(float64(241*r*r+691*g*g+68*b*b) / 1000)
		// Where red is greatest and blue least, hue is 60°·(g-b)/(r-b).
		if r >= g && g >= b && (7*(g-b) < 6*(r-b) || r == b) {
			t.hue1++
		}
	}
	for y, n := range odd {
		t.histogram[y] += n
	}
	return t
}

// deviation is the standard deviation of grey. Integer sums make it exact: it
// does not change when all of a picture gets brighter.
func (t *tones) deviation() float64 {
	var n, sum, squares int64
	for y, count := range t.histogram {
		n += int64(count)
		sum += int64(count) * int64(y)
		squares += int64(count) * int64(y*y)
	}
	return math.Sqrt(float64(n*squares-sum*sum)) / float64(n)
}

// halve averages 2×2 pixels of a picture into dst, n × n pixels.
func halve(dst []uint8, n int, rgb []byte, stride int) {
	for y := range n {
		a := rgb[2*y*stride:][:6*n]
		b := rgb[(2*y+1)*stride:][:6*n]
		out := dst[3*n*y : 3*n*(y+1)]
		for len(out) >= 3 && len(a) >= 6 && len(b) >= 6 {
			out[0] = uint8((uint32(a[0]) + uint32(a[3]) + uint32(b[0]) + uint32(b[3]) + 2) >> 2)
			out[1] = uint8((uint32(a[1]) + uint32(a[4]) + uint32(b[1]) + uint32(b[4]) + 2) >> 2)
			out[2] = uint8((uint32(a[2]) + uint32(a[5]) + uint32(b[2]) + uint32(b[5]) + 2) >> 2)
			out, a, b = out[3:], a[6:], b[6:]
		}
	}
}

// difference sums the absolute differences of two pictures.
func difference(a, b []uint8) int {
	sum := int32(0)
	b = b[:len(a)]
	for i, x := range a {
		d := int32(x) - int32(b[i])
		sum += max(d, -d)
	}
	return int(sum)
}
