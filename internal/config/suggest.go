package config

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// longestName is the most bytes of a name worth comparing: the distance costs
// the product of two lengths.
const longestName = 64

// suggest returns `did you mean "x"?` for the known name nearest to name, or ""
// if none is within a third of its length.
func suggest(name string, known []string) string {
	if len(name) > longestName {
		return ""
	}
	best, least := "", (len(name)+2)/3+1
	for _, k := range known {
		d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k))
		if d < least && d < len(k) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// fewNames is how many names an error may list.
const fewNames = 10

// hint is the nearest known name, or else all of them if they are few.
func hint(name string, known []string) string {
	near := suggest(name, known)
	if near == "" && len(known) > 0 && len(known) <= fewNames {
		return "one of " + strings.Join(known, ", ")
	}
	return near
}
