package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"framewise/internal/training"
	"framewise/models/colors"
	"framewise/models/ort"
	"framewise/selector/premodel"
)

// colourPictures writes n speckled pictures of each colour of the toy ladder to DIR/COLOUR/.
func colourPictures(t *testing.T, n int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	random := rand.New(rand.NewPCG(1, 1))
	for label, name := range colors.Names {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			img := image.NewRGBA(image.Rect(0, 0, 160, 130))
			for p := range 160 * 130 {
				c := colors.Typical[label]
				if random.IntN(4) == 0 {
					c = colors.Typical[random.IntN(len(colors.Names))]
				}
				img.Set(p%160, p/160, color.RGBA{uint8(255 * c[0]), uint8(255 * c[1]), uint8(255 * c[2]), 255})
			}
			var b bytes.Buffer
			if err := png.Encode(&b, img); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name, fmt.Sprintf("%d.png", i)), b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func TestTrain(t *testing.T) {
	if _, _, err := ort.FindLibrary(""); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	c := trainCmd{
		Ladder: "../../configs/colors.yaml", Images: colourPictures(t, 3), Out: filepath.Join(dir, "colors.premodel.json"),
		K: 5, Folds: 5, Seed: 1, Provider: "cpu", Cache: filepath.Join(dir, "outcomes.jsonl"), JSON: true,
	}
	var out, log bytes.Buffer
	a := &app{out: &out, err: &log, log: slog.New(slog.NewTextHandler(&log, nil))}
	if err := c.Run(t.Context(), a); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	var report training.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	if report.Pictures != 30 || len(report.Rungs) != 3 || report.Rungs[2].Top1 < 0.9 || report.Rungs[2].MeanMS <= 0 {
		t.Errorf("report %+v", report)
	}
	first, err := os.ReadFile(c.Out)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := premodel.Load(c.Out); err != nil || p.Data.Images != 30 || p.Ladder.Name != "colors" {
		t.Errorf("premodel %+v, error %v", p, err)
	}

	// A second run takes everything from the cache and prints tables; a third has no cache. The file stays the same.
	out.Reset()
	c.JSON, c.Seed = false, 2
	if err := c.Run(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "Rungs on 30 pictures") {
		t.Errorf("printed %s", out.String())
	}
	c.Cache = filepath.Join(dir, "other.jsonl")
	if err := c.Run(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(c.Out); err != nil || !bytes.Equal(first, again) {
		t.Errorf("training twice gives two premodels, error %v", err)
	}
}

func TestTrainRefuses(t *testing.T) {
	pictures := colourPictures(t, 1)
	good := trainCmd{Ladder: "../../configs/colors.yaml", Images: pictures, Out: filepath.Join(t.TempDir(), "p.json"), K: 5, Folds: 5}
	tests := []struct {
		name   string
		change func(*trainCmd)
		want   string
	}{
		{"one fold", func(c *trainCmd) { c.Folds = 1 }, "--folds 1: must be 2 to the number of pictures, 10"},
		{"more folds than pictures", func(c *trainCmd) { c.Folds = 11 }, "--folds 11"},
		{"more neighbours than training pictures", func(c *trainCmd) { c.K = 9 }, "--k 9"},
		{"no folder for the premodel", func(c *trainCmd) { c.Out = "/nowhere/p.json" }, "there is no folder /nowhere"},
		{"no pictures", func(c *trainCmd) { c.Images = "/nowhere" }, "read labelled folder: open /nowhere"},
		{"no ladder", func(c *trainCmd) { c.Ladder = "/nowhere.yaml" }, "load ladder: open /nowhere.yaml"},
		{"no library", func(c *trainCmd) { c.Library = "/nowhere.so" }, "/nowhere.so"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := good
			test.change(&c)
			err := c.Run(t.Context(), &app{log: slog.New(slog.DiscardHandler)})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
