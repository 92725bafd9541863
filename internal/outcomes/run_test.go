package outcomes

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"framewise/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeLadder has two rungs and no files: fakeNetwork answers for them.
func fakeLadder() *models.Ladder {
	return &models.Ladder{Name: "fake", Hash: "f00d", Picture: 16, Labels: testLabels,
		Rungs: []models.Model{{Name: "small", Input: fakeInput(8)}, {Name: "large", Input: fakeInput(16)}}}
}

func fakeInput(size int) models.Input {
	return models.Input{Size: size, Layout: models.NCHW, Channels: models.RGB, Std: [3]float32{1, 1, 1}}
}

func fakeHeader(t testing.TB, l *models.Ladder, how string) Header {
	t.Helper()
	h, err := NewHeader(l, how)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// fakeNetwork answers with the strongest channel of the middle pixel; the small rung takes blue for green.
type fakeNetwork struct {
	runs int
	stop func(runs int) error
}

func (n *fakeNetwork) run(rung int, picture []byte, stride int, a *models.Answer) (time.Duration, error) {
	n.runs++
	if n.stop != nil {
		if err := n.stop(n.runs); err != nil {
			return 0, err
		}
	}
	at := 8*stride + 8*3
	label := 0
	for c := range 3 {
		if picture[at+c] > picture[at+label] {
			label = c
		}
	}
	if rung == 0 && label == 2 {
		label = 1
	}
	*a = models.Answer{Label: label, Confidence: 0.75, N: 2}
	a.Top[0], a.Top[1] = models.Guess{Label: label, P: 0.75}, models.Guess{Label: 2, P: 0.125}
	return time.Duration(rung+1) * time.Millisecond, nil
}

func plain(c color.Color, w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, c)
		}
	}
	return img
}

func writePNG(t *testing.T, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	write(t, path, b.String())
}

// colours makes n pictures of labels 0, 1, 2, 0, … that all differ.
func colours(t *testing.T, n int) *Dataset {
	t.Helper()
	dir := t.TempDir()
	d := &Dataset{Path: dir}
	for i := range n {
		rgb := [3]uint8{uint8(i % 100), uint8(i % 100), uint8(i % 100)}
		rgb[i%3] = 200
		path := filepath.Join(dir, fmt.Sprintf("%03d.png", i))
		writePNG(t, path, plain(color.RGBA{rgb[0], rgb[1], rgb[2], 255}, 30+i%7, 20))
		d.Items = append(d.Items, Item{Path: path, Label: i % 3})
	}
	return d
}

