package test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// started is a framewise that runs until it is told to stop.
type started struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	log   string // file with what it says
}

// said is what it has said so far.
func (s *started) said(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(s.log)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func start(t *testing.T, config string) *started {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	t.Cleanup(cancel)
	s := &started{cmd: exec.CommandContext(ctx, filepath.Join(programs, "framewise"), "--log=text", "run", config)}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.log = filepath.Join(t.TempDir(), "log")
	stderr, err := os.Create(s.log)
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close() // the program has its own copy
	s.cmd.Stderr = stderr
	s.lines = bufio.NewScanner(out)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// stop tells it to stop, reads the rest, and returns how it ended.
func (s *started) stop(t *testing.T) (rest string, status int) {
	t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for s.lines.Scan() {
		b.Write(s.lines.Bytes())
		b.WriteByte('\n')
	}
	_ = s.cmd.Wait() // the status says it
	return b.String(), s.cmd.ProcessState.ExitCode()
}

// A looped file goes on without a gap until it is told to stop, and then every
// frame is accounted for.
func TestLoopGoesOnUntilItIsStopped(t *testing.T) {
	video := generate(t, "clip.mkv", "videotestsrc num-buffers=25 ! video/x-raw,width=160,height=120,framerate=25/1 ! x264enc key-int-max=5 ! matroskamux")
	for _, realtime := range []bool{false, true} {
		t.Run(fmt.Sprintf("realtime=%v", realtime), func(t *testing.T) {
			s := start(t, colours(t, fmt.Sprintf("{file: {path: %q, loop: true, realtime: %v}}", video, realtime)))
			var text strings.Builder
			for n := 0; n < 60 && s.lines.Scan(); n++ { // more than two rounds
				text.Write(s.lines.Bytes())
				text.WriteByte('\n')
			}
			rest, status := s.stop(t)
			all := records(t, text.String()+rest)
			if status != 0 || len(all) < 60 {
				t.Fatalf("status %d, %d answers:\n%s", status, len(all), s.said(t))
			}
			for i := 1; i < len(all); i++ {
				if all[i].Frame != all[i-1].Frame+1 && !realtime {
					t.Fatalf("frame %d follows %d", all[i].Frame, all[i-1].Frame)
				}
			}
			if a := accountOf(t, s.said(t), "a"); a.delivered != len(all) {
				t.Errorf("%+v, %d lines", a, len(all))
			}
		})
	}
}

func TestMetricsAndHealthWhileItRuns(t *testing.T) {
	config := colours(t, `{test: {size: "64x64", rate: 100}}`)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, write(t, "config.yaml", string(text)+"http: {listen: \"127.0.0.1:0\"}\n"))
	for n := 0; n < 20 && s.lines.Scan(); n++ {
	}
	address := regexp.MustCompile(`metrics=(http://\S+)/metrics`)
	var base string
	for deadline := time.Now().Add(10 * time.Second); base == "" && time.Now().Before(deadline); {
		if !s.lines.Scan() {
			break
		}
		if m := address.FindStringSubmatch(s.said(t)); m != nil {
			base = m[1]
		}
	}
	get := func(path string) (int, string) {
		r, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, string(body)
	}
	for _, path := range []string{"/livez", "/readyz"} {
		if status, body := get(path); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	_, metrics := get("/metrics")
	for _, want := range []string{
		`framewise_frames_received_total{stream="a"}`, `framewise_frames_delivered_total{stream="a"}`,
		`framewise_frame_latency_seconds_bucket{stream="a",le="0.2"}`, `framewise_deadline_seconds{stream="a"} 0.2`,
		`framewise_selections_total{model="large",reason="fixed",stream="a"}`, `framewise_model_latency_bound_seconds{model="small",stream="a"}`,
		`framewise_sink_messages_total{result="delivered",sink="jsonl"}`, `framewise_source_up{stream="a"} 1`,
		`framewise_deadline_misses_total{cause="infer",stream="a"}`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s in /metrics", want)
		}
	}
	if strings.Contains(metrics, `framewise_model_latency_bound_seconds{model="large",stream="a"} 0`+"\n") {
		t.Error("the latency bound of the rung that runs is not exported")
	}
	if _, status := s.stop(t); status != 0 {
		t.Errorf("status %d:\n%s", status, s.said(t))
	}
}
