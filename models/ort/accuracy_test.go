package ort

import (
	"encoding/csv"
	"image"
	_ "image/jpeg" // the pictures are JPEG
	_ "image/png"  // and PNG
	"math"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"framewise/models"
	"framewise/models/pixels"
)

// published is the top-1 in percent of data/README.md: 1,980 pictures, or (squeezenet and googlenet) 3,300.
var published = map[string]float64{
	"mobilenet_v1_0.25_128":     46.6,
	"mobilenet_v1_0.5_160":      65.7,
	"mobilenet_v1_0.75_192":     76.2,
	"squeezenet_v1.1":           64.4,
	"mobilenet_v2_1.0_224":      82.2,
	"mobilenet_edgetpu_224_1.0": 85.6,
	"ensemble_v2_edgetpu":       86.9,
	"googlenet":                 75.9,
}

// TestSmallRungsAccuracy sends every labelled picture through the two smallest rungs as training does it and
// compares top-1 with what Pillow's scaling straight to the input's size gave.
func TestSmallRungsAccuracy(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes 1,980 pictures")
	}
	folder := data(t)
	l := ladder(t, "imagenet.yaml")
	l.Rungs = l.Rungs[:2]
	for k, got := range topOne(t, open(t), l, folder) {
		want := published[l.Rungs[k].Name]
		t.Logf("%s: top-1 %.2f %%, published %.1f %%", l.Rungs[k].Name, got, want)
		if math.Abs(got-want) > 1 {
			t.Errorf("%s: top-1 %.2f %% is more than a point from %.1f %%", l.Rungs[k].Name, got, want)
		}
	}
}

// TestPictureSizes is the evidence for `picture` in the manifests: top-1 of every network when the frame is first
// scaled to a picture of P pixels and that to the network's input. Run it with FRAMEWISE_SLOW=1 -v -timeout 1h.
func TestPictureSizes(t *testing.T) {
	if os.Getenv("FRAMEWISE_SLOW") == "" {
		t.Skip("takes many minutes: set FRAMEWISE_SLOW=1")
	}
	folder := data(t)
	r := open(t)
	for _, picture := range []int{128, 160, 192, 224, 227, 256} {
		l := ladder(t, "imagenet-all.yaml")
		l.Picture = picture
		var rungs []models.Model
		for _, m := range l.Rungs {
			if m.Input.Size == picture || picture >= 224 {
				rungs = append(rungs, m)
			}
		}
		l.Rungs = rungs
		for k, got := range topOne(t, r, l, folder) {
			m := l.Rungs[k]
			t.Logf("picture %d: %-26s input %d: top-1 %.2f %% (%+.2f)", picture, m.Name, m.Input.Size, got, got-published[m.Name])
		}
	}
}

// topOne returns, by rung, the share of all labelled pictures in percent whose label is the answer.
func topOne(t *testing.T, r *Runtime, l *models.Ladder, folder string) []float64 {
	t.Helper()
	rows := readCSV(t, filepath.Join(folder, "images", "labels.csv"))
	const workers = 2
	s, err := r.Load(l, Options{Providers: []string{models.CPU}, Threads: 1, Instances: workers})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	right := make([]atomic.Int64, len(l.Rungs))
	jobs := make(chan []string)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			runner := s.Runner()
			for row := range jobs {
				picture, label, err := labelled(folder, row, l.Picture)
				if err != nil {
					t.Error(err)
					continue
				}
				var a models.Answer
				for k := range l.Rungs {
					if _, err := runner.Run(k, picture, 3*l.Picture, 0, &a); err != nil {
						t.Error(err)
					}
					if a.Label == label {
						right[k].Add(1)
					}
				}
			}
		})
	}
	for _, row := range rows {
		jobs <- row
	}
	close(jobs)
	group.Wait()
	shares := make([]float64, len(right))
	for k := range right {
		shares[k] = 100 * float64(right[k].Load()) / float64(len(rows))
	}
	return shares
}

// labelled reads the picture of a row of labels.csv as a stream would see it, side pixels square.
func labelled(folder string, row []string, side int) ([]byte, int, error) {
	label, err := strconv.Atoi(row[1])
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(filepath.Join(folder, row[0]))
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, 0, err
	}
	picture := make([]byte, 3*side*side)
	pixels.Square(picture, img, side)
	return picture, label, nil
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
