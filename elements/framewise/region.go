package framewise

import "framewise/internal/config"

// Region is the part of a frame that the networks look at.
type Region string

// The regions.
const (
	Center Region = "center" // the largest centred square
	Whole  Region = "whole"  // all of it, squeezed into a square
)

// DecodeRegion reads a region. False means that it has added what is wrong to
// the choice's document.
func DecodeRegion(c config.Choice) (Region, bool) {
	switch r := Region(c.Kind); r {
	case Center, Whole:
		return r, c.Options.Decode(new(struct{}))
	}
	c.Unknown("region", []string{string(Center), string(Whole)})
	return "", false
}
