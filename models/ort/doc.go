// Package ort runs the rungs of a ladder in ONNX Runtime. It is the only importer of the binding.
//
// Read [FindLibrary] and [Open] first (the library, once a process), then [Runtime.Load] (a session for every
// rung, shared by all streams) and [Runner.Run] (one picture through one rung, cut off at a time limit).
//
// It knows ladders and pixels, and nothing of pipelines, deadlines of frames, or which rung is the right one.
package ort
