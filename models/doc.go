// Package models is what is known about networks before one runs: the manifest of a ladder (files, their sha256,
// input, output, labels, licence), whether the files are the ones it names, and what an output vector says.
//
// Read [Load] and [Ladder.Verify] first, then [Model.Read], which turns the output of a classifier into an
// [Answer]. What an output means is decided here, one file a task; classify.go is the one for labels.
//
// The package knows neither pipelines nor selection, and no inference library: sessions are in models/ort, the
// pixels that go in are made in models/pixels, and models/onnx reads what an ONNX file says of its inputs.
package models

// Classify is the task whose answer is a label, its probability and the top five.
const Classify = "classify"

// How an input tensor is laid out and in which order its channels stand.
const (
	NCHW = "nchw"
	NHWC = "nhwc"
	RGB  = "rgb"
	BGR  = "bgr"
)

// What a network's output values are.
const (
	Probabilities = "probabilities" // they sum to one
	Logits        = "logits"        // softmax makes them probabilities
)

// Ladder is the ordered set of models that a stream may use, cheapest first.
type Ladder struct {
	Name    string
	Task    string   // Classify
	Picture int      // side in pixels of the square RGB picture that a frame is scaled to before any rung sees it
	Labels  []string // by label id, the index in a network's output
	Rungs   []Model
	Hash    string // identifies the ladder by content, hex sha256; see Load
	Path    string // of the manifest
}

// Model is one rung: a pre-trained network in an ONNX file.
type Model struct {
	Name    string
	File    string // path, made absolute or relative to the working directory
	SHA256  string // of the file, hex
	License string // SPDX expression or a few words
	Input   Input
	Output  Output
}

// Input is a network's only input: float32, one picture, Size×Size pixels.
type Input struct {
	Name     string // of the tensor
	Size     int    // pixels
	Layout   string // NCHW ([1,3,Size,Size]) or NHWC ([1,Size,Size,3])
	Channels string // RGB or BGR
	Mean     [3]float32
	Std      [3]float32 // in the order of the tensor's channels: value = (pixel - Mean) / Std, pixel 0..255
}

// Output is the output that is read: float32, Classes values whatever its shape.
type Output struct {
	Name    string // of the tensor
	Classes int
	Kind    string // Probabilities or Logits
}

// RungNames returns the names of the rungs, cheapest first.
func (l *Ladder) RungNames() []string {
	names := make([]string, len(l.Rungs))
	for i := range l.Rungs {
		names[i] = l.Rungs[i].Name
	}
	return names
}
