package main

import (
	"fmt"
	"runtime"

	"framewise/internal/gst"
	"framewise/models/ort"
)

// version is stamped by the build.
var version = "unknown"

type versionCmd struct {
	Library string `help:"ONNX Runtime library to ask (default: the one that run would use)."`
}

// Run prints one line a component, so that a report of a fault can carry all.
func (c *versionCmd) Run(a *app) error {
	fmt.Fprintf(a.out, "framewise    %s\n", version)
	fmt.Fprintf(a.out, "go           %s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(a.out, "gstreamer    %s\n", gst.Version())
	path, origin, err := ort.FindLibrary(c.Library)
	if err != nil {
		fmt.Fprintf(a.out, "onnxruntime  not found: %v\n", err)
		return nil
	}
	rt, err := ort.Open(path)
	if err != nil {
		fmt.Fprintf(a.out, "onnxruntime  %v\n", err)
		return nil
	}
	fmt.Fprintf(a.out, "onnxruntime  %s (%s, %s)\n", rt.Version(), origin, rt.Library())
	return rt.Close()
}
