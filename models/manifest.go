package models

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"framewise/internal/config"
)

// manifest is a ladder's file as it is written. Paths in it are relative to its folder.
type manifest struct {
	Name    string          `yaml:"name" required:"true"`
	Task    string          `yaml:"task" required:"true"`
	Picture int             `yaml:"picture"` // 0: the largest input
	Labels  manifestLabels  `yaml:"labels"`
	Files   string          `yaml:"files"` // folder of the models' files
	Models  []manifestModel `yaml:"models" required:"true"`
}

type manifestLabels struct {
	File   string `yaml:"file" required:"true"`
	Format string `yaml:"format"`
}

type manifestModel struct {
	Name    string         `yaml:"name" required:"true"`
	File    string         `yaml:"file" required:"true"`
	SHA256  string         `yaml:"sha256" required:"true"`
	License string         `yaml:"license" required:"true"`
	Input   manifestInput  `yaml:"input"`
	Output  manifestOutput `yaml:"output"`
}

type manifestInput struct {
	Name     string      `yaml:"name" required:"true"`
	Size     int         `yaml:"size" required:"true"`
	Layout   string      `yaml:"layout"`
	Channels string      `yaml:"channels"`
	Mean     config.Node `yaml:"mean" required:"true"` // one number or three
	Std      config.Node `yaml:"std" required:"true"`
	mean     [3]float32
	std      [3]float32
}

type manifestOutput struct {
	Name    string `yaml:"name" required:"true"`
	Classes int    `yaml:"classes" required:"true"`
	Kind    string `yaml:"kind"`
}

// Load reads the manifest at path and its labels; env looks up variables, as os.LookupEnv does. It does not
// look at the models' files: Verify does. Faults of the manifest are config.Errors, all of them at once.
//
// The ladder's Hash is over what decides an answer (task, picture, labels, and of each rung the name, the file's
// sha256, input and output), not over where files are, so it is the same on every machine.
func Load(path string, env func(string) (string, bool)) (*Ladder, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load ladder: %w", err)
	}
	doc := config.Parse(path, data, env)
	l := parse(doc, filepath.Dir(path))
	if err := doc.Err(); err != nil {
		return nil, err // each line of it begins with the file's name
	}
	l.Path = path
	l.Hash = l.hash()
	return l, nil
}

// parse returns a ladder that is whole only if doc has no error afterwards.
func parse(doc *config.Document, dir string) *Ladder {
	var m manifest
	root := doc.Root()
	if !root.Decode(&m) {
		return nil
	}
	l := &Ladder{Name: m.Name, Task: m.Task, Picture: m.Picture}
	for i := range m.Models {
		w := &m.Models[i]
		l.Rungs = append(l.Rungs, Model{
			Name:    w.Name,
			File:    relativeTo(relativeTo(dir, m.Files), w.File),
			SHA256:  w.SHA256,
			License: w.License,
			Input: Input{
				Name: w.Input.Name, Size: w.Input.Size, Layout: w.Input.Layout, Channels: w.Input.Channels,
				Mean: w.Input.mean, Std: w.Input.std,
			},
			Output: Output(w.Output),
		})
	}
	if l.Picture == 0 {
		l.Picture = largestInput(l.Rungs)
	}
	labels := root.Field("labels").Field("file")
	var err error
	if l.Labels, err = readLabels(relativeTo(dir, m.Labels.File), m.Labels.Format); err != nil {
		labels.Errorf("%v", err)
		return nil
	}
	for i := range l.Rungs {
		if got := l.Rungs[i].Output.Classes; got != len(l.Labels) {
			labels.Errorf("has %d labels, but rung %q has %d classes", len(l.Labels), l.Rungs[i].Name, got)
		}
	}
	return l
}

func relativeTo(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func largestInput(rungs []Model) int {
	side := 0
	for i := range rungs {
		side = max(side, rungs[i].Input.Size)
	}
	return side
}

// Default is called by package config.
func (l *manifestLabels) Default() { l.Format = "lines" }

// Validate is called by package config.
func (l *manifestLabels) Validate(n config.Node) {
	oneOf(n.Field("format"), l.Format, "lines", "synset")
}

// maxSide bounds pictures and inputs, in pixels, so that a slip of the keyboard does not allocate gigabytes.
const maxSide = 4096

// Validate is called by package config.
func (m *manifest) Validate(n config.Node) {
	oneOf(n.Field("task"), m.Task, Classify)
	if len(m.Models) == 0 {
		n.Field("models").Errorf("a ladder needs at least one model")
	}
	if m.Picture < 0 || m.Picture > maxSide {
		n.Field("picture").Errorf("must be between 1 and %d pixels", maxSide)
	}
	seen := map[string]bool{}
	for i := range m.Models {
		name := m.Models[i].Name
		if seen[name] {
			n.Field("models").Errorf("two models are named %q", name)
		}
		seen[name] = true
	}
}

var hexSHA256 = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Validate is called by package config.
func (m *manifestModel) Validate(n config.Node) {
	if !hexSHA256.MatchString(m.SHA256) {
		n.Field("sha256").Errorf("must be 64 lower case hex digits, as sha256sum prints them")
	}
}

// Default is called by package config.
func (in *manifestInput) Default() { in.Layout, in.Channels = NCHW, RGB }

// Validate is called by package config.
func (in *manifestInput) Validate(n config.Node) {
	oneOf(n.Field("layout"), in.Layout, NCHW, NHWC)
	oneOf(n.Field("channels"), in.Channels, RGB, BGR)
	if in.Size < 1 || in.Size > maxSide {
		n.Field("size").Errorf("must be between 1 and %d pixels", maxSide)
	}
	decodeTriple(in.Mean, &in.mean)
	if decodeTriple(in.Std, &in.std) && (in.std[0] == 0 || in.std[1] == 0 || in.std[2] == 0) {
		in.Std.Errorf("must not be zero: pixels are divided by it")
	}
}

// Default is called by package config.
func (o *manifestOutput) Default() { o.Kind = Probabilities }

// Validate is called by package config.
func (o *manifestOutput) Validate(n config.Node) {
	oneOf(n.Field("kind"), o.Kind, Probabilities, Logits)
	if o.Classes < 2 {
		n.Field("classes").Errorf("must be at least 2")
	}
}

func oneOf(n config.Node, value string, known ...string) {
	if !slices.Contains(known, value) {
		n.Errorf("must be %s, not %q", strings.Join(known, " or "), value)
	}
}

// decodeTriple reads one number, meant for all three channels, or three.
func decodeTriple(n config.Node, dst *[3]float32) bool {
	if n.Kind() == "list" {
		return n.Decode(dst)
	}
	ok := n.Decode(&dst[0])
	dst[1], dst[2] = dst[0], dst[0]
	return ok
}
