package features

// part is an 8-connected part of a mask.
type part struct {
	area                     int32 // pixels
	perimeter                int32 // pixel sides towards pixels outside the part, the picture's border included
	left, top, right, bottom int32 // bounding box; right and bottom are outside
	parent                   int32 // of the parts that turned out to be one; itself at the top
}

// run is pixels of one row: start ≤ x < end, all of one part.
type run struct{ start, end, part int32 }

// parts finds the 8-connected parts of n × n masks in one scan over runs: parts
// are measured as they grow and joined where they turn out to touch.
type parts struct {
	n     int
	above []run // of the row above
	here  []run
	all   []part
}

func newParts(n int) parts {
	// Runs that begin a part never touch, so there is at most one in 2×2 pixels.
	half := (n + 1) / 2
	return parts{n: n, above: make([]run, 0, half), here: make([]run, 0, half), all: make([]part, 0, half*half)}
}

// find returns the parts of a mask of zeros and others, in no order that means
// anything. It is overwritten by the next call.
func (p *parts) find(mask []uint8) []part {
	p.all, p.above = p.all[:0], p.above[:0]
	for y := range p.n {
		p.scan(mask[y*p.n:(y+1)*p.n], int32(y))
		p.above, p.here = p.here, p.above
	}
	return p.tops()
}

// scan finds the runs of row y and joins them to those above.
func (p *parts) scan(row []uint8, y int32) {
	p.here = p.here[:0]
	next := 0 // the first run above that may touch
	for x := 0; x < len(row); x++ {
		if row[x] == 0 {
			continue
		}
		start := x
		for x < len(row) && row[x] != 0 {
			x++
		}
		r := run{int32(start), int32(x), -1}
		shared := int32(0) // sides between this run and the row above
		for next < len(p.above) && p.above[next].end < r.start {
			next++
		}
		for i := next; i < len(p.above) && p.above[i].start <= r.end; i++ {
			a := p.above[i]
			shared += max(0, min(r.end, a.end)-max(r.start, a.start))
			if r.part < 0 {
				r.part = p.top(a.part)
			} else {
				r.part = p.join(r.part, p.top(a.part))
			}
		}
		if r.part < 0 {
			r.part = int32(len(p.all))
			p.all = append(p.all, part{left: r.start, top: y, right: r.end, bottom: y, parent: r.part})
		}
		t := &p.all[r.part]
		t.area += r.end - r.start
		t.perimeter += 2 + 2*(r.end-r.start-shared)
		t.left, t.right, t.bottom = min(t.left, r.start), max(t.right, r.end), y+1
		p.here = append(p.here, r)
	}
}

// top is the part that i was joined to, or i.
func (p *parts) top(i int32) int32 {
	for p.all[i].parent != i {
		p.all[i].parent = p.all[p.all[i].parent].parent
		i = p.all[i].parent
	}
	return i
}

// join makes one part of two and returns it.
func (p *parts) join(a, b int32) int32 {
	if a == b {
		return a
	}
	if b < a {
		a, b = b, a
	}
	t, u := &p.all[a], &p.all[b]
	t.area += u.area
	t.perimeter += u.perimeter
	t.left, t.top = min(t.left, u.left), min(t.top, u.top)
	t.right, t.bottom = max(t.right, u.right), max(t.bottom, u.bottom)
	u.parent = a
	return a
}

// tops moves the parts that were not joined to another to the front.
func (p *parts) tops() []part {
	n := 0
	for i := range p.all {
		if p.all[i].parent == int32(i) {
			p.all[n] = p.all[i]
			n++
		}
	}
	return p.all[:n]
}
