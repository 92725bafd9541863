package features_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"framewise/selector/features"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestGolden holds the features to what they were: a premodel that was trained
// with other values of them predicts nonsense, and nothing else would tell.
func TestGolden(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s", "picture")
	for _, name := range features.Names[:features.Paper] {
		fmt.Fprintf(&b, " %24s", name)
	}
	b.WriteByte('\n')
	row := func(name string, p picture) {
		v := extract(p)
		fmt.Fprintf(&b, "%-12s", name)
		for _, x := range v[:features.Paper] {
			fmt.Fprintf(&b, " %24.6g", x)
		}
		b.WriteByte('\n')
	}
	for _, side := range []int{8, 63, 64, 128, 161, 192, 224, 227} {
		row(fmt.Sprintf("scene %d", side), scene(side, 1))
	}
	for seed := range uint64(4) {
		row(fmt.Sprintf("scene 224/%d", seed+2), scene(224, seed+2))
	}
	row("noise 8", noise(8, 1))
	row("noise 224", noise(224, 1))

	golden := filepath.Join("testdata", "golden.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}
