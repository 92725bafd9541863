package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"framewise/internal/outcomes"
)

// pictures writes n plain pictures of different sizes and the list of them.
func pictures(t *testing.T, n int) (labels string) {
	t.Helper()
	dir := t.TempDir()
	list := "path,label,source\n"
	for i := range n {
		img := image.NewRGBA(image.Rect(0, 0, 40+i, 30))
		for p := range img.Pix {
			img.Pix[p] = uint8(255 * (p % 4 / 3)) // opaque black
		}
		img.Set(20, 15, color.White)
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%d.png", i)
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		list += fmt.Sprintf("%s,%d,s%d\n", name, i, i%3/2)
	}
	labels = filepath.Join(dir, "labels.csv")
	if err := os.WriteFile(labels, []byte(list), 0o644); err != nil {
		t.Fatal(err)
	}
	return labels
}

func TestVideo(t *testing.T) {
	for _, tool := range []string{"gst-launch-1.0", "gst-inspect-1.0"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	if exec.Command("gst-inspect-1.0", "x264enc").Run() != nil {
		t.Skip("GStreamer has no x264enc")
	}
	var out bytes.Buffer
	c := videoCmd{Labels: pictures(t, 9), Out: filepath.Join(t.TempDir(), "a scene.mp4"), Seed: 3, Count: 6,
		Hold: span{200 * time.Millisecond, 400 * time.Millisecond}, FPS: 10, Size: size{64, 48}}
	if err := c.Run(&lab{ctx: context.Background(), out: &out, err: &out}); err != nil {
		t.Fatal(err)
	}
	frames, err := readScene(strings.TrimSuffix(c.Out, ".mp4") + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, f := range frames {
		if f.picture != fmt.Sprintf("%d.png", f.label) || f.source != fmt.Sprintf("s%d", f.label%3/2) {
			t.Errorf("frame %+v", f)
		}
		seen[f.picture]++
	}
	if len(seen) != 6 {
		t.Errorf("pictures %v, want 6", seen)
	}
	for picture, n := range seen {
		if n < 2 || n > 4 {
			t.Errorf("%s is held for %d frames, want 2 to 4", picture, n)
		}
	}
	if got, err := countFrames(t.Context(), c.Out, c.Size); err != nil || got != len(frames) {
		t.Errorf("%d frames decoded, error %v, want %d", got, err, len(frames))
	}

	c.Labels = c.Out // not a list of pictures
	if err := c.Run(&lab{ctx: context.Background(), out: &out, err: &out}); err == nil {
		t.Error("no error for a list that is none")
	}
}

func TestPlanIsStratifiedAndRepeatable(t *testing.T) {
	var items []outcomes.Item
	for i := range 100 {
		items = append(items, outcomes.Item{Path: fmt.Sprint(i), Source: []string{"a", "a", "a", "b"}[i%4]})
	}
	c := videoCmd{Seed: 1, Count: 20, FPS: 25, Hold: span{time.Second, 2 * time.Second}}
	first, err := c.plan(items)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	twice := map[string]bool{}
	for _, s := range first {
		count[s.item.Source]++
		if twice[s.item.Path] {
			t.Errorf("%s is drawn twice", s.item.Path)
		}
		twice[s.item.Path] = true
		if s.frames < 25 || s.frames > 50 {
			t.Errorf("%d frames", s.frames)
		}
	}
	if want := map[string]int{"a": 15, "b": 5}; !cmp.Equal(count, want) {
		t.Errorf("by source %v, want %v", count, want)
	}
	equal := cmp.AllowUnexported(shot{}, motion{}, view{})
	again, _ := c.plan(items)
	if diff := cmp.Diff(first, again, equal); diff != "" {
		t.Errorf("another plan with the same seed:\n%s", diff)
	}
	c.Seed = 2
	if other, _ := c.plan(items); cmp.Equal(first, other, equal) {
		t.Error("the same plan with another seed")
	}
	c.Count = 101
	if _, err := c.plan(items); err == nil {
		t.Error("no error for more pictures than there are")
	}
}

// The view never leaves the picture's centre square, and the frame is filled to its edges.
func TestRender(t *testing.T) {
	const w, h = 90, 50
	p := &picture{rgb: make([]byte, 3*w*h), w: w, h: h, stride: 3 * w}
	for y := range h {
		for x := range w {
			if x >= (w-h)/2 && x < (w+h)/2 {
				p.rgb[3*(y*w+x)] = 200 // red is the square
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	for _, s := range []size{{64, 48}, {48, 64}, {48, 48}} {
		frame := make([]byte, 3*s.w*s.h)
		m := newMotion(random)
		for _, at := range []float64{0, 0.5, 1} {
			p.render(frame, s, m, at)
			for i := 0; i < len(frame); i += 3 {
				if frame[i] != 200 {
					t.Fatalf("%v at %v: pixel %d is %v", s, at, i/3, frame[i:i+3])
				}
			}
		}
	}
}

func TestVideoFlags(t *testing.T) {
	var sp span
	for text, want := range map[string]span{"1s..2s": {time.Second, 2 * time.Second}, "500ms": {500 * time.Millisecond, 500 * time.Millisecond}} {
		if err := sp.UnmarshalText([]byte(text)); err != nil || sp != want {
			t.Errorf("%s: %+v, error %v", text, sp, err)
		}
	}
	for _, text := range []string{"", "1", "2s..1s", "0s", "..", "-1s..1s"} {
		if err := sp.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
	var si size
	if err := si.UnmarshalText([]byte("640x480")); err != nil || si != (size{640, 480}) {
		t.Errorf("%+v, error %v", si, err)
	}
	for _, text := range []string{"", "640", "641x480", "640x", "1600x480", "8x8", "640x480x3"} {
		if err := si.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

func TestWriteSceneQuotes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.csv")
	if err := writeScene(path, []shot{{item: outcomes.Item{Path: `x/a, "b".png`, Label: 7}, frames: 2}}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 3 || rows[2][0] != "1" || rows[2][2] != `a, "b".png` {
		t.Errorf("%q, error %v", rows, err)
	}
}
