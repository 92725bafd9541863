package telemetry_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"framewise/internal/telemetry"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestRegistryDescribesTheProcess(t *testing.T) {
	reg := telemetry.NewRegistry()
	names := []string{"go_goroutines", "process_open_fds", "go_build_info"}
	for _, name := range names {
		if n, err := testutil.GatherAndCount(reg, name); err != nil || n != 1 {
			t.Errorf("%s: %d series, error %v; want one", name, n, err)
		}
	}
}

func TestLoggerFormat(t *testing.T) {
	for _, c := range []struct {
		format   telemetry.Format
		terminal bool
		json     bool
	}{
		{telemetry.Text, false, false},
		{telemetry.Text, true, false},
		{telemetry.JSON, false, true},
		{telemetry.JSON, true, true},
		{telemetry.Auto, true, false},
		{telemetry.Auto, false, true},
	} {
		var out bytes.Buffer
		log := telemetry.NewLogger(&out, c.format, c.terminal, slog.LevelInfo)
		log.Debug("unseen")
		log.Info("started", "stream", "gate")
		if got := json.Valid(out.Bytes()); got != c.json {
			t.Errorf("format %s, terminal %t: JSON is %t: %s", c.format, c.terminal, got, out.Bytes())
		}
		if text := out.String(); strings.Contains(text, "unseen") || !strings.Contains(text, "gate") {
			t.Errorf("format %s: wrong records: %s", c.format, text)
		}
	}
}

func TestFormatText(t *testing.T) {
	for text, ok := range map[string]bool{"text": true, "json": true, "auto": true, "JSON": false, "": false, "logfmt": false} {
		var f telemetry.Format
		if err := f.UnmarshalText([]byte(text)); (err == nil) != ok || ok && string(f) != text {
			t.Errorf("%q: format %q, error %v", text, f, err)
		}
	}
}
