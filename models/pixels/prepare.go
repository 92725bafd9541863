package pixels

import "framewise/models"

// Preparer turns the ladder's small square picture into one rung's input tensor: scaled where the sizes differ,
// normalised by (value-mean)/std through a table of 256 entries a channel, laid out as the network wants it.
//
// A Preparer belongs to one goroutine at a time: it holds the scaled picture.
type Preparer struct {
	size   int
	scaler *Scaler // nil where the picture has the input's size
	scaled []byte
	nhwc   bool
	from   [3]int // from[c]: which of R, G, B is the tensor's channel c
	table  [3][256]float32
}

// NewPreparer returns the Preparer to the input in, from a picture of side pixels that a Scaler has made: what
// that step blurred is not blurred once more.
func NewPreparer(side int, in models.Input) *Preparer {
	p := &Preparer{size: in.Size, nhwc: in.Layout == models.NHWC, from: [3]int{0, 1, 2}}
	if in.Channels == models.BGR {
		p.from = [3]int{2, 1, 0}
	}
	for c := range p.table {
		for v := range p.table[c] {
			p.table[c][v] = (float32(v) - in.Mean[c]) / in.Std[c]
		}
	}
	if side != in.Size {
		p.scaler = newScaler(Whole(side, side), in.Size, again)
		p.scaled = make([]byte, 3*in.Size*in.Size)
	}
	return p
}

// Prepare reads the picture, whose rows are stride bytes apart, and fills dst, 3*size*size values: planes of
// size×size for NCHW, triples for NHWC. It does not allocate.
func (p *Preparer) Prepare(dst []float32, picture []byte, stride int) {
	if p.scaler != nil {
		p.scaler.Scale(p.scaled, picture, stride)
		picture, stride = p.scaled, 3*p.size
	}
	plane := p.size * p.size
	for y := range p.size {
		row := picture[y*stride : y*stride+3*p.size]
		if p.nhwc {
			p.triples(dst[3*y*p.size:3*(y+1)*p.size], row)
			continue
		}
		for c := range 3 {
			at := c*plane + y*p.size
			channel(dst[at:at+p.size], row[p.from[c]:], &p.table[c])
		}
	}
}

// channel writes every third value of row, looked up in table.
func channel(dst []float32, row []byte, table *[256]float32) {
	row = row[:3*len(dst)-2]
	for x := range dst {
		dst[x] = table[row[3*x]]
	}
}

func (p *Preparer) triples(dst []float32, row []byte) {
	for x := 0; x+2 < len(row) && x+2 < len(dst); x += 3 {
		dst[x] = p.table[0][row[x+p.from[0]]]
		dst[x+1] = p.table[1][row[x+p.from[1]]]
		dst[x+2] = p.table[2][row[x+p.from[2]]]
	}
}
