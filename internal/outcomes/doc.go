// Package outcomes finds out what every rung of a ladder answers on every picture of a labelled data set: the
// table that training and evaluation start from.
//
// Read [FromCSV] or [FromFolders] first (what a data set is), then [Run], which fills a [Table] and keeps what it
// has measured in a [Cache], so that a stopped run goes on where it was.
//
// A picture is prepared as the live path prepares a frame: its centre square, scaled by package pixels. Networks
// are run by the [Runner] it is given: the package knows no inference library, no policy and no premodel.
package outcomes

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"time"

	"framewise/models"
	"framewise/selector/features"
)

// Runner runs a rung on a picture (packed RGB, the ladder's Picture pixels a side, rows stride bytes apart) and
// returns the time that took, preparation of the tensor included. It is called from one goroutine at a time.
type Runner func(rung int, picture []byte, stride int, answer *models.Answer) (time.Duration, error)

// Table is every rung's outcome on every picture that could be read, in the data set's order.
type Table struct {
	Rungs    []string // names, cheapest first
	Rows     []Row
	Failures []Failure // pictures that could not be read
	FromLog  int       // how many rows the cache had
}

// Row is what was found out about one picture.
type Row struct {
	Item
	Key          string // sha256 of the file, hex
	Features     [features.Count]float64
	FeaturesTime time.Duration
	Rungs        []Outcome // by rung
}

// Outcome is one rung's answer on one picture.
type Outcome struct {
	Top  []models.Guess // the likeliest first; five, or as many as the network has classes
	Time time.Duration  // preparation of the tensor and inference
}

// Failure is a picture that could not be read, and why.
type Failure struct {
	Item
	Err error
}

// Right says whether the rung's likeliest label is the picture's.
func (r *Row) Right(rung int) bool {
	top := r.Rungs[rung].Top
	return len(top) > 0 && top[0].Label == r.Label
}

// RightInFive says whether the picture's label is among the rung's five likeliest.
func (r *Row) RightInFive(rung int) bool {
	for _, g := range r.Rungs[rung].Top {
		if g.Label == r.Label {
			return true
		}
	}
	return false
}

// Hash identifies the pictures and their labels, in whatever order and folders they are: hex sha256.
func (t *Table) Hash() string {
	lines := make([]string, len(t.Rows))
	for i := range t.Rows {
		lines[i] = fmt.Sprintf("%s %d\n", t.Rows[i].Key, t.Rows[i].Label)
	}
	sort.Strings(lines)
	h := sha256.New()
	for _, line := range lines {
		h.Write([]byte(line))
	}
	return hex.EncodeToString(h.Sum(nil))
}
