package elements

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"framewise/elements/framewise"
	"framewise/elements/sink"
	"framewise/elements/source"
	"framewise/internal/config"
	"framewise/internal/telemetry"
	"framewise/models"
	"framewise/pipeline"
	"framewise/selector"
	"framewise/selector/policy"
	"framewise/selector/premodel"
)

// File is a configuration file in YAML.
type File struct {
	// The networks that streams may use.
	Models models.Config `yaml:"models" required:"true"`
	// How a network is chosen for each frame.
	Selector selector.Config `yaml:"selector"`
	// Video sources by name, and what is asked of each.
	Streams map[string]pipeline.StreamConfig `yaml:"streams"`
	// Where answers go.
	Sinks []config.Choice `yaml:"sinks"`
	// Metrics and health.
	HTTP telemetry.HTTPConfig `yaml:"http"`
}

// Stream is one stream of a checked configuration.
type Stream struct {
	Name string
	pipeline.StreamConfig
	Source pipeline.Source
	Region framewise.Region
}

// Sink is one sink of a checked configuration.
type Sink struct {
	Name   string // its kind, with a number where a kind is used twice
	choice config.Choice
	dir    string
}

// Make makes the sink. Where its paths start is filled in.
func (s *Sink) Make(settings sink.Settings) pipeline.Sink {
	settings.Dir = s.dir
	made, _ := sink.Decode(s.choice, settings) // checked by Load
	return made
}

// Config is a checked configuration. Nothing of it has been opened but the
// ladder's manifest, its labels and the premodel.
type Config struct {
	File
	Ladder  *models.Ladder
	Streams []Stream // by name
	Sinks   []Sink

	settings policy.Settings
}

var streamName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$`)

// Load reads a configuration for running it. An error holds everything that is
// wrong, as config.Errors where it has a place in a file.
func Load(path string) (*Config, error) {
	c, doc, err := read(path)
	if doc == nil {
		return nil, err
	}
	root := doc.Root()
	if root.Kind() == "mapping" && len(c.File.Streams) == 0 {
		root.Field("streams").Errorf("is missing or empty: name at least one stream")
	}
	dir := filepath.Dir(path)
	for _, name := range slices.Sorted(maps.Keys(c.File.Streams)) {
		c.addStream(name, root.Field("streams").Field(name), dir)
	}
	seen := map[string]int{}
	for _, choice := range c.File.Sinks {
		if _, ok := sink.Decode(choice, sink.Settings{Dir: dir}); !ok {
			continue
		}
		name := choice.Kind
		if seen[name]++; seen[name] > 1 {
			name += "_" + strconv.Itoa(seen[name])
		}
		c.Sinks = append(c.Sinks, Sink{Name: name, choice: choice, dir: dir})
	}
	if err := errors.Join(doc.Err(), err); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Config) addStream(name string, at config.Node, dir string) {
	s := Stream{Name: name, StreamConfig: c.File.Streams[name]}
	if !streamName.MatchString(name) {
		at.Errorf("a stream's name is made of letters, digits, dots, dashes and underscores, at most 63")
	}
	var ok, regionOK bool
	s.Source, ok = source.Decode(s.StreamConfig.Source, source.Settings{Dir: dir})
	s.Region, regionOK = framewise.DecodeRegion(s.StreamConfig.Region)
	if ok && regionOK {
		c.Streams = append(c.Streams, s)
	}
}

// read reads everything but what is in streams and sinks.
// doc is nil where the file cannot be read; err is of other files.
func read(path string) (*Config, *config.Document, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, pipeline.Errorf(pipeline.ClassConfig, "read the configuration: %w", err)
	}
	doc := config.Parse(path, data, os.LookupEnv)
	c := new(Config)
	doc.Root().Decode(&c.File)
	c.resolve(filepath.Dir(path))
	return c, doc, c.load()
}

// resolve makes the paths of the file relative to its folder dir.
func (c *Config) resolve(dir string) {
	for _, p := range []*string{&c.Models.Ladder, &c.Models.Library} {
		*p = within(dir, *p)
	}
	c.settings.LoadPremodel = func(path string) (*premodel.Premodel, error) {
		return premodel.Load(within(dir, path))
	}
}

func within(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// load reads the ladder and tries the policy, so that what is wrong with either
// is known before anything starts.
func (c *Config) load() error {
	if c.Models.Ladder == "" {
		return nil // told already
	}
	ladder, err := models.Load(c.Models.Ladder, os.LookupEnv)
	if err != nil {
		return pipeline.Errorf(pipeline.ClassConfig, "%w", err)
	}
	c.Ladder = ladder
	c.settings.Rungs, c.settings.LadderHash = ladder.RungNames(), ladder.Hash
	c.Policy()
	return nil
}

// Policy makes the policy of one stream; nil where Load has said what is wrong.
func (c *Config) Policy() selector.Policy { return policy.Build(&c.Selector, c.settings) }

// reasons are the label values of selections.
func reasons() []string {
	var names []string
	for _, r := range selector.Reasons() {
		names = append(names, string(r))
	}
	return names
}

// NewMetrics registers the metrics of a stream that uses the configuration's ladder.
func (c *Config) NewMetrics(reg prometheus.Registerer, stream string, deadline time.Duration) (*pipeline.Metrics, error) {
	return pipeline.NewMetrics(reg, stream, deadline, c.Ladder.RungNames(), reasons())
}
