package main

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // registers the format with package image
	_ "image/png"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"

	"framewise/internal/outcomes"
	"framewise/models/pixels"
)

// draw takes count of the items without putting any back. Every source has its share of them, to within one
// picture; then they are shuffled.
func draw(items []outcomes.Item, count int, random *rand.Rand) []outcomes.Item {
	bySource := map[string][]outcomes.Item{}
	for _, item := range items {
		bySource[item.Source] = append(bySource[item.Source], item)
	}
	var drawn []outcomes.Item
	seen := 0
	for _, source := range slices.Sorted(maps.Keys(bySource)) {
		of := bySource[source]
		seen += len(of)
		share := count*seen/len(items) - len(drawn) // cumulative, so that rounding never loses a picture
		random.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		drawn = append(drawn, of[:share]...)
	}
	random.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	return drawn
}

// maxZoom is how much smaller the view may be than the picture's centre square. The label stays true: at least
// three quarters of the square are in view.
const maxZoom = 1.15

// view is a square part of a picture's centre square: its side is 1/zoom of it; x and y, 0 to 1, say where in the
// room that is left it lies.
type view struct{ zoom, x, y float64 }

// motion is a steady movement from one view to another.
type motion struct{ from, to view }

func newMotion(random *rand.Rand) motion {
	any := func() view {
		return view{zoom: 1 + (maxZoom-1)*random.Float64(), x: random.Float64(), y: random.Float64()}
	}
	return motion{from: any(), to: any()}
}

// at is the view after the share t of the time.
func (m motion) at(t float64) view {
	mix := func(a, b float64) float64 { return a + (b-a)*t }
	return view{zoom: mix(m.from.zoom, m.to.zoom), x: mix(m.from.x, m.to.x), y: mix(m.from.y, m.to.y)}
}

// picture is a decoded still image, packed RGB.
type picture struct {
	rgb          []byte
	w, h, stride int
}

func openPicture(path string) (*picture, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: decode picture: %w", path, err)
	}
	p := new(picture)
	p.rgb, p.w, p.h, p.stride = pixels.FromImage(img)
	return p, nil
}

// render fills a frame, packed RGB. The frame's centre square, which is what a classifier looks at, shows the
// view; what is left and right of it (or above and below) is its mirror image.
func (p *picture) render(frame []byte, s size, m motion, t float64) {
	side := min(s.w, s.h)
	v := m.at(t)
	whole := pixels.Centre(p.w, p.h)
	crop := pixels.Rect{W: max(int(math.Round(float64(whole.W)/v.zoom)), 1)}
	crop.H = crop.W
	crop.X = whole.X + int(math.Round(v.x*float64(whole.W-crop.W)))
	crop.Y = whole.Y + int(math.Round(v.y*float64(whole.H-crop.H)))
	square := make([]byte, 3*side*side)
	pixels.NewScaler(p.w, p.h, crop, side).Scale(square, p.rgb, p.stride)

	left, top := (s.w-side)/2, (s.h-side)/2
	for y := range s.h {
		row := square[3*side*mirror(y-top, side):]
		for x := range s.w {
			copy(frame[3*(y*s.w+x):3*(y*s.w+x)+3], row[3*mirror(x-left, side):])
		}
	}
}

// mirror folds i, which may be up to n outside, into 0 to n-1.
func mirror(i, n int) int {
	if i < 0 {
		return -1 - i
	}
	if i >= n {
		return 2*n - 1 - i
	}
	return i
}
