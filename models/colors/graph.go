package colors

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The ONNX release that the files are written for; field numbers below are those of its onnx.proto.
const (
	irVersion    = 7
	opsetVersion = 13
	float32Elem  = 1
)

// graph is a network being written: a chain of nodes, each of which reads what the one before it gave.
type graph struct {
	name         string
	nodes        []byte
	initializers []byte
	last         string // name of the value that the last node gave
}

func newGraph(name string) *graph { return &graph{name: name, last: inputName} }

const inputName = "picture"

// attribute is an integer or a list of integers; single tells which.
type attribute struct {
	name   string
	ints   []int
	single bool
}

func integer(name string, v int) attribute      { return attribute{name, []int{v}, true} }
func integers(name string, vs ...int) attribute { return attribute{name, vs, false} }

// node appends an operator to the chain: it reads the chain's value and the values named in more, and gives out.
func (g *graph) node(op, out string, more []string, attributes ...attribute) {
	var n []byte
	for _, in := range append([]string{g.last}, more...) {
		n = text(n, 1, in)
	}
	n = text(n, 2, out)
	n = text(n, 4, op)
	for _, a := range attributes {
		n = message(n, 5, a.encode())
	}
	g.nodes = message(g.nodes, 1, n)
	g.last = out
}

// weights adds a constant tensor and returns its name.
func (g *graph) weights(name string, values []float64, dims ...int) string {
	var t []byte
	for _, d := range dims {
		t = varint(t, 1, uint64(d))
	}
	t = varint(t, 2, float32Elem)
	t = text(t, 8, name)
	raw := make([]byte, 0, 4*len(values))
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(v)))
	}
	t = message(t, 9, raw)
	g.initializers = message(g.initializers, 5, t)
	return name
}

// model returns the file: input [1,3,side,side] and output [1,classes], the value that the chain ends with.
func (g *graph) model(side, classes int) []byte {
	b := text(g.nodes, 2, g.name)
	b = append(b, g.initializers...)
	b = message(b, 11, tensorInfo(inputName, 1, 3, side, side))
	b = message(b, 12, tensorInfo(g.last, 1, classes))

	m := varint(nil, 1, irVersion)
	m = text(m, 2, "framewise/models/colors")
	m = message(m, 7, b)
	return message(m, 8, varint(text(nil, 1, ""), 2, opsetVersion))
}

func tensorInfo(name string, dims ...int) []byte {
	var shape []byte
	for _, d := range dims {
		shape = message(shape, 1, varint(nil, 1, uint64(d)))
	}
	tensor := message(varint(nil, 1, float32Elem), 2, shape)
	return message(text(nil, 1, name), 2, message(nil, 1, tensor))
}

func (a attribute) encode() []byte {
	b := text(nil, 1, a.name)
	const oneInt, manyInts = 2, 7 // AttributeProto.type
	if a.single {
		return varint(varint(b, 3, uint64(a.ints[0])), 20, oneInt)
	}
	for _, v := range a.ints {
		b = varint(b, 8, uint64(v))
	}
	return varint(b, 20, manyInts)
}

func varint(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}

func text(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func message(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}
