package features

const (
	radius        = 3  // of FAST's circle
	cornerMinimum = 20 // grey levels by which the circle must differ from its centre
)

// circle holds the sixteen pixels around a centre, in order, as (x, y).
var circle = [16][2]int{
	{0, -3}, {1, -3}, {2, -2}, {3, -1}, {3, 0}, {3, 1}, {2, 2}, {1, 3},
	{0, 3}, {-1, 3}, {-2, 2}, {-3, 1}, {-3, 0}, {-3, -1}, {-2, -2}, {-1, -3},
}

// corners counts FAST-9 corners of n × n pictures.
type corners struct {
	n      int
	offset [16]int
	score  []int32 // by pixel; 0 = no corner
	found  []int32 // pixels with a score
}

func newCorners(n int) corners {
	c := corners{n: n, score: make([]int32, n*n), found: make([]int32, 0, n*n)}
	for i, o := range circle {
		c.offset[i] = o[1]*n + o[0]
	}
	return c
}

// count leaves score as it found it, all zero.
func (c *corners) count(grey []uint8) int {
	n, found := c.n, c.found[:0]
	o := &c.offset
	for y := radius; y < n-radius; y++ {
		for i := y*n + radius; i < (y+1)*n-radius; i++ {
			// Nine in a row hold one of any two opposite pixels. Most pixels of a
			// picture fail at the first two.
			centre := int32(grey[i])
			a, b := int32(grey[i+o[0]]), int32(grey[i+o[8]])
			bright, dark := max(a, b)-centre, centre-min(a, b)
			if max(bright, dark) <= cornerMinimum {
				continue
			}
			a, b = int32(grey[i+o[4]]), int32(grey[i+o[12]])
			bright, dark = min(bright, max(a, b)-centre), min(dark, centre-min(a, b))
			a, b = int32(grey[i+o[2]]), int32(grey[i+o[10]])
			bright, dark = min(bright, max(a, b)-centre), min(dark, centre-min(a, b))
			a, b = int32(grey[i+o[6]]), int32(grey[i+o[14]])
			bright, dark = min(bright, max(a, b)-centre), min(dark, centre-min(a, b))
			if max(bright, dark) <= cornerMinimum {
				continue
			}
			if s := c.scoreAt(grey, i); s > 0 {
				c.score[i] = s
				found = append(found, int32(i))
			}
		}
	}
	peaks := 0
	for _, i := range found {
		if c.isPeak(int(i)) {
			peaks++
		}
	}
	for _, i := range found {
		c.score[i] = 0
	}
	return peaks
}

// scoreAt is 0 where there is no corner; else, of the brighter and the darker
// pixels of the circle, the greater sum of what they differ beyond the minimum.
func (c *corners) scoreAt(grey []uint8, i int) int32 {
	centre := int32(grey[i])
	var brighter, darker uint32 // a bit for each place on the circle
	var above, below int32
	// Texture makes every branch here a coin toss, so there is none.
	for _, o := range c.offset {
		d := int32(grey[i+o]) - centre
		up, down := d-cornerMinimum, -d-cornerMinimum // beyond the minimum where positive
		brighter = brighter<<1 | uint32(-up)>>31
		darker = darker<<1 | uint32(-down)>>31
		above += max(up, 0)
		below += max(down, 0)
	}
	if !nineInARow(brighter) && !nineInARow(darker) {
		return 0
	}
	return max(above, below)
}

// nineInARow tells whether nine neighbouring bits of a ring of sixteen are set.
func nineInARow(ring uint32) bool {
	ring |= ring << 16
	run := ring & (ring >> 1) // starts of two in a row
	run &= run >> 2           // of four
	run &= run >> 4           // of eight
	return run&(ring>>8) != 0
}

// isPeak tells whether no neighbour scores higher. Of equal neighbours all are
// peaks: the count does not depend on the direction of the scan.
func (c *corners) isPeak(i int) bool {
	s := c.score[i]
	for _, row := range [3]int{i - c.n, i, i + c.n} {
		if c.score[row-1] > s || c.score[row] > s || c.score[row+1] > s {
			return false
		}
	}
	return true
}
