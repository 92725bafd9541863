package outcomes

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCacheDamage(t *testing.T) {
	d := colours(t, 6)
	tests := []struct {
		name   string
		change func(lines [][]byte) [][]byte // line 0 is the header
		known  int
		bad    int
	}{
		{"none", func(l [][]byte) [][]byte { return l }, 6, 0},
		{"torn last line", func(l [][]byte) [][]byte { l[6] = l[6][:len(l[6])/2]; return l }, 5, 0},
		{"no line break after the last line", func(l [][]byte) [][]byte { l[6] = l[6][:len(l[6])-1]; return l }, 5, 0},
		{"a flipped bit", func(l [][]byte) [][]byte { l[2][60] ^= 1; return l }, 5, 1},
		{"a line that is something else", func(l [][]byte) [][]byte { l[3] = []byte("{}\n"); return l }, 5, 1},
		{"torn header", func(l [][]byte) [][]byte { return [][]byte{l[0][:20]} }, 0, 0},
		{"empty", func([][]byte) [][]byte { return nil }, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "cache.jsonl")
			if _, err := runOnce(t, t.Context(), d, new(fakeNetwork), path, Options{}); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lines := test.change(bytes.SplitAfter(data, []byte("\n"))[:7])
			write(t, path, string(bytes.Join(lines, nil)))

			for _, want := range []int{test.known, 6} { // the second time everything is there again
				c := openCache(t, path)
				if c.Damaged != test.bad {
					t.Errorf("%d damaged lines, want %d", c.Damaged, test.bad)
				}
				table, err := Run(t.Context(), d, fakeLadder(), new(fakeNetwork).run, c, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if table.FromLog != want {
					t.Errorf("%d from the cache, want %d", table.FromLog, want)
				}
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestCacheOfSomethingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cache.jsonl")
	c := openCache(t, path)
	if _, err := OpenCache(path, fakeHeader(t, fakeLadder(), "fake")); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("opened twice: error %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	other := fakeLadder()
	other.Hash = "beef"
	differently := fakeLadder()
	differently.Rungs[0].Input.Mean[1] = 1 // stands for a change of the code: the hash of the ladder is the same
	for want, header := range map[string]Header{
		"another ladder":             fakeHeader(t, other, "fake"),
		"on fake, not on cuda":       fakeHeader(t, fakeLadder(), "cuda"),
		"prepares pictures or":       fakeHeader(t, differently, "fake"),
		"computes features differen": {Format: format, Version: version + 1, Ladder: "f00d", Rungs: other.RungNames(), How: "fake"},
	} {
		_, err := OpenCache(path, header)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	write(t, path, "name,quantity\nbread,2\n")
	if _, err := OpenCache(path, fakeHeader(t, fakeLadder(), "fake")); err == nil || !strings.Contains(err.Error(), "not a file of outcomes") {
		t.Errorf("got error %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || len(data) != 22 {
		t.Errorf("somebody's file was changed: %q, error %v", data, err)
	}
	if _, err := OpenCache("/proc/nothing/cache.jsonl", fakeHeader(t, fakeLadder(), "fake")); err == nil {
		t.Error("no error in a folder that cannot be made")
	}
}

func TestDefaultPath(t *testing.T) {
	path := func(h Header) string {
		t.Helper()
		p, err := DefaultPath("fake", h)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	t.Setenv("HOME", "/home/somebody")
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("FRAMEWISE_HOME", "")
	h := fakeHeader(t, fakeLadder(), "fake")
	name := filepath.Base(path(h))
	if ok, _ := filepath.Match("fake-????????????.jsonl", name); !ok {
		t.Errorf("name %s", name)
	}
	if got, want := path(h), "/home/somebody/.local/share/framewise/outcomes/"+name; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Setenv("XDG_DATA_HOME", "/data")
	if got, want := path(h), "/data/framewise/outcomes/"+name; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Setenv("FRAMEWISE_HOME", "/own")
	if got, want := path(h), "/own/outcomes/"+name; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if path(fakeHeader(t, fakeLadder(), "cuda")) == path(h) {
		t.Error("the same name for times of another provider")
	}
}

func FuzzDecodeRow(f *testing.F) {
	header := fakeHeader(f, fakeLadder(), "fake")
	line, err := encodeRow(&cachedRow{
		Picture: "00ff", Features: make([]float64, len(header.Features)),
		Rungs: []cachedRung{{Labels: []int{1}, P: []float32{0.5}, Time: 7}, {}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add(line[:len(line)/2])
	f.Add([]byte(`{"crc":0,"row":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		row, err := decodeRow(data, header)
		if err != nil {
			return
		}
		if got := row.row(Item{}); len(got.Rungs) != len(header.Rungs) {
			t.Errorf("row %+v", got)
		}
	})
}
