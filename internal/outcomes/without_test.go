package outcomes

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWithoutTakesOutWhatIsMeasuredOn(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "scene.csv")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	d := &Dataset{Items: []Item{{Path: "a/one.jpg"}, {Path: "b/two.jpg"}, {Path: "a/three.jpg"}}}
	n, err := d.Without(write("frame,picture\n0,two.jpg\n1,two.jpg\n2,gone.jpg\n"))
	if err != nil || n != 1 || len(d.Items) != 2 || d.Items[1].Path != "a/three.jpg" {
		t.Errorf("%d taken out, %v left, error %v", n, d.Items, err)
	}
	for _, bad := range []string{"", "frame,label\n0,1\n", "picture\n\"a\nb\n"} {
		if _, err := d.Without(write(bad)); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}
