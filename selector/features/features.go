// Package features computes cheap numbers of a picture, before any network has
// seen it: the seven of the paper's premodel (Taylor et al., LCTES 2018, Table 2
// and section 3.4) and how much the picture differs from the one before.
//
// Read first: [Names], what they are; [New]; [Extractor.Extract].
//
// It must not know where pictures come from or what the numbers are for. Train
// and run use this one code, so a premodel meets the features it was made of.
//
// # The working picture
//
// All is computed on a picture half as wide and high (2×2 pixels averaged; an
// odd last row and column are left out); a picture below 64×64 is taken as it
// is. Lengths and counts are in pixels of that working picture, so features of
// pictures of different sizes are not comparable. Grey is (77R + 150G + 29B)/256,
// rounded down.
//
// # The features
//
// The paper names its features in a few words each. What it leaves open is
// decided here:
//
//   - n_keypoints: number of FAST-9 corners (Rosten and Drummond 2006), at least
//     0: nine touching pixels of the sixteen on a circle of radius 3 are all more
//     than 20 grey levels brighter, or all darker, than the centre, and no
//     neighbour of the eight scores higher (sum of the differences over 20). The
//     paper names no detector.
//   - avg_perceived_brightness: mean of √(0.241 R² + 0.691 G² + 0.068 B²),
//     0 to 255.
//   - hue1: share of pixels whose hue is in the first of seven equal parts of the
//     circle, 0° ≤ h < 360°/7: red to yellow. 0 to 1. Grey pixels have hue 0, as
//     in OpenCV and Pillow, and so are counted.
//   - contrast: standard deviation of grey, 0 to 127.5. The paper says spread.
//   - area_by_perim: area (pixels) by perimeter (pixel sides) of the main object,
//     from 1/4 (one pixel) to a quarter of the working picture's side.
//   - edge_length1: share of edges in the first of seven equal bins of length,
//     the last of which ends at the working picture's side (longer edges count in
//     the last): edges shorter than a seventh of the side. 0 to 1; 0 without
//     edges. An edge is an 8-connected run of pixels whose Sobel gradient,
//     |gx| + |gy|, is at least 128 (a step of 32 grey levels) and not below that of
//     either neighbour across the edge; its length is its number of pixels. The paper leaves detector, bins and unit open.
//   - aspect_ratio: width by height of the main object's bounding box, above 0.
//   - frame_difference: mean absolute difference of grey to the picture before, by
//     255: 0 to 1. 1 where there is none before: nothing seen earlier applies. Not
//     in the paper.
//
// The main object is found without labels: grey is split in two by Otsu's
// threshold, the half that holds less than half of the picture's border is the
// foreground (the brighter half if both hold as much), and its largest 8-connected
// part is the object. Its perimeter counts the sides of holes and those on the
// picture's border. A picture of one grey level is itself the object.
package features

// Count is the number of features.
const Count = 8

// Index of each feature in a vector.
const (
	Keypoints = iota
	PerceivedBrightness
	Hue1
	Contrast
	AreaByPerim
	EdgeLength1
	AspectRatio
	FrameDifference
)

// Names are the features' names, those of the paper first.
var Names = [Count]string{
	Keypoints:           "n_keypoints",
	PerceivedBrightness: "avg_perceived_brightness",
	Hue1:                "hue1",
	Contrast:            "contrast",
	AreaByPerim:         "area_by_perim",
	EdgeLength1:         "edge_length1",
	AspectRatio:         "aspect_ratio",
	FrameDifference:     "frame_difference",
}

// Paper is how many of Names, from the first on, are the paper's.
const Paper = 7

// halveFrom is the side in pixels from which a picture is halved: it keeps
// enough pixels then for corners and edges.
const halveFrom = 64

// Extractor computes features of square pictures of one size. It keeps the
// picture before, so each stream needs its own. Not for concurrent use. After
// New nothing allocates.
type Extractor struct {
	side    int // of the picture
	n       int // side of the working picture
	halve   bool
	colours []uint8 // the working picture, RGB
	grey    []uint8
	last    []uint8 // grey of the picture before
	first   bool    // there is no picture before
	edges   edges
	corners corners
	object  object
}

// New returns an extractor for pictures of side × side pixels; side is at least 1.
func New(side int) *Extractor {
	e := &Extractor{side: side, n: side, first: true}
	if side >= halveFrom {
		e.halve, e.n = true, side/2
	}
	n := e.n
	e.colours, e.grey, e.last = make([]uint8, 3*n*n), make([]uint8, n*n), make([]uint8, n*n)
	e.edges, e.corners, e.object = newEdges(n), newCorners(n), newObject(n)
	return e
}

// Reset forgets the picture before: what comes next is not its successor.
func (e *Extractor) Reset() { e.first = true }

// Extract computes the features of a picture of 8-bit RGB pixels whose rows
// begin stride bytes apart: rgb holds at least (side-1)·stride + 3·side bytes.
// All results are finite.
func (e *Extractor) Extract(dst *[Count]float64, rgb []byte, stride int) {
	e.last, e.grey = e.grey, e.last
	if e.halve {
		halve(e.colours, e.n, rgb, stride)
	} else {
		for y := range e.n {
			copy(e.colours[3*e.n*y:3*e.n*(y+1)], rgb[y*stride:])
		}
	}
	t := measureTones(e.grey, e.colours)
	pixels := float64(len(e.grey))

	dst[Keypoints] = float64(e.corners.count(e.grey))
	dst[PerceivedBrightness] = t.brightness / pixels
	dst[Hue1] = float64(t.hue1) / pixels
	dst[Contrast] = t.deviation()
	dst[EdgeLength1] = e.edges.shortShare(e.grey)
	dst[AreaByPerim], dst[AspectRatio] = e.object.measure(e.grey, &t.histogram)
	dst[FrameDifference] = 1
	if !e.first {
		dst[FrameDifference] = float64(difference(e.grey, e.last)) / (255 * pixels)
	}
	e.first = false
}
