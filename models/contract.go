package models

import (
	"fmt"
	"slices"
	"strings"

	"framewise/models/onnx"
)

// Shapes compares the ONNX file's content data with the manifest and returns the shapes of the input and output
// tensors for one picture, with what the file leaves open filled in. A wrong tensor name, element type, input
// size or class count is an error that says which of them the file has.
func (m *Model) Shapes(data []byte) (input, output []int64, err error) {
	sig, err := onnx.Read(data)
	if err != nil {
		return nil, nil, fmt.Errorf("model %q: %s: %w", m.Name, m.File, err)
	}
	if len(sig.Inputs) != 1 {
		return nil, nil, fmt.Errorf("model %q: %s has %d inputs (%s), a rung has one: export it with a picture as its only input",
			m.Name, m.File, len(sig.Inputs), names(sig.Inputs))
	}
	in, err := m.find("input", m.Input.Name, sig.Inputs)
	if err != nil {
		return nil, nil, err
	}
	out, err := m.find("output", m.Output.Name, sig.Outputs)
	if err != nil {
		return nil, nil, err
	}
	side := int64(m.Input.Size)
	input = []int64{1, 3, side, side}
	if m.Input.Layout == NHWC {
		input = []int64{1, side, side, 3}
	}
	if !fits(in.Dims, input) {
		return nil, nil, fmt.Errorf("model %q: input %q of %s has shape %v, the manifest's layout and size make it %v: mend the manifest",
			m.Name, in.Name, m.File, in.Dims, input)
	}
	output = closed(out.Dims, int64(m.Output.Classes))
	if product(output) != int64(m.Output.Classes) {
		return nil, nil, fmt.Errorf("model %q: output %q of %s has shape %v, the manifest says %d classes: mend the manifest",
			m.Name, out.Name, m.File, out.Dims, m.Output.Classes)
	}
	return input, output, nil
}

func (m *Model) find(what, name string, values []onnx.Value) (onnx.Value, error) {
	i := slices.IndexFunc(values, func(v onnx.Value) bool { return v.Name == name })
	if i < 0 {
		return onnx.Value{}, fmt.Errorf("model %q: %s has no %s named %q, it has %s: mend `%s.name` in the manifest",
			m.Name, m.File, what, name, names(values), what)
	}
	if values[i].Elem != onnx.Float32 {
		return onnx.Value{}, fmt.Errorf("model %q: %s %q of %s is not a tensor of 32-bit floats: export the model with float32 inputs and outputs",
			m.Name, what, name, m.File)
	}
	return values[i], nil
}

func names(values []onnx.Value) string {
	if len(values) == 0 {
		return "none"
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = fmt.Sprintf("%q", v.Name)
	}
	return strings.Join(quoted, ", ")
}

// fits tells whether dims, where a dimension below one is open, allows the shape want.
func fits(dims, want []int64) bool {
	if dims == nil {
		return true
	}
	return slices.EqualFunc(dims, want, func(d, w int64) bool { return d < 1 || d == w })
}

// closed fills in what dims leaves open: one picture, and total elements in all.
func closed(dims []int64, total int64) []int64 {
	if len(dims) == 0 {
		return []int64{1, total}
	}
	shape := slices.Clone(dims)
	if shape[0] < 1 {
		shape[0] = 1
	}
	known := int64(1)
	for _, d := range shape {
		known *= max(d, 1)
	}
	for i, d := range shape {
		if d < 1 {
			shape[i] = max(total/known, 1)
			known *= shape[i]
		}
	}
	return shape
}

func product(dims []int64) int64 {
	p := int64(1)
	for _, d := range dims {
		p *= d
	}
	return p
}
