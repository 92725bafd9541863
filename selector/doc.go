// Package selector decides what to do next with one frame: run a rung of the
// ladder, deliver an answer that is there, reuse the last one, or skip.
// Numbers in, decision out.
//
// Read first: [Situation], what is known; [Policy], who decides; [Anytime],
// the rule that keeps every policy within the time left. The policies are in
// selector/policy, the numbers they read come from selector/features,
// selector/premodel and selector/latency.
//
// It must not know of pipelines, models' files, GStreamer or clocks: time
// comes in as durations.
package selector
