package config

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// A file may nest and unfold only so far: more is an attack or a mistake, and
// would keep the decoder busy for ever.
const (
	maxDepth    = 100     // of what is written
	aliasFree   = 100_000 // nodes that any file may unfold to
	aliasFactor = 10      // beyond that, times the nodes written
)

// checkBounds reports nesting, and aliases that contain themselves or unfold,
// beyond bounds.
func (d *Document) checkBounds() bool {
	w := weigher{sizes: map[*yaml.Node]int{}}
	size := w.weigh(d.root, 0)
	switch {
	case w.deep != nil:
		d.Root().at(w.deep, "").fail(fmt.Sprintf("nested more than %d deep", maxDepth), "")
	case w.cycle != nil:
		d.Root().at(w.cycle, "").fail(fmt.Sprintf("alias *%s contains itself", w.cycle.Value), "")
	case size > aliasFree+aliasFactor*len(w.sizes):
		d.Root().fail("aliases unfold to too many values", "")
	default:
		return true
	}
	return false
}

// weigher counts the nodes that a tree unfolds to, each node's count once.
type weigher struct {
	sizes map[*yaml.Node]int // 0 while being counted
	cycle *yaml.Node         // an alias inside what it stands for
	deep  *yaml.Node         // a node below maxDepth
}

func (w *weigher) weigh(n *yaml.Node, depth int) int {
	if depth > maxDepth {
		w.deep = n
		return 0
	}
	if size, ok := w.sizes[n]; ok {
		return size
	}
	w.sizes[n] = 0
	size := 1
	if n.Kind == yaml.AliasNode { // its anchor comes earlier in the file
		inner := w.sizes[n.Alias]
		if inner == 0 {
			w.cycle = n
		}
		size += inner
	}
	for _, c := range n.Content {
		size += w.weigh(c, depth+1)
	}
	// Kept small enough that a sum over any file's nodes does not overflow.
	size = min(size, 1<<32)
	w.sizes[n] = size
	return size
}
