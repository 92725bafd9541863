package test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gstreamer runs one of GStreamer's own tools with the plug-in that the project builds.
func gstreamer(t *testing.T, tool string, args ...string) result {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Skip(tool, "is not installed (package gstreamer1.0-tools)")
	}
	env := []string{"GST_PLUGIN_PATH=" + programs, "GST_REGISTRY=" + filepath.Join(t.TempDir(), "registry.bin")}
	return execute(t, env, tool, args...)
}

func TestInspectShowsTheElement(t *testing.T) {
	r := gstreamer(t, "gst-inspect-1.0", "framewise")
	for _, want := range []string{"GstBaseTransform", "SINK template", "deadline", "policy", "post-messages"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %q in what gst-inspect-1.0 framewise prints:\n%s%s", want, r.stdout, r.stderr)
		}
	}
}

func TestLaunchUsesTheElement(t *testing.T) {
	r := gstreamer(t, "gst-launch-1.0", "-m", "videotestsrc", "num-buffers=10", "pattern=red", "!", "video/x-raw,width=322,height=241", "!",
		"videoconvert", "!", "framewise", "ladder="+absolute(t, "configs/colors.yaml"), "deadline=500000000", "post-messages=true", "!", "fakesink")
	if r.status != 0 || strings.Count(r.stdout, "framewise-answer") != 10 || strings.Count(r.stdout, "label=(string)red") != 10 {
		t.Errorf("status %d, want ten answers red:\n%s%s", r.status, r.stdout, r.stderr)
	}
}

func TestLaunchTellsWhatIsWrong(t *testing.T) {
	for want, props := range map[string][]string{
		"set its property config=FILE.yaml or ladder=": nil,
		"no such file": {"ladder=nowhere.yaml"},
		"unknown rung": {"ladder=" + absolute(t, "configs/colors.yaml"), "policy=fixed:nosuchrung"},
	} {
		args := append([]string{"videotestsrc", "num-buffers=1", "!", "videoconvert", "!", "framewise"}, props...)
		r := gstreamer(t, "gst-launch-1.0", append(args, "!", "fakesink")...)
		if r.status == 0 || !strings.Contains(r.stderr, want) {
			t.Errorf("%v: status %d, want %q in:\n%s", props, r.status, want, r.stderr)
		}
	}
}

// The leaks tracer lists every GStreamer object that is still there at the end.
func TestNoGStreamerObjectLeaks(t *testing.T) {
	env := []string{"GST_TRACERS=leaks", "GST_DEBUG=GST_TRACER:7", "GST_DEBUG_NO_COLOR=1", "GST_DEBUG_FILE=" + filepath.Join(t.TempDir(), "trace.log")}
	video := generate(t, "clip.mkv", "videotestsrc num-buffers=40 ! video/x-raw,width=320,height=240 ! x264enc ! matroskamux")
	r := execute(t, env, filepath.Join(programs, "framewise"), "run", colours(t, fmt.Sprintf("{file: {path: %q}}", video)))
	if r.status != 0 {
		t.Fatalf("status %d:\n%s", r.status, r.stderr)
	}
	trace, err := os.ReadFile(strings.TrimPrefix(env[3], "GST_DEBUG_FILE="))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(trace)) {
		if strings.Contains(line, "object-alive, type-name=(string)") && !strings.Contains(line, "format string") {
			t.Error(strings.TrimSpace(line))
		}
	}
}
