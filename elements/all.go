// Package elements is the catalogue of what a configuration may name, and turns
// a configuration file into checked values: the framewise element's behaviour
// (elements/framewise), the sources (elements/source) and the sinks
// (elements/sink), one file a kind.
//
// Read first: [Load], [Config.Open], [Config.NewPath], [All].
//
// It must not know who runs it: the command line and the GStreamer plug-in both do.
package elements

import (
	"fmt"
	"io/fs"

	"framewise/elements/catalog"
	"framewise/elements/sink"
	"framewise/elements/source"
	"framewise/selector/features"
	"framewise/selector/policy"
)

// Group is a part of the catalogue: the kinds of one role.
type Group struct {
	Role  string // source, sink, policy: the word in YAML
	Pages []catalog.Page
}

// All is the catalogue, made from the kinds' own code.
func All() ([]Group, error) {
	sources, sinks, policies := Group{Role: "source"}, Group{Role: "sink"}, Group{Role: "policy"}
	for _, k := range source.Kinds() {
		if err := sources.add(k.Name, k.Config, source.Files); err != nil {
			return nil, err
		}
	}
	for _, k := range sink.Kinds() {
		if err := sinks.add(k.Name, k.Config, sink.Files); err != nil {
			return nil, err
		}
	}
	for _, k := range policy.All() {
		if err := policies.add(k.Name, k.Config(), policy.Files); err != nil {
			return nil, err
		}
	}
	measured, err := catalog.Bullets(features.Source)
	if err != nil {
		return nil, err
	}
	return []Group{sources, sinks, policies, {Role: "feature", Pages: measured}}, nil
}

func (g *Group) add(name string, options any, files fs.FS) error {
	page, err := catalog.Describe(name, options, files)
	if err != nil {
		return fmt.Errorf("catalogue of %ss: %w", g.Role, err)
	}
	g.Pages = append(g.Pages, page)
	return nil
}
