package config

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// check reports what is wrong whatever the file is decoded into, and expands
// variables. It visits what is written, each node once: not through aliases.
func (d *Document) check(n Node, env func(string) (string, bool)) {
	y := n.yaml
	if y.Style&yaml.TaggedStyle != 0 {
		d.bad[y] = true
		n.fail("explicit tags are not supported", fmt.Sprintf("remove %q", y.Tag))
		return
	}
	switch y.Kind {
	case yaml.ScalarNode:
		d.expand(n, env)
	case yaml.SequenceNode:
		for i, c := range y.Content {
			if c.Kind != yaml.AliasNode {
				d.check(n.item(i), env)
			}
		}
	case yaml.MappingNode:
		d.checkMapping(n, env)
	}
}

func (d *Document) checkMapping(n Node, env func(string) (string, bool)) {
	lines := map[string]int{}
	for i := 0; i < len(n.yaml.Content); i += 2 {
		k, v := n.yaml.Content[i], n.yaml.Content[i+1]
		key := n.at(k, n.path)
		if !isKey(k) {
			key.fail("a key must be plain text, not empty, without an anchor", "")
			continue
		}
		key.path = joinKey(n.path, k.Value)
		if first, ok := lines[k.Value]; ok {
			key.fail(fmt.Sprintf("duplicate key, first on line %d", first), "")
		} else {
			lines[k.Value] = k.Line
		}
		if k.Tag == mergeTag && mergeSources(v) == nil {
			key.fail("must be an alias of a mapping, or a list of such aliases", "")
		}
		if v.Kind != yaml.AliasNode {
			d.check(n.at(v, key.path), env)
		}
	}
}

const (
	mergeTag = "!!merge"
	nullTag  = "!!null"
)

func isKey(k *yaml.Node) bool {
	return k.Kind == yaml.ScalarNode && k.Anchor == "" && k.Style&yaml.TaggedStyle == 0 &&
		k.Value != "" && k.ShortTag() != nullTag
}
