package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"framewise/internal/outcomes"
	"framewise/internal/training"
	"framewise/models"
	"framewise/models/ort"
	"framewise/pipeline"
)

type trainCmd struct {
	Ladder   string `required:"" placeholder:"MANIFEST" help:"Manifest of the ladder."`
	Labels   string `required:"" xor:"data" placeholder:"FILE.csv" help:"Labelled pictures: a CSV with the columns path and label, and source if there is one."`
	Images   string `required:"" xor:"data" placeholder:"DIR" help:"Labelled pictures: a folder DIR/LABEL/PICTURE.jpg (or png)."`
	Exclude  string `placeholder:"SCENE.csv" help:"Leave out the pictures that this CSV names in its column picture: what the premodel will be measured on."`
	Out      string `required:"" placeholder:"FILE.premodel.json" help:"Premodel to write."`
	K        int    `default:"5" help:"Neighbours of the premodel."`
	Folds    int    `default:"10" help:"Parts of the cross-validation."`
	Seed     uint64 `default:"1" help:"Of the order of rungs, of the folds and of the intervals. The premodel does not depend on it."`
	Provider string `default:"auto" enum:"auto,tensorrt,cuda,cpu" help:"Where networks run: ${enum}."`
	Library  string `placeholder:"PATH" help:"ONNX Runtime library (default: $ORT_LIB, the data folder, the loader's path)."`
	Cache    string `placeholder:"FILE" help:"Where outcomes are kept, so that a stopped run goes on (default: in the data folder, by ladder)."`
	JSON     bool   `name:"json" help:"Print the report as JSON."`
}

// Run finds out what every rung answers on every picture, trains the premodel and prints what it is worth.
func (c *trainCmd) Run(ctx context.Context, a *app) error {
	ladder, err := models.Load(c.Ladder, os.LookupEnv)
	if err != nil {
		return pipeline.Errorf(pipeline.ClassConfig, "%w", err)
	}
	data, err := c.dataset(ladder)
	if err != nil {
		return err
	}
	if c.Exclude != "" {
		n, err := data.Without(c.Exclude)
		if err != nil {
			return err
		}
		a.log.Info("pictures left out", "pictures", n, "file", c.Exclude)
	}
	if err := c.check(len(data.Items)); err != nil {
		return err
	}
	table, err := c.outcomes(ctx, a, ladder, data)
	if err != nil {
		return err
	}
	for _, f := range table.Failures {
		a.log.Warn("picture left out", "error", f.Err)
	}
	report, err := training.Evaluate(table, training.Options{K: c.K, Folds: c.Folds, Seed: c.Seed})
	if err != nil {
		return err
	}
	premodel, err := training.Train(table, ladder, c.K, c.command())
	if err != nil {
		return err
	}
	if err := premodel.Save(c.Out); err != nil {
		return err
	}
	a.log.Info("premodel written", "file", c.Out, "pictures", len(table.Rows), "ladder", ladder.Name)
	if c.JSON {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		return e.Encode(report)
	}
	return report.Print(a.out)
}

func (c *trainCmd) dataset(l *models.Ladder) (*outcomes.Dataset, error) {
	if c.Images != "" {
		return outcomes.FromFolders(c.Images, l.Labels)
	}
	return outcomes.FromCSV(c.Labels, l.Labels)
}

// check finds what would fail only after all networks have run.
func (c *trainCmd) check(pictures int) error {
	if c.Folds < 2 || c.Folds > pictures {
		return pipeline.Errorf(pipeline.ClassConfig, "--folds %d: must be 2 to the number of pictures, %d", c.Folds, pictures)
	}
	if c.K < 1 || c.K > pictures-(pictures+c.Folds-1)/c.Folds {
		return pipeline.Errorf(pipeline.ClassConfig, "--k %d: must be 1 to the number of pictures outside one fold", c.K)
	}
	if folder, err := os.Stat(filepath.Dir(c.Out)); err != nil || !folder.IsDir() {
		return pipeline.Errorf(pipeline.ClassConfig, "--out %s: there is no folder %s", c.Out, filepath.Dir(c.Out))
	}
	return nil
}

// command is what goes into the premodel's file: the settings that made it, with no path of this machine in it.
func (c *trainCmd) command() string {
	data := "--labels " + filepath.Base(c.Labels)
	if c.Images != "" {
		data = "--images " + filepath.Base(c.Images)
	}
	if c.Exclude != "" {
		data += " --exclude " + filepath.Base(c.Exclude)
	}
	return fmt.Sprintf("framewise train --ladder %s %s --k %d", filepath.Base(c.Ladder), data, c.K)
}

// outcomes loads the ladder and runs it on the data set.
func (c *trainCmd) outcomes(ctx context.Context, a *app, l *models.Ladder, d *outcomes.Dataset) (table *outcomes.Table, err error) {
	library, origin, err := ort.FindLibrary(c.Library)
	if err != nil {
		return nil, err
	}
	runtime, err := ort.Open(library)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, runtime.Close()) }()
	set, err := runtime.Load(l, ort.Options{Providers: []string{c.Provider}, Threads: 1, Instances: 1})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	header, err := outcomes.NewHeader(l, providers(set)+", 1 thread")
	if err != nil {
		return nil, err
	}
	if c.Cache == "" {
		if c.Cache, err = outcomes.DefaultPath(l.Name, header); err != nil {
			return nil, err
		}
	}
	cache, err := outcomes.OpenCache(c.Cache, header)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, cache.Close()) }()
	a.log.Info("measuring", "pictures", len(d.Items), "rungs", len(l.Rungs), "how", header.How,
		"onnxruntime", runtime.Version(), "from", origin, "cache", c.Cache)
	if cache.Damaged > 0 {
		a.log.Warn("damaged lines of the cache are measured again", "lines", cache.Damaged)
	}
	progress := a.progress(len(d.Items))
	set.Warm(3)
	table, err = outcomes.Run(ctx, d, l, runner(set), cache, outcomes.Options{Seed: c.Seed, Progress: progress.show})
	progress.end()
	if errors.Is(err, context.Canceled) {
		return nil, fmt.Errorf("stopped: the same command goes on where this one was: %w", err)
	}
	return table, err
}

// providers names what the rungs run on.
func providers(set *ort.Set) string {
	var names []string
	for rung := range set.Ladder().Rungs {
		if name := set.Provider(rung); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}

func runner(set *ort.Set) outcomes.Runner {
	r := set.Runner()
	return func(rung int, picture []byte, stride int, answer *models.Answer) (time.Duration, error) {
		o, err := r.Run(rung, picture, stride, 0, answer)
		return o.Prepare + o.Infer, err
	}
}

// progressView shows how far a run is: a bar on a terminal, elsewhere a log line every ten seconds.
type progressView struct {
	app  *app
	bar  *progressbar.ProgressBar // nil: log lines
	told time.Time
}

func (a *app) progress(total int) *progressView {
	p := &progressView{app: a, told: time.Now()}
	if a.terminal {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(a.err), progressbar.OptionSetDescription("pictures"),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish())
	}
	return p
}

func (p *progressView) show(now outcomes.Progress) {
	if p.bar != nil {
		_ = p.bar.Set(now.Done) // a bar that cannot be drawn must not stop the work
		return
	}
	if time.Since(p.told) >= 10*time.Second {
		p.told = time.Now()
		p.app.log.Info("measuring", "done", now.Done, "of", now.Total, "known before", now.FromLog, "unreadable", now.Failed)
	}
}

func (p *progressView) end() {
	if p.bar != nil {
		_ = p.bar.Clear() // what comes next begins on a clean line
	}
}
