package features

// object finds and measures the main object of n × n pictures.
type object struct {
	n     int
	mask  []uint8
	parts parts
}

func newObject(n int) object {
	return object{n: n, mask: make([]uint8, n*n), parts: newParts(n)}
}

// measure returns area by perimeter and width by height of the main object.
// Histogram is that of grey.
func (o *object) measure(grey []uint8, histogram *[256]int32) (areaByPerim, aspect float64) {
	threshold, ok := otsu(histogram)
	if !ok {
		return float64(o.n) / 4, 1
	}
	// The part that the border is made of is what the object stands before.
	bright := 2*o.brightBorder(grey, threshold) <= o.border()
	var above, below uint8 = 1, 0
	if !bright {
		above, below = 0, 1
	}
	for i, y := range grey {
		set := below
		if y > threshold {
			set = above
		}
		o.mask[i] = set
	}
	best := part{}
	for _, p := range o.parts.find(o.mask) {
		if larger(p, best) {
			best = p
		}
	}
	return float64(best.area) / float64(best.perimeter),
		float64(best.right-best.left) / float64(best.bottom-best.top)
}

// larger orders parts by area. Of equal ones the more compact is the object,
// then the wider box: the choice does not depend on where they are.
func larger(a, b part) bool {
	if a.area != b.area {
		return a.area > b.area
	}
	if a.perimeter != b.perimeter {
		return a.perimeter < b.perimeter
	}
	return (a.right-a.left)*(b.bottom-b.top) > (b.right-b.left)*(a.bottom-a.top)
}

// border is the number of pixels on the picture's border.
func (o *object) border() int {
	if o.n == 1 {
		return 1
	}
	return 4 * (o.n - 1)
}

// brightBorder counts those above the threshold.
func (o *object) brightBorder(grey []uint8, threshold uint8) int {
	n, bright := o.n, 0
	count := func(i int) {
		if grey[i] > threshold {
			bright++
		}
	}
	for x := range n {
		count(x)
		if n > 1 {
			count((n-1)*n + x)
		}
	}
	for y := 1; y < n-1; y++ {
		count(y * n)
		count(y*n + n - 1)
	}
	return bright
}

// otsu returns the grey level that splits a histogram into the levels up to it
// and those above, with the greatest variance between the two (Otsu 1979); the
// lowest of equals. It is false where there is but one level.
func otsu(histogram *[256]int32) (threshold uint8, ok bool) {
	var total, sum int64
	for y, n := range histogram {
		total += int64(n)
		sum += int64(n) * int64(y)
	}
	var below, sumBelow int64
	best := 0.0
	for y, n := range histogram {
		below += int64(n)
		sumBelow += int64(n) * int64(y)
		above := total - below
		if n == 0 || above == 0 {
			continue // the split is that of the level before, or none
		}
		// The difference of the two means, by a common factor, in integers.
		d := float64(sumBelow*total - sum*below)
		if v := d * d / (float64(below) * float64(above)); v > best {
			best, threshold, ok = v, uint8(y), true
		}
	}
	return threshold, ok
}
