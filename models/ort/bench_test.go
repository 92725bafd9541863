package ort

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"framewise/models"
)

// BenchmarkRun is one picture through one rung, pixels prepared and answer read.
func BenchmarkRun(b *testing.B) {
	for _, l := range benchLadders(b) {
		s := mustLoad(b, open(b), l, Options{Providers: []string{models.CPU}})
		side := l.Picture
		picture := toyPicture(side, 1)
		for k := range l.Rungs {
			b.Run(l.Name+"/"+l.Rungs[k].Name, func(b *testing.B) {
				r := s.Runner()
				var a models.Answer
				var prepare, infer time.Duration
				b.ReportAllocs()
				for b.Loop() {
					o, err := r.Run(k, picture, 3*side, time.Minute, &a)
					if err != nil {
						b.Fatal(err)
					}
					prepare += o.Prepare
					infer += o.Infer
				}
				b.ReportMetric(float64(prepare.Nanoseconds())/float64(b.N), "prepare-ns/op")
				b.ReportMetric(float64(infer.Nanoseconds())/float64(b.N), "infer-ns/op")
			})
		}
	}
}

// benchLadders is the toy ladder, and the ImageNet one where it is.
func benchLadders(b *testing.B) []*models.Ladder {
	ladders := []*models.Ladder{ladder(b, "colors.yaml")}
	if l, err := models.Load("../../configs/imagenet.yaml", os.LookupEnv); err == nil {
		ladders = append(ladders, l)
	}
	return ladders
}

// BenchmarkAgainstC compares a run from Go, time limit included, with a loop over the C API in a program of its
// own (testdata/loop.c, built here). Both take turns, batch by batch, so that what else the machine does hits both
// alike; the fastest batch of each is compared.
func BenchmarkAgainstC(b *testing.B) {
	r := open(b)
	program := buildLoop(b)
	for _, l := range benchLadders(b) {
		s := mustLoad(b, r, l, Options{Providers: []string{models.CPU}})
		for k := range l.Rungs {
			b.Run(l.Name+"/"+l.Rungs[k].Name, func(b *testing.B) {
				loop := startLoop(b, program, r.Library(), &l.Rungs[k])
				i := <-s.rungs[k].free
				defer func() { s.rungs[k].free <- i }()
				batch := batchSize(b, i)
				var fromGo, fromC []float64
				for b.Loop() {
					fromC = append(fromC, loop(batch))
					begin := time.Now()
					for range batch {
						if cut, err := i.run(time.Minute); cut || err != nil {
							b.Fatal(cut, err)
						}
					}
					fromGo = append(fromGo, float64(time.Since(begin).Nanoseconds())/float64(batch))
				}
				b.ReportMetric(0, "ns/op") // of a pair of batches: says nothing
				b.ReportMetric(slices.Min(fromGo), "go-ns/run")
				b.ReportMetric(slices.Min(fromC), "c-ns/run")
				b.ReportMetric(slices.Min(fromGo)/slices.Min(fromC), "go/c")
			})
		}
	}
}

// batchSize is how many runs take about 20 ms.
func batchSize(b *testing.B, i *instance) int {
	begin := time.Now()
	for range 3 {
		if _, err := i.run(0); err != nil {
			b.Fatal(err)
		}
	}
	return max(1, int(60*time.Millisecond/time.Since(begin)))
}

func buildLoop(b *testing.B) string {
	b.Helper()
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yalue/onnxruntime_go").Output()
	if err != nil {
		b.Skip("the binding's folder, for its copy of onnxruntime_c_api.h:", err)
	}
	program := filepath.Join(b.TempDir(), "loop")
	cc := exec.Command("cc", "-O2", "-I", strings.TrimSpace(string(module)), "-o", program, "testdata/loop.c", "-ldl")
	if out, err := cc.CombinedOutput(); err != nil {
		b.Skipf("no C compiler that builds testdata/loop.c: %v %s", err, out)
	}
	return program
}

// startLoop starts the C program and returns what asks it for the nanoseconds of a run, measured over n runs.
func startLoop(b *testing.B, program, library string, m *models.Model) func(n int) float64 {
	b.Helper()
	cmd := exec.Command(program, library, m.File, m.Input.Name, m.Output.Name,
		strconv.Itoa(m.Input.Size), strconv.Itoa(m.Output.Classes), "1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	answers := bufio.NewReader(out)
	return func(n int) float64 {
		if _, err := io.WriteString(in, fmt.Sprintln(n)); err != nil {
			b.Fatal(err)
		}
		line, err := answers.ReadString('\n')
		if err != nil {
			b.Fatal(err)
		}
		ns, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
		if err != nil {
			b.Fatal(err)
		}
		return ns
	}
}
