package test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// generate makes a video with GStreamer's own elements. The graph ends before
// the file.
func generate(t *testing.T, name, graph string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	args := append(strings.Fields(graph), "!", "filesink", "location="+path)
	if out, err := exec.Command("gst-launch-1.0", append([]string{"-q"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("make %s: %v\n%s", name, err, out)
	}
	return path
}

// join writes files one after the other.
func join(t *testing.T, name string, paths ...string) string {
	t.Helper()
	var all []byte
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	return write(t, name, string(all))
}

// cut is a file's first part.
func cut(t *testing.T, path string, share float64) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "cut"+filepath.Ext(path), string(text[:int(float64(len(text))*share)]))
}

const clip = "videotestsrc num-buffers=50 ! video/x-raw,width=320,height=240,framerate=25/1 ! x264enc key-int-max=10 ! "

// Videos that are out of the ordinary must work.
func TestOddVideosWork(t *testing.T) {
	cases := map[string]struct {
		path   func(t *testing.T) string
		frames int // at least
	}{
		"with sound": {func(t *testing.T) string {
			return generate(t, "sound.mkv", clip+"queue ! mux. audiotestsrc num-buffers=100 ! audioconvert ! vorbisenc ! queue ! mux. matroskamux name=mux")
		}, 50},
		"odd size": {func(t *testing.T) string {
			return generate(t, "odd.avi", "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=322,height=241 ! jpegenc ! avimux")
		}, 20},
		"tall and tiny": {func(t *testing.T) string {
			return generate(t, "tall.avi", "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=34,height=600 ! jpegenc ! avimux")
		}, 20},
		"resolution changes midway": {func(t *testing.T) string {
			small := generate(t, "a.h264", clip+"video/x-h264,stream-format=byte-stream,alignment=au")
			large := generate(t, "b.h264", strings.Replace(clip, "width=320,height=240", "width=640,height=360", 1)+"video/x-h264,stream-format=byte-stream,alignment=au")
			return join(t, "both.h264", small, large)
		}, 100},
		"grey": {func(t *testing.T) string {
			return generate(t, "grey.avi", "videotestsrc num-buffers=20 ! video/x-raw,format=GRAY8,width=320,height=240 ! jpegenc ! avimux")
		}, 20},
		"truncated, its index at the front": {func(t *testing.T) string {
			return cut(t, generate(t, "whole.mp4", clip+"h264parse ! mp4mux faststart=true"), 0.6)
		}, 10},
		"truncated stream": {func(t *testing.T) string {
			return cut(t, generate(t, "whole.mkv", clip+"matroskamux streamable=true"), 0.5)
		}, 5},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := c.path(t)
			r := framewise(t, "run", colours(t, fmt.Sprintf("{file: {path: %q}}", path)))
			a, lines := accountOf(t, r.stderr, "a"), records(t, r.stdout)
			if a.delivered < c.frames || len(lines) != a.delivered {
				t.Errorf("status %d, %+v, %d lines; want at least %d frames\n%s", r.status, a, len(lines), c.frames, r.stderr)
			}
			if strings.Contains(r.stderr, "panic") {
				t.Error(r.stderr)
			}
		})
	}
}

