package test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// programs is the folder with the built programs.
var programs string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "framewise-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	programs = dir
	for _, args := range [][]string{
		{"build", "-o", filepath.Join(dir, "framewise"), "../cmd/framewise"},
		{"build", "-buildmode=c-shared", "-o", filepath.Join(dir, "libgstframewise.so"), "../cmd/libgstframewise"},
	} {
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go %s: %v\n%s", strings.Join(args, " "), err, out)
			return 1
		}
	}
	return m.Run()
}

// data is the folder with real models, pictures and videos.
func data(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("FRAMEWISE_DATA")
	if dir == "" {
		dir = filepath.Join(root, "..", "shared", "data")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no real models and videos here: set FRAMEWISE_DATA: ", err)
	}
	return dir
}

// result is how a program ended.
type result struct {
	status         int
	stdout, stderr string
}

// execute runs a program to its end, at most a minute and a half.
func execute(t *testing.T, env []string, name string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("%s %s did not end:\n%s", name, strings.Join(args, " "), stderr.String())
	}
	return result{status: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
}

// framewise runs the program.
func framewise(t *testing.T, args ...string) result {
	t.Helper()
	return execute(t, nil, filepath.Join(programs, "framewise"), append([]string{"--log=text"}, args...)...)
}

// write makes a file in a folder of the test and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// colours is a configuration with the ladder that the repository ships. source
// is YAML; answers go to standard output.
func colours(t *testing.T, source string) string {
	t.Helper()
	ladder, err := filepath.Abs(filepath.Join(root, "configs", "colors.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "config.yaml", fmt.Sprintf(`
models: {ladder: %q}
streams:
  a:
    source: %s
    deadline: 200ms
sinks:
  - jsonl: {path: "-"}
`, ladder, source))
}

// record is what tests read of an answer.
type record struct {
	Stream  string   `json:"stream"`
	Frame   uint64   `json:"frame"`
	Label   string   `json:"label"`
	LabelID int      `json:"label_id"`
	Model   string   `json:"model"`
	Runs    []string `json:"rungs_run"`
	Reused  bool     `json:"reused"`
	InTime  bool     `json:"in_time"`
	Clock   string   `json:"clock"`
}

// records reads JSON Lines and checks each against the schema that ships.
func records(t *testing.T, lines string) []record {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(root, "docs", "record.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []record
	for line := range strings.Lines(lines) {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatalf("line %d is not JSON: %v", len(all)+1, err)
		}
		if err := schema.Validate(value); err != nil {
			t.Fatalf("line %d: %v", len(all)+1, err)
		}
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

var accountLine = regexp.MustCompile(`(?m)^(\S+): (\d+) frames in = (\d+) delivered \+ (\d+) dropped \+ (\d+) failed`)

// account is a stream's balance as the program prints it at the end.
type account struct{ in, delivered, dropped, failed int }

func accountOf(t *testing.T, stderr, stream string) account {
	t.Helper()
	for _, m := range accountLine.FindAllStringSubmatch(stderr, -1) {
		if m[1] != stream {
			continue
		}
		var n [4]int
		for i := range n {
			n[i], _ = strconv.Atoi(m[i+2])
		}
		a := account{n[0], n[1], n[2], n[3]}
		if a.in != a.delivered+a.dropped+a.failed {
			t.Errorf("stream %s does not add up: %+v", stream, a)
		}
		return a
	}
	t.Fatalf("no account of stream %s in:\n%s", stream, stderr)
	return account{}
}
