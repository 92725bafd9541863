package onnx

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"framewise/models/colors"
)

func TestReadToyModel(t *testing.T) {
	got, err := Read(colors.Files()["medium.onnx"])
	if err != nil {
		t.Fatal(err)
	}
	want := Signature{
		Inputs:  []Value{{Name: "picture", Elem: Float32, Dims: []int64{1, 3, 64, 64}}},
		Outputs: []Value{{Name: "probs", Elem: Float32, Dims: []int64{1, 10}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// field appends a message field.
func field(b []byte, num protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), content)
}

// TestReadOldAndOpenModels: files of IR version 3 name weights among the inputs, a batch is often a name instead
// of a number, and a shape may be missing.
func TestReadOldAndOpenModels(t *testing.T) {
	named := field(nil, 2, []byte("batch")) // Dimension.dim_param
	ten := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 10)
	float := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), Float32)
	shape := field(field(nil, 1, named), 1, ten)
	value := func(name string, tensor []byte) []byte {
		return field(field(nil, 1, []byte(name)), 2, field(nil, 1, tensor))
	}
	graph := field(nil, graphInput, value("weights", float))
	graph = field(graph, graphInput, value("x", field(float, 2, shape)))
	graph = field(graph, graphInitializer, field(nil, 8, []byte("weights")))
	graph = field(graph, graphOutput, value("y", float))
	got, err := Read(field(nil, 7, graph))
	if err != nil {
		t.Fatal(err)
	}
	want := Signature{
		Inputs:  []Value{{Name: "x", Elem: Float32, Dims: []int64{0, 10}}},
		Outputs: []Value{{Name: "y", Elem: Float32}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefusesWhatIsNoModel(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty":     {"", "not an ONNX model: it has no graph"},
		"text":      {"<html>not found</html>", "not an ONNX model: it is damaged or cut short"},
		"truncated": {string(colors.Files()["small.onnx"][:300]), "not an ONNX model: it is damaged or cut short"},
	} {
		_, err := Read([]byte(c.data))
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if err.Error() != c.want {
			t.Errorf("%s: %q, want %q", name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, data := range colors.Files() {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read(data)
		if err != nil && (s.Inputs != nil || s.Outputs != nil) {
			t.Errorf("a signature beside the error %v", err)
		}
	})
}
