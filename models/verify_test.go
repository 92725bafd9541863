package models

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerifyCommittedLadder(t *testing.T) {
	if err := toy(t).Verify(); err != nil {
		t.Error(err)
	}
}

// TestVerifyMeasuringLadders reads every file of the ImageNet ladders, where they are.
func TestVerifyMeasuringLadders(t *testing.T) {
	folder, set := os.LookupEnv("FRAMEWISE_DATA")
	if !set {
		folder = "../../shared/data"
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no measuring data: %v (FRAMEWISE_DATA names its folder)", err)
	}
	for _, name := range []string{"imagenet.yaml", "imagenet-all.yaml"} {
		l, err := Load(filepath.Join("../configs", name), os.LookupEnv)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Verify(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if l.Labels[0] != "tench" || l.Labels[999] != "toilet tissue" {
			t.Errorf("%s: labels from %q to %q", name, l.Labels[0], l.Labels[999])
		}
	}
}

// TestVerifyTellsAllAtOnce: one line for each rung that is wrong.
func TestVerifyTellsAllAtOnce(t *testing.T) {
	l := toy(t)
	l.Rungs[0].File = filepath.Join(t.TempDir(), "absent.onnx")
	l.Rungs[1].SHA256 = l.Rungs[2].SHA256
	l.Rungs[2].Output.Name = "softmax"
	err := l.Verify()
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	want := []string{
		`model "small": ` + l.Rungs[0].File + " does not exist: put the file there, or mend `files` in the ladder's manifest",
		`model "medium": ../models/colors/medium.onnx has sha256 `,
		`model "large": ../models/colors/large.onnx has no output named "softmax", it has "probs": mend ` + "`output.name` in the manifest",
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines:\n%v", len(lines), err)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("line %d is\n%s\nwant\n%s", i, lines[i], want[i])
		}
	}
}

func TestShapes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Model)
		want   string
	}{
		"right":        {func(*Model) {}, ""},
		"input name":   {func(m *Model) { m.Input.Name = "image" }, `has no input named "image", it has "picture": mend ` + "`input.name`"},
		"input size":   {func(m *Model) { m.Input.Size = 48 }, `input "picture" of F has shape [1 3 64 64], the manifest's layout and size make it [1 3 48 48]`},
		"input layout": {func(m *Model) { m.Input.Layout = NHWC }, `has shape [1 3 64 64], the manifest's layout and size make it [1 64 64 3]`},
		"classes":      {func(m *Model) { m.Output.Classes = 11 }, `output "probs" of F has shape [1 10], the manifest says 11 classes`},
	} {
		m := toy(t).Rungs[1]
		data, err := m.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		m.File = "F"
		c.change(&m)
		_, _, err = m.Shapes(data)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want …%s…", name, err, c.want)
		}
	}
}

func TestClosedFillsInOpenDimensions(t *testing.T) {
	for _, c := range []struct{ dims, want []int64 }{
		{nil, []int64{1, 10}},
		{[]int64{0, 10}, []int64{1, 10}},
		{[]int64{0, 0}, []int64{1, 10}},
		{[]int64{1, 0, 1, 1}, []int64{1, 10, 1, 1}},
		{[]int64{10}, []int64{10}},
		{[]int64{0, 7}, []int64{1, 7}}, // does not make ten: Shapes refuses it
	} {
		got := closed(c.dims, 10)
		if len(got) != len(c.want) {
			t.Errorf("%v: %v, want %v", c.dims, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%v: %v, want %v", c.dims, got, c.want)
				break
			}
		}
	}
}
