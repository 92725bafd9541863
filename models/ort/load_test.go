package ort

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"framewise/models"
)

// TestLoadRefuses: what does not fit is one line at load that says what to do, never a crash in a stream.
func TestLoadRefuses(t *testing.T) {
	r := open(t)
	// rewrite writes the file of m anew, changed, and gives m its sha256.
	rewrite := func(m *models.Model, change func([]byte) []byte) {
		data, err := os.ReadFile(m.File)
		if err != nil {
			t.Error(err)
		}
		changed := change(data)
		if bytes.Equal(data, changed) {
			t.Error("nothing has changed")
		}
		m.File = filepath.Join(t.TempDir(), "changed.onnx")
		if err := os.WriteFile(m.File, changed, 0o644); err != nil {
			t.Error(err)
		}
		sum := sha256.Sum256(changed)
		m.SHA256 = hex.EncodeToString(sum[:])
	}
	for name, c := range map[string]struct {
		change  func(*models.Model)
		options Options
		want    string
	}{
		"absent file":  {change: func(m *models.Model) { m.File = "/absent.onnx" }, want: `load ladder "colors": model "medium": /absent.onnx does not exist: put the file there`},
		"wrong sha256": {change: func(m *models.Model) { m.SHA256 = "00" }, want: "the manifest wants 00: get the file again, or mend the manifest"},
		"input name":   {change: func(m *models.Model) { m.Input.Name = "data" }, want: `no input named "data", it has "picture": mend`},
		"output name":  {change: func(m *models.Model) { m.Output.Name = "softmax" }, want: `no output named "softmax", it has "probs": mend`},
		"input size":   {change: func(m *models.Model) { m.Input.Size = 60 }, want: "make it [1 3 60 60]: mend the manifest"},
		"classes":      {change: func(m *models.Model) { m.Output.Classes = 1000 }, want: "has shape [1 10], the manifest says 1000 classes: mend the manifest"},
		"no model": {
			change: func(m *models.Model) {
				rewrite(m, func([]byte) []byte { return []byte("<html>not found</html>") })
			},
			want: "not an ONNX model: it is damaged or cut short",
		},
		"unknown operator": {
			change: func(m *models.Model) {
				rewrite(m, func(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\x07Softmax"), []byte("\x07Softmix")) })
			},
			want: "no provider takes it: ",
		},
		"the file is wrong about its own output": {
			change: func(m *models.Model) {
				m.Output.Classes = 9
				rewrite(m, func(data []byte) []byte {
					shape := []byte("probs\x12\x0e\x0a\x0c\x08\x01\x12\x08\x0a\x02\x08\x01\x0a\x02\x08\x0a") // [1, 10]
					return bytes.Replace(data, shape, append(shape[:len(shape)-1:len(shape)-1], 9), 1)
				})
			},
			want: "no provider takes it: ",
		},
		"provider that is not there": {
			change: func(*models.Model) {}, options: Options{Providers: []string{"abacus"}},
			want: `unknown provider "abacus": use auto, tensorrt, cuda or cpu`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := ladder(t, "colors.yaml")
			c.change(&l.Rungs[1])
			s, err := r.Load(l, c.options)
			if s != nil {
				t.Error("a set beside the error")
			}
			wantError(t, err, c.want)
		})
	}
}

func TestAutoTakesTheFirstProviderThatLoads(t *testing.T) {
	r := open(t)
	l := ladder(t, "colors.yaml")
	s := mustLoad(t, r, l, Options{Providers: []string{models.Auto}})
	for k := range l.Rungs {
		if p := s.Provider(k); !slices.Contains([]string{models.TensorRT, models.CUDA, models.CPU}, p) {
			t.Errorf("rung %d runs on %q", k, p)
		}
	}
	if _, err := r.Load(l, Options{Providers: []string{models.CUDA}}); s.Provider(0) == models.CPU {
		wantError(t, err, `no provider takes it: cuda: `)
	}
	both := mustLoad(t, r, l, Options{Providers: []string{models.CUDA, models.CPU}})
	if both.Provider(0) != s.Provider(0) && s.Provider(0) == models.CPU {
		t.Errorf("cuda, cpu: %q, auto %q", both.Provider(0), s.Provider(0))
	}
}
