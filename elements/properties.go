package elements

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"framewise/elements/framewise"
	"framewise/internal/config"
	"framewise/internal/gst/element"
	"framewise/pipeline"
)

// FromProperties makes the behaviour of an element that gst-launch-1.0 or another
// program has made: everything comes from the element's properties.
func FromProperties(p element.Settings) (element.Behaviour, error) {
	c, err := fromProperties(p)
	if err != nil {
		return nil, err
	}
	networks, err := c.Open()
	if err != nil {
		return nil, err
	}
	deadline := time.Duration(p.Deadline)
	metrics, err := c.NewMetrics(prometheus.NewRegistry(), "element", deadline)
	if err != nil {
		return nil, errors.Join(err, networks.Close())
	}
	clock := pipeline.ClockArrival
	if p.RealTime {
		clock = pipeline.ClockPresentation
	}
	path := c.NewPath(framewise.Settings{
		Stream: "element", Region: framewise.Center, Deadline: deadline, Clock: clock,
		Ledger: pipeline.NewLedger(metrics), Deliver: func(*pipeline.Record) {},
	}, networks)
	return &standalone{Path: path, networks: networks}, nil
}

// standalone is a frame path that owns its networks.
type standalone struct {
	*framewise.Path
	networks *Networks
}

// Stop frees the networks.
func (s *standalone) Stop() {
	s.Path.Stop()
	_ = s.networks.Close() // the element has stopped: nobody is left to tell
}

// fromProperties is the configuration that an element's properties describe: a
// file's, or the defaults, with what the other properties say instead.
func fromProperties(p element.Settings) (*Config, error) {
	if p.Config == "" && p.Ladder == "" {
		return nil, pipeline.Errorf(pipeline.ClassConfig, "the framewise element needs a ladder: set its property config=FILE.yaml or ladder=MANIFEST.yaml")
	}
	file, text := "properties", []byte("models: {ladder: none}")
	if p.Config != "" {
		var err error
		if text, err = os.ReadFile(p.Config); err != nil {
			return nil, pipeline.Errorf(pipeline.ClassConfig, "read the configuration: %w", err)
		}
		file = p.Config
	}
	doc := config.Parse(file, text, os.LookupEnv)
	c := new(Config)
	doc.Root().Decode(&c.File)
	c.resolve(filepath.Dir(file))

	// Paths in properties are relative to the working directory, like those of
	// any element.
	if p.Ladder != "" {
		c.Models.Ladder = p.Ladder
	}
	if p.Premodel != "" {
		absolute, err := filepath.Abs(p.Premodel)
		if err != nil {
			return nil, fmt.Errorf("property premodel: %w", err)
		}
		c.Selector.Premodel = absolute
		if p.Policy == "" {
			p.Policy = "premodel"
		}
	}
	said := config.Parse("property policy", []byte(policyYAML(p.Policy)), os.LookupEnv)
	if p.Policy != "" {
		said.Root().Decode(&c.Selector.Policy)
	}
	if err := c.load(); err != nil {
		return nil, errors.Join(doc.Err(), err)
	}
	return c, errors.Join(doc.Err(), said.Err())
}

// policyYAML writes the property policy, KIND or fixed:RUNG, as in a file.
func policyYAML(policy string) string {
	if kind, rung, ok := strings.Cut(policy, ":"); ok {
		return fmt.Sprintf("{%q: {rung: %q}}", kind, rung)
	}
	return fmt.Sprintf("%q", policy)
}
