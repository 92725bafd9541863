package config_test

import (
	"fmt"
	"time"

	"framewise/internal/config"
)

// camera shows how a component describes its part of the file.
type camera struct {
	Source   config.Choice `yaml:"source" required:"true"`
	Deadline time.Duration `yaml:"deadline"`
}

func (c *camera) Default() { c.Deadline = 50 * time.Millisecond }

func (c *camera) Validate(n config.Node) {
	if c.Deadline < 0 {
		n.Field("deadline").Errorf("must not be negative")
	}
}

type rtsp struct {
	URL      string `yaml:"url" required:"true"`
	Password string `yaml:"password"`
}

func Example() {
	text := `
gate:
  source: {rtsp: {url: "rtsp://cam1/stream", password: "${CAM_PASSWORD}"}}
  deadlin: 40ms
yard:
  source: {rtps: {url: "rtsp://cam2/stream"}}
  deadline: 40
door:
  source: {rtsp: {urk: "rtsp://cam3/stream"}}
`
	env := func(name string) (string, bool) { return "secret", name == "CAM_PASSWORD" }
	doc := config.Parse("streams.yaml", []byte(text), env)
	var cameras map[string]camera
	doc.Root().Decode(&cameras)
	for _, c := range cameras {
		switch c.Source.Kind {
		case "rtsp":
			var options rtsp
			c.Source.Options.Decode(&options)
		case "":
		default:
			c.Source.Unknown("source", []string{"file", "rtsp", "test"})
		}
	}
	fmt.Println(doc.Err())
	// Output:
	// streams.yaml:4:3: gate.deadlin: unknown key (did you mean "deadline"?)
	// streams.yaml:6:12: yard.source: unknown source "rtps" (did you mean "rtsp"?)
	// streams.yaml:7:13: yard.deadline: a duration needs a unit (such as 50ms, 1.5s or 1h30m)
	// streams.yaml:9:18: door.source.rtsp.url: required, but missing
	// streams.yaml:9:19: door.source.rtsp.urk: unknown key (did you mean "url"?)
}