func openCache(t *testing.T, path string) *Cache {
	t.Helper()
	c, err := OpenCache(path, fakeHeader(t, fakeLadder(), "fake"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// runOnce runs with the cache at path and closes it.
func runOnce(t *testing.T, ctx context.Context, d *Dataset, n *fakeNetwork, path string, o Options) (*Table, error) {
	t.Helper()
	c := openCache(t, path)
	table, err := Run(ctx, d, fakeLadder(), n.run, c, o)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return table, err
}

func TestRun(t *testing.T) {
	d := colours(t, 30)
	path := filepath.Join(t.TempDir(), "deep", "cache.jsonl")
	var last Progress
	n := new(fakeNetwork)
	first, err := runOnce(t, t.Context(), d, n, path, Options{Progress: func(p Progress) { last = p }})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Progress{Done: 30, Total: 30}); last != want {
		t.Errorf("progress %+v, want %+v", last, want)
	}
	for i := range first.Rows {
		r := &first.Rows[i]
		if small, large := r.Right(0), r.Right(1); !large || small != (i%3 != 2) {
			t.Errorf("picture %d: small right %v, large right %v", i, small, large)
		}
		if five := r.RightInFive(0); five != (r.Right(0) || r.Label == 2) {
			t.Errorf("picture %d: in five %v", i, five)
		}
		if r.Rungs[1].Time != 2*time.Millisecond || r.FeaturesTime <= 0 {
			t.Errorf("picture %d: times %v, features %v", i, r.Rungs[1].Time, r.FeaturesTime)
		}
	}

	again, err := runOnce(t, t.Context(), d, n, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n.runs != 60 || again.FromLog != 30 {
		t.Errorf("%d runs and %d from the cache, want 60 and 30", n.runs, again.FromLog)
	}
	if diff := cmp.Diff(first.Rows, again.Rows); diff != "" {
		t.Errorf("rows from the cache (-measured +cache):\n%s", diff)
	}
	if first.Hash() != again.Hash() {
		t.Error("hashes differ")
	}
	again.Rows[0].Label = 1
	if first.Hash() == again.Hash() {
		t.Error("the hash does not see a label")
	}
}

// A run that is stopped or fails keeps what it measured; the next one does the rest.
func TestRunGoesOn(t *testing.T) {
	d := colours(t, 30)
	broken := errors.New("broken")
	for _, how := range []string{"cancelled", "failed"} {
		t.Run(how, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "cache.jsonl")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			n := &fakeNetwork{stop: func(runs int) error {
				if runs == 20 && how == "cancelled" {
					cancel()
				}
				if runs == 21 && how == "failed" {
					return broken
				}
				return nil
			}}
			_, err := runOnce(t, ctx, d, n, path, Options{})
			if !errors.Is(err, context.Canceled) && !errors.Is(err, broken) {
				t.Fatalf("got error %v", err)
			}
			rest := new(fakeNetwork)
			table, err := runOnce(t, t.Context(), d, rest, path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if done := table.FromLog; done < 10 || rest.runs != 2*(30-done) || len(table.Rows) != 30 {
				t.Errorf("%d rows, %d from the cache, %d runs", len(table.Rows), done, rest.runs)
			}
		})
	}
}

func TestRunSeesChangedAndRepeatedPictures(t *testing.T) {
	d := colours(t, 6)
	d.Items = append(d.Items, d.Items[0])
	path := filepath.Join(t.TempDir(), "cache.jsonl")
	n := new(fakeNetwork)
	if _, err := runOnce(t, t.Context(), d, n, path, Options{}); err != nil {
		t.Fatal(err)
	}
	if n.runs != 12 {
		t.Errorf("%d runs, want 12: the seventh picture is the first again", n.runs)
	}
	writePNG(t, d.Items[3].Path, plain(color.RGBA{1, 2, 200, 255}, 20, 20))
	table, err := runOnce(t, t.Context(), d, n, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n.runs != 14 || table.Rows[3].Rungs[1].Top[0].Label != 2 {
		t.Errorf("%d runs, changed picture is %d", n.runs, table.Rows[3].Rungs[1].Top[0].Label)
	}
}

func TestRunUnreadablePictures(t *testing.T) {
	d := colours(t, 40)
	write(t, d.Items[4].Path, "not a picture")
	if err := os.Remove(d.Items[7].Path); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cache.jsonl")
	table, err := runOnce(t, t.Context(), d, new(fakeNetwork), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 38 || len(table.Failures) != 2 || table.Failures[0].Path != d.Items[4].Path {
		t.Errorf("%d rows, failures %v", len(table.Rows), table.Failures)
	}
	write(t, d.Items[9].Path, "")
	_, err = runOnce(t, t.Context(), d, new(fakeNetwork), path, Options{})
	if err == nil || !strings.Contains(err.Error(), "3 of 40 pictures cannot be read so far") || !strings.Contains(err.Error(), d.Items[4].Path) {
		t.Errorf("got error %v", err)
	}
}

func TestSquare(t *testing.T) {
	var grey, colour, small bytes.Buffer
	for b, img := range map[*bytes.Buffer]image.Image{
		&grey:   image.NewGray(image.Rect(0, 0, 31, 17)),
		&colour: plain(color.RGBA{200, 10, 10, 255}, 322, 241),
	} {
		if err := jpeg.Encode(b, img, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := png.Encode(&small, plain(color.CMYK{0, 255, 255, 0}, 1, 1)); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*bytes.Buffer{"grey": &grey, "odd size": &colour, "one pixel": &small} {
		if got, err := Square(b.Bytes(), 16); err != nil || len(got) != 3*16*16 {
			t.Errorf("%s: %d bytes, error %v", name, len(got), err)
		}
	}
	if _, err := Square(colour.Bytes()[:colour.Len()/2], 16); err == nil {
		t.Error("no error for half a file")
	}
	huge := bytes.Clone(small.Bytes())
	copy(huge[16:24], []byte{0, 1, 0, 0, 0, 1, 0, 0})
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	if _, err := Square(huge, 16); err == nil || !strings.Contains(err.Error(), "65536×65536") {
		t.Errorf("a picture of four gigapixels: error %v", err)
	}
}