// What cannot work must say why, in a line that names the thing, with the right
// status: 2 for what the user wrote, 1 for what the world did.
func TestBadInputIsToldClearly(t *testing.T) {
	ladder := absolute(t, "configs/colors.yaml")
	good := fmt.Sprintf("models: {ladder: %q}\nstreams:\n  a: {source: {test: {frames: 5, realtime: false}}}\n", ladder)
	notVideo := write(t, "notes.mp4", strings.Repeat("this is not a video\n", 500))
	noIndex := cut(t, generate(t, "whole.mp4", clip+"h264parse ! mp4mux"), 0.5)
	onlySound := generate(t, "sound.ogg", "audiotestsrc num-buffers=50 ! audioconvert ! vorbisenc ! oggmux")
	cases := map[string]struct {
		config string
		status int
		want   []string // all in one line of what is printed
	}{
		"unknown key":          {good + "sinkz: []\n", 2, []string{"config.yaml:4:1: sinkz", `did you mean "sinks"?`}},
		"wrong type":           {strings.Replace(good, "frames: 5", "frames: many", 1), 2, []string{"config.yaml:3:", "streams.a.source.test.frames", "many"}},
		"no unit":              {strings.Replace(good, "realtime: false}}", "realtime: false}}, deadline: 50", 1), 2, []string{"streams.a.deadline", "unit"}},
		"unknown source":       {strings.Replace(good, "test:", "tset:", 1), 2, []string{"streams.a.source", `did you mean "test"?`}},
		"unknown rung":         {good + "selector: {policy: {fixed: {rung: largee}}}\n", 2, []string{"selector.policy.fixed.rung", `did you mean "large"?`}},
		"policy needs a file":  {good + "selector: {policy: premodel}\n", 2, []string{"selector.policy.premodel", "framewise train"}},
		"missing ladder":       {strings.Replace(good, "colors.yaml", "colours.yaml", 1), 2, []string{"colours.yaml", "no such file"}},
		"not YAML":             {"models: [\n", 2, []string{"config.yaml:"}},
		"missing file":         {strings.Replace(good, "{test: {frames: 5, realtime: false}}", "{file: {path: gone.mp4}}", 1), 1, []string{"gone.mp4", "no such file"}},
		"not a video":          {strings.Replace(good, "{test: {frames: 5, realtime: false}}", fmt.Sprintf("{file: {path: %q}}", notVideo), 1), 1, []string{"stream failed", "source"}},
		"cut before its index": {strings.Replace(good, "{test: {frames: 5, realtime: false}}", fmt.Sprintf("{file: {path: %q}}", noIndex), 1), 1, []string{"stream failed"}},
		"only sound":           {strings.Replace(good, "{test: {frames: 5, realtime: false}}", fmt.Sprintf("{file: {path: %q}}", onlySound), 1), 1, []string{"stream failed"}},
		"unwritable output":    {good + "sinks: [jsonl: {path: /proc/nowhere/answers.jsonl}]\n", 1, []string{"/proc/nowhere/answers.jsonl"}},
		"full disk":            {good + "sinks: [jsonl: {path: /dev/full}]\n", 1, []string{"/dev/full", "no space left"}},
		"busy port":            {good + "http: {listen: \"192.0.2.1:80\"}\n", 2, []string{"192.0.2.1:80"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := framewise(t, "run", write(t, "config.yaml", c.config))
			if r.status != c.status {
				t.Errorf("status %d, want %d", r.status, c.status)
			}
			if !lineWith(r.stderr, c.want) {
				t.Errorf("no line with all of %q in:\n%s", c.want, r.stderr)
			}
			if strings.Contains(r.stderr, "goroutine ") {
				t.Error("a stack trace is not an error text")
			}
		})
	}
}

// A ladder whose files are not what its manifest says must not start.
func TestBadLadderIsToldClearly(t *testing.T) {
	manifest, err := os.ReadFile(absolute(t, "configs/colors.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(manifest), "../models/colors", absolute(t, "models/colors"))
	for name, c := range map[string]struct{ old, new, want string }{
		"wrong sha256":  {"409bb3e4", "409bb3e5", "sha256"},
		"missing model": {"small.onnx", "smal.onnx", "smal.onnx"},
		"wrong tensor":  {"name: picture", "name: image", "image"},
		"wrong size":    {"size: 32", "size: 33", "33"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(text, c.old) {
				t.Fatalf("the manifest has no %q any more", c.old)
			}
			ladder := write(t, "ladder.yaml", strings.Replace(text, c.old, c.new, 1))
			r := framewise(t, "run", write(t, "config.yaml", fmt.Sprintf("models: {ladder: %q}\nstreams:\n  a: {source: {test: {frames: 5}}}\n", ladder)))
			if r.status != 2 || !lineWith(r.stderr, []string{"small", c.want}) {
				t.Errorf("status %d:\n%s", r.status, r.stderr)
			}
		})
	}
}

func lineWith(text string, parts []string) bool {
	for line := range strings.Lines(text) {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line, p)
		}
		if all {
			return true
		}
	}
	return false
}
