// Package pipeline is one stream of video and all that happens to it, without
// the libraries that do it: the stream's YAML shape, its GStreamer graph as
// data, the supervisor that starts, watches and stops it, the frame and the
// record of an answer, the queues to the sinks, and the account of every frame.
//
// Read first: Stream.Run (the life of a stream), Ledger (every frame counted
// once: delivered, dropped or failed) and Record.AppendJSON (what leaves).
//
// It must not know GStreamer, ONNX Runtime, the selection of models or any
// kind of source or sink: those come in through Engine, Source, Sink and the
// names given to NewLedger.
package pipeline
