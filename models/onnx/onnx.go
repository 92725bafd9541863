// Package onnx reads what an ONNX file says of its inputs and outputs, without an inference library and without
// building a session. [Read] is the one call.
//
// It knows the few fields of onnx.proto that this takes (ONNX IR, message ModelProto) and nothing of ladders.
package onnx

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of onnx.proto.
const (
	modelGraph       = 7
	graphInitializer = 5
	graphInput       = 11
	graphOutput      = 12
	tensorName       = 8
	valueName        = 1
	valueType        = 2
	typeTensor       = 1
	tensorElem       = 1
	tensorShape      = 2
	shapeDim         = 1
	dimValue         = 1
)

// Float32 is TensorProto.FLOAT, the element type of 32-bit floats.
const Float32 = 1

var errDamaged = errors.New("it is damaged or cut short")

// Signature is what goes into a network and what comes out.
type Signature struct {
	Inputs  []Value // those that a caller must give: weights are left out
	Outputs []Value
}

// Value is one input or output.
type Value struct {
	Name string
	Elem int     // TensorProto.DataType; 0 where the value is no tensor or the file does not say
	Dims []int64 // 0 for a dimension that the file leaves open; nil where it gives no shape
}

// Read reads the signature of the model in data. An error means that data is not an ONNX model.
func Read(data []byte) (Signature, error) {
	var s Signature
	weights := map[string]bool{}
	found := false
	err := fields(data, func(num protowire.Number, graph []byte, _ uint64) error {
		if num != modelGraph {
			return nil
		}
		found = true
		return fields(graph, func(num protowire.Number, b []byte, _ uint64) error {
			return s.graphField(num, b, weights)
		})
	})
	if err == nil && !found {
		err = errors.New("it has no graph")
	}
	if err != nil {
		return Signature{}, fmt.Errorf("not an ONNX model: %w", err)
	}
	inputs := s.Inputs[:0]
	for _, v := range s.Inputs { // files of IR version 3 list the weights among the inputs
		if !weights[v.Name] {
			inputs = append(inputs, v)
		}
	}
	s.Inputs = inputs
	return s, nil
}

func (s *Signature) graphField(num protowire.Number, b []byte, weights map[string]bool) error {
	switch num {
	case graphInput, graphOutput:
		v, err := readValue(b)
		if err != nil {
			return err
		}
		if num == graphInput {
			s.Inputs = append(s.Inputs, v)
		} else {
			s.Outputs = append(s.Outputs, v)
		}
	case graphInitializer:
		return fields(b, func(num protowire.Number, name []byte, _ uint64) error {
			if num == tensorName {
				weights[string(name)] = true
			}
			return nil
		})
	}
	return nil
}

func readValue(b []byte) (v Value, err error) {
	err = fields(b, func(num protowire.Number, b []byte, _ uint64) error {
		switch num {
		case valueName:
			v.Name = string(b)
		case valueType:
			return fields(b, func(num protowire.Number, b []byte, _ uint64) error {
				if num != typeTensor {
					return nil
				}
				return v.readTensorType(b)
			})
		}
		return nil
	})
	return v, err
}

func (v *Value) readTensorType(b []byte) error {
	return fields(b, func(num protowire.Number, b []byte, n uint64) error {
		switch num {
		case tensorElem:
			v.Elem = int(n)
		case tensorShape:
			v.Dims = []int64{}
			return fields(b, func(num protowire.Number, b []byte, _ uint64) error {
				if num != shapeDim {
					return nil
				}
				v.Dims = append(v.Dims, 0)
				return fields(b, func(num protowire.Number, _ []byte, n uint64) error {
					if num == dimValue {
						v.Dims[len(v.Dims)-1] = int64(n)
					}
					return nil
				})
			})
		}
		return nil
	})
}

// fields calls f for each field of a message: b is the content of a length-delimited field, n the value of a
// varint.
func fields(message []byte, f func(num protowire.Number, b []byte, n uint64) error) error {
	for len(message) > 0 {
		num, typ, size := protowire.ConsumeTag(message)
		if size < 0 {
			return errDamaged
		}
		message = message[size:]
		var b []byte
		var n uint64
		switch typ {
		case protowire.BytesType:
			b, size = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			n, size = protowire.ConsumeVarint(message)
		default:
			size = protowire.ConsumeFieldValue(num, typ, message)
		}
		if size < 0 {
			return errDamaged
		}
		if err := f(num, b, n); err != nil {
			return err
		}
		message = message[size:]
	}
	return nil
}
