package test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestRunAnswersEveryFrame(t *testing.T) {
	r := framewise(t, "run", colours(t, `{test: {pattern: ball, size: "320x240", frames: 60, realtime: false}}`))
	if r.status != 0 {
		t.Fatalf("status %d:\n%s", r.status, r.stderr)
	}
	all := records(t, r.stdout)
	if a := accountOf(t, r.stderr, "a"); a != (account{60, 60, 0, 0}) || len(all) != 60 {
		t.Errorf("%+v, %d lines; want 60 frames delivered", a, len(all))
	}
	for i, rec := range all {
		if rec.Frame != uint64(i) || rec.Clock != "decoded" {
			t.Fatalf("line %d is frame %d by clock %s", i, rec.Frame, rec.Clock)
		}
	}
}

// The acceptance test on real footage, one with sound: a line a frame, and
// every frame in one column of the account.
func TestRunOnRealVideo(t *testing.T) {
	dir := data(t)
	for name, frames := range map[string]int{
		"car-detection.mp4": 377, "bottle-detection.mp4": 1189,
		"car-detection_h265.mp4": 377, "bottle-detection_mjpeg_8s.avi": 239,
	} {
		t.Run(name, func(t *testing.T) {
			config := write(t, "config.yaml", fmt.Sprintf(`
models: {ladder: %q}
selector: {policy: {fixed: {rung: mobilenet_v1_0.25_128}}}
streams:
  video: {source: {file: {path: %q}}, deadline: 1s}
sinks: [jsonl: {path: "-"}]
`, absolute(t, "configs/imagenet.yaml"), filepath.Join(dir, "videos", name)))
			r := framewise(t, "run", config)
			if r.status != 0 {
				t.Fatalf("status %d:\n%s", r.status, r.stderr)
			}
			a, lines := accountOf(t, r.stderr, "video"), records(t, r.stdout)
			if a.in != frames || a.delivered != frames || len(lines) != frames {
				t.Errorf("%+v and %d lines, want %d frames delivered", a, len(lines), frames)
			}
		})
	}
}

// In real time a slow network must cost frames, not lag; the account still adds up.
func TestRealTimeDropsAndCounts(t *testing.T) {
	dir := data(t)
	config := write(t, "config.yaml", fmt.Sprintf(`
models: {ladder: %q}
selector: {policy: fixed, anytime: false}
streams:
  video: {source: {test: {pattern: ball, size: "320x240", rate: 120, frames: 240, realtime: true}}, deadline: 8ms}
sinks: [jsonl: {path: "-"}]
`, absolute(t, "configs/imagenet.yaml")))
	t.Setenv("FRAMEWISE_DATA", dir)
	r := framewise(t, "run", config)
	if r.status != 0 {
		t.Fatalf("status %d:\n%s", r.status, r.stderr)
	}
	a, lines := accountOf(t, r.stderr, "video"), records(t, r.stdout)
	if a.in != 240 || a.dropped == 0 || len(lines) != a.delivered {
		t.Errorf("%+v and %d lines, want 240 frames in and some dropped", a, len(lines))
	}
	if lines[0].Clock != "presentation" {
		t.Errorf("clock %s", lines[0].Clock)
	}
}

// One stream that fails takes no other with it, and the status tells of it.
func TestOneBadStreamHarmsNoOther(t *testing.T) {
	config := write(t, "config.yaml", fmt.Sprintf(`
models: {ladder: %q}
streams:
  good: {source: {test: {size: "64x64", frames: 30, realtime: false}}}
  bad: {source: {file: {path: no-such-file.mp4}}}
sinks: [jsonl: {path: "-"}]
`, absolute(t, "configs/colors.yaml")))
	r := framewise(t, "run", config)
	if r.status != 1 || !strings.Contains(r.stderr, "no-such-file.mp4") {
		t.Errorf("status %d:\n%s", r.status, r.stderr)
	}
	if a := accountOf(t, r.stderr, "good"); a.delivered != 30 || len(records(t, r.stdout)) != 30 {
		t.Errorf("the good stream: %+v", a)
	}
}

// absolute is a path of the repository.
func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
