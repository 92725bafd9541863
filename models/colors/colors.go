// Package colors makes the toy ladder of configs/colors.yaml: three networks that name the colour most of a picture
// has. Their weights are computed, not trained, and are small enough to be committed, so that everything around
// networks can be run and tested with nothing but the repository. README.md says what the rungs do.
//
// Read [Files] first, then the three networks in networks.go. The package knows ONNX's file format as far as it
// writes it (graph.go), and nothing of who runs the files.
package colors

//go:generate go test -run TestCommittedFiles -update

import "strings"

// Names are the colours by label id.
var Names = [...]string{"red", "orange", "yellow", "green", "cyan", "blue", "magenta", "white", "grey", "black"}

// Typical is the typical red, green and blue of each of Names, 0 to 1. A pixel has the colour it is nearest to.
var Typical = [len(Names)][3]float64{
	{0.85, 0.10, 0.10},
	{0.95, 0.55, 0.10},
	{0.95, 0.90, 0.15},
	{0.15, 0.65, 0.20},
	{0.10, 0.80, 0.85},
	{0.15, 0.25, 0.80},
	{0.80, 0.15, 0.75},
	{0.95, 0.95, 0.95},
	{0.50, 0.50, 0.50},
	{0.06, 0.06, 0.06},
}

// Files returns the content of the ladder's files by name. It is the same on every call and machine.
func Files() map[string][]byte {
	return map[string][]byte{
		"small.onnx":  small(),
		"medium.onnx": medium(),
		"large.onnx":  large(),
		"labels.txt":  []byte(strings.Join(Names[:], "\n") + "\n"),
	}
}
