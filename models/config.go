package models

import "framewise/internal/config"

// The execution providers that can be asked for. Auto stands for all the others in this order.
const (
	Auto     = "auto"
	TensorRT = "tensorrt"
	CUDA     = "cuda"
	CPU      = "cpu"
)

// Config is the section `models` of a configuration.
type Config struct {
	// Manifest of the ladder. A relative path is relative to the folder of the file it stands in.
	Ladder string `yaml:"ladder" required:"true"`
	// Where networks run: auto, tensorrt, cuda, cpu, or a list of these to be tried in that order. Default: auto.
	Provider config.Node `yaml:"provider"`
	// Threads that one run of a network may use.
	Threads int `yaml:"threads"`
	// Runs of the same rung that may be under way at once. Each instance has its own copy of the weights.
	Instances int `yaml:"instances"`
	// Path of ONNX Runtime's library. Empty: $ORT_LIB, the data folder, the loader's path, in this order.
	Library string `yaml:"library"`

	providers []string
}

// Default runs one network at a time, on one thread.
func (c *Config) Default() {
	c.Threads, c.Instances = 1, 1
}

// Providers is the order of preference that Provider stands for.
func (c *Config) Providers() []string {
	if len(c.providers) == 0 {
		return []string{Auto}
	}
	return c.providers
}

// Validate checks the numbers and reads Provider, which is one name or a list of them.
func (c *Config) Validate(n config.Node) {
	switch c.Provider.Kind() {
	case "list":
		if c.Provider.Decode(&c.providers) && len(c.providers) == 0 {
			c.Provider.Errorf("needs at least one provider")
		}
	case "":
	default:
		var name string
		if c.Provider.Decode(&name) {
			c.providers = []string{name}
		}
	}
	for _, name := range c.providers {
		oneOf(c.Provider, name, Auto, TensorRT, CUDA, CPU)
	}
	if c.Threads < 1 {
		n.Field("threads").Errorf("must be at least 1")
	}
	if c.Instances < 1 {
		n.Field("instances").Errorf("must be at least 1")
	}
}
