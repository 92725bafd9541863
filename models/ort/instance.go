package ort

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	onnxruntime "github.com/yalue/onnxruntime_go"

	"framewise/models"
	"framewise/models/pixels"
)

// instance is one session and everything a run of it touches. It has one user at a time.
//
// ONNX Runtime keeps the addresses of the input and output values, and the binding does not keep the values
// themselves alive: they are pinned and held here until the session is gone.
type instance struct {
	session  *onnxruntime.AdvancedSession
	tensors  [2]*onnxruntime.Tensor[float32]
	options  *onnxruntime.RunOptions
	pinner   runtime.Pinner
	in, out  []float32
	preparer *pixels.Preparer

	timer *time.Timer   // calls terminate
	fired chan struct{} // terminate has run
}

// network is a rung's file, checked against the manifest.
type network struct {
	model             *models.Model
	data              []byte
	inShape, outShape []int64
	picture           int // side in pixels of the pictures that will come
}

// newInstance makes a session of n on provider.
func newInstance(n *network, provider string, threads int) (_ *instance, err error) {
	m := n.model
	i := &instance{
		in:       make([]float32, onnxruntime.Shape(n.inShape).FlattenedSize()),
		out:      make([]float32, m.Output.Classes),
		preparer: pixels.NewPreparer(n.picture, m.Input),
		fired:    make(chan struct{}, 1),
	}
	i.timer = time.AfterFunc(time.Hour, i.terminate)
	i.timer.Stop()
	defer func() {
		if err != nil {
			err = errors.Join(err, i.destroy())
		}
	}()
	i.pinner.Pin(&i.in[0])
	i.pinner.Pin(&i.out[0])
	if i.tensors[0], err = onnxruntime.NewTensor(n.inShape, i.in); err != nil {
		return nil, err
	}
	if i.tensors[1], err = onnxruntime.NewTensor(n.outShape, i.out); err != nil {
		return nil, err
	}
	if i.options, err = onnxruntime.NewRunOptions(); err != nil {
		return nil, err
	}
	o, err := sessionOptions(provider, threads)
	if err != nil {
		return nil, err
	}
	i.session, err = onnxruntime.NewAdvancedSessionWithONNXData(n.data,
		[]string{m.Input.Name}, []string{m.Output.Name},
		[]onnxruntime.Value{i.tensors[0]}, []onnxruntime.Value{i.tensors[1]}, o)
	return i, errors.Join(err, o.Destroy())
}

// destroy undoes newInstance, also one that failed midway. No run may be under way.
func (i *instance) destroy() error {
	var errs []error
	if i.session != nil {
		errs = append(errs, i.session.Destroy())
	}
	if i.options != nil {
		errs = append(errs, i.options.Destroy())
	}
	for _, t := range i.tensors {
		if t != nil {
			errs = append(errs, t.Destroy())
		}
	}
	i.pinner.Unpin()
	return errors.Join(errs...)
}

// terminate runs on the timer's goroutine while a run is under way.
func (i *instance) terminate() {
	// It fails on destroyed options only, and destroy waits for the run.
	_ = i.options.Terminate()
	i.fired <- struct{}{}
}

// run runs the session on what is in i.in. After limit, if that is above zero, the run is cut off: it ends
// without an answer, some time (up to the length of the network's longest operator) later.
func (i *instance) run(limit time.Duration) (cut bool, err error) {
	if limit <= 0 {
		return false, i.session.RunWithOptions(i.options)
	}
	i.timer.Reset(limit)
	err = i.session.RunWithOptions(i.options)
	if i.timer.Stop() {
		return false, err
	}
	// The flag must be set before it is cleared, or it would cut the next run.
	<-i.fired
	if e := i.options.UnsetTerminate(); e != nil {
		return false, fmt.Errorf("make the session usable again: %w", e)
	}
	return err != nil, nil
}
