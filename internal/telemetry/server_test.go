package telemetry_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"framewise/internal/telemetry"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const loopback = telemetry.Address("127.0.0.1:0")

// serve runs a server on a free port; stop ends it and returns Run's error.
func serve(t *testing.T, ready func() (bool, string)) (url string, stop func() error) {
	t.Helper()
	s := telemetry.NewServer(telemetry.HTTPConfig{Listen: loopback}, telemetry.NewRegistry(), ready)
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return "http://" + s.Addr(), func() error { cancel(); return <-done }
}

func request(t *testing.T, method, url string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestServerPaths(t *testing.T) {
	var up atomic.Bool
	url, stop := serve(t, func() (bool, string) {
		if up.Load() {
			return true, ""
		}
		return false, "stream gate:\nno frame yet"
	})
	for _, c := range []struct {
		up           bool
		method, path string
		status       int
		body         string // prefix
	}{
		{false, "GET", "/livez", 200, "alive\n"},
		{false, "GET", "/readyz", 503, "not ready: stream gate: no frame yet\n"},
		{true, "GET", "/readyz", 200, "ready\n"},
		{true, "HEAD", "/readyz", 200, ""},
		{true, "POST", "/livez", 405, ""},
		{true, "GET", "/metrics", 200, "# HELP "},
		{true, "GET", "/elsewhere", 404, ""},
	} {
		up.Store(c.up)
		status, body := request(t, c.method, url+c.path)
		if status != c.status || !strings.HasPrefix(body, c.body) {
			t.Errorf("%s %s: %d %.80q, want %d %q", c.method, c.path, status, body, c.status, c.body)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServerMetrics(t *testing.T) {
	url, stop := serve(t, func() (bool, string) { return true, "" })
	_, body := request(t, "GET", url+"/metrics")
	for _, name := range []string{"go_goroutines ", "go_build_info{", "process_start_time_seconds ", "promhttp_metric_handler_errors_total{"} {
		if !strings.Contains(body, "\n"+name) {
			t.Errorf("no %s in the scrape", name)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServerHeaderLimit(t *testing.T) {
	url, stop := serve(t, func() (bool, string) { return true, "" })
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// The server stops reading and may reset the connection while this is being
	// written, so only the answer counts.
	_, _ = io.WriteString(conn, "GET /livez HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("a", 64<<10)+"\r\n\r\n")
	answer, _ := io.ReadAll(conn)
	if strings.Contains(string(answer), " 200 ") {
		t.Errorf("64 KiB of headers were accepted: %q", answer)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServerBusyPort(t *testing.T) {
	first, err := net.Listen("tcp", string(loopback))
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	addr := first.Addr().String()
	s := telemetry.NewServer(telemetry.HTTPConfig{Listen: telemetry.Address(addr)}, prometheus.NewRegistry(), nil)
	if err := s.Listen(); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("error %v, want one that names %s", err, addr)
	}
	if err := s.Run(t.Context()); err == nil {
		t.Error("Run without a listener returned nil")
	}
}

func TestServerWithoutAddress(t *testing.T) {
	s := telemetry.NewServer(telemetry.HTTPConfig{}, prometheus.NewRegistry(), nil)
	if err := s.Listen(); err != nil || s.Addr() != "" {
		t.Errorf("Listen: %v, address %q; want neither", err, s.Addr())
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A handler that does not come back must not keep the process from ending.
func TestServerStopsDespiteAStuckRequest(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	url, stop := serve(t, func() (bool, string) {
		close(entered)
		<-release
		return true, ""
	})
	failed := make(chan error, 1)
	go func() {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Get(url + "/readyz")
		if err == nil {
			resp.Body.Close()
		}
		failed <- err
	}()
	<-entered
	start := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("stopping took %v, want at most 2 s", took)
	}
	if err := <-failed; err == nil {
		t.Error("the stuck request was answered")
	}
	close(release)
}

func TestAddressText(t *testing.T) {
	for text, ok := range map[string]bool{
		"": true, "127.0.0.1:9464": true, ":9464": true, "[::1]:0": true, "localhost:9464": true,
		"9464": false, "127.0.0.1": false, "::1:9464": false, "localhost:http": false, "localhost:65536": false, "localhost:": false,
	} {
		var a telemetry.Address
		if err := a.UnmarshalText([]byte(text)); (err == nil) != ok || ok && string(a) != text {
			t.Errorf("%q: address %q, error %v", text, a, err)
		}
	}
}
