package framewise

import (
	"testing"

	"framewise/internal/config"
)

func TestRegion(t *testing.T) {
	for text, want := range map[string]Region{"center": Center, "whole": Whole, "centre": "", "{center: {x: 1}}": ""} {
		doc := config.Parse("test.yaml", []byte("region: "+text), nil)
		var c struct {
			Region config.Choice `yaml:"region"`
		}
		doc.Root().Decode(&c)
		if got, ok := DecodeRegion(c.Region); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q, %v", text, got, doc.Err())
		}
	}
}
