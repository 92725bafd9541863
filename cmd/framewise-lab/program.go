package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// program is the framewise under test and what all its runs have in common.
type program struct {
	Bin     string `default:"bin/framewise" type:"existingfile" help:"The framewise program to run."`
	Ladder  string `required:"" type:"existingfile" placeholder:"MANIFEST" help:"Manifest of the ladder."`
	Library string `placeholder:"PATH" help:"ONNX Runtime library (default: as framewise finds it)."`
}

// trial is one run: what framewise is to do. It always runs on the CPU with one thread a network, as training does
// by default on a machine without a GPU.
type trial struct {
	source   map[string]any // kind and options
	selector map[string]any
	deadline time.Duration // 0: none
}

// fixed is the selector that always runs one rung.
func fixed(rung string, anytime bool) map[string]any {
	return map[string]any{"policy": map[string]any{"fixed": map[string]any{"rung": rung}}, "anytime": anytime}
}

// run writes the trial's configuration into dir, runs framewise until the stream ends and returns its records.
func (p *program) run(ctx context.Context, dir string, t trial) (map[int]record, error) {
	answers, config := filepath.Join(dir, "answers.jsonl"), filepath.Join(dir, "config.yaml")
	data, err := p.config(t, answers)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(config, data, 0o644); err != nil {
		return nil, err
	}
	if err := os.Remove(answers); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, p.Bin, "run", config)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	var words bytes.Buffer
	cmd.Stdout, cmd.Stderr = &words, &words
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s run: %w\nconfiguration:\n%s\noutput:\n%s", p.Bin, errors.Join(ctx.Err(), err), data, words.String())
	}
	return readRecords(answers)
}

// config is YAML, written as JSON, which is a part of it. A dollar in a value is doubled, since a single one begins
// a variable.
func (p *program) config(t trial, answers string) ([]byte, error) {
	ladder, err := filepath.Abs(p.Ladder)
	if err != nil {
		return nil, err
	}
	section := map[string]any{"ladder": ladder, "provider": "cpu", "threads": 1}
	if p.Library != "" {
		if section["library"], err = filepath.Abs(p.Library); err != nil {
			return nil, err
		}
	}
	stream := map[string]any{"source": t.source}
	if t.deadline > 0 {
		stream["deadline"] = t.deadline.String()
	}
	data, err := json.MarshalIndent(map[string]any{
		"models":   section,
		"selector": t.selector,
		"streams":  map[string]any{"lab": stream},
		"sinks":    []any{map[string]any{"jsonl": map[string]any{"path": answers}}},
	}, "", "  ")
	return []byte(strings.ReplaceAll(string(data), "$", "$$") + "\n"), err
}
