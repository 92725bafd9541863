package ort

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	onnxruntime "github.com/yalue/onnxruntime_go"

	"framewise/models"
)

// Options say how sessions are made.
type Options struct {
	Providers []string // in order of preference, models.Auto for all; empty is Auto
	Threads   int      // that one run may use, at least 1
	Instances int      // sessions of each rung, at least 1
}

// preference is the order in which providers are tried.
func (o Options) preference() []string {
	if len(o.Providers) == 0 || slices.Contains(o.Providers, models.Auto) {
		return []string{models.TensorRT, models.CUDA, models.CPU}
	}
	return o.Providers
}

// sessionOptions are those of every session on provider. The caller destroys them.
func sessionOptions(provider string, threads int) (*onnxruntime.SessionOptions, error) {
	o, err := onnxruntime.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		o.SetLogSeverityLevel(onnxruntime.LoggingLevelFatal),
		o.SetGraphOptimizationLevel(onnxruntime.GraphOptimizationLevelEnableAll),
		o.SetIntraOpNumThreads(max(threads, 1)),
		o.SetInterOpNumThreads(1),
		// A thread that spins for work takes the core from the other rungs' threads and from the decoder.
		o.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
		appendProvider(o, provider),
	)
	if err != nil {
		return nil, errors.Join(err, o.Destroy())
	}
	return o, nil
}

func appendProvider(o *onnxruntime.SessionOptions, provider string) error {
	switch provider {
	case models.TensorRT:
		t, err := onnxruntime.NewTensorRTProviderOptions()
		if err != nil {
			return err
		}
		return errors.Join(o.AppendExecutionProviderTensorRT(t), t.Destroy())
	case models.CUDA:
		c, err := onnxruntime.NewCUDAProviderOptions()
		if err != nil {
			return err
		}
		return errors.Join(o.AppendExecutionProviderCUDA(c), c.Destroy())
	case models.CPU: // always there, and what the others leave falls to it
		return nil
	}
	return fmt.Errorf("unknown provider %q: use %s, %s, %s or %s", provider, models.Auto, models.TensorRT, models.CUDA, models.CPU)
}

// oneLine joins what several errors say.
func oneLine(errs []error) string {
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = strings.Join(strings.Fields(err.Error()), " ")
	}
	return strings.Join(texts, "; ")
}
