package outcomes

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Without takes out of the set the pictures that a CSV with a column picture
// names, by the last part of their path, and returns how many. It keeps what a
// premodel will be measured on out of what it is trained on.
func (d *Dataset) Without(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	if err != nil {
		return 0, fmt.Errorf("%s: read the header: %w", path, err)
	}
	column := slices.Index(header, "picture")
	if column < 0 {
		return 0, fmt.Errorf("%s:1: there is no column picture", path)
	}
	named := map[string]bool{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		named[row[column]] = true
	}
	before := len(d.Items)
	d.Items = slices.DeleteFunc(d.Items, func(i Item) bool { return named[filepath.Base(i.Path)] })
	return before - len(d.Items), nil
}
