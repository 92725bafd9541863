package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one fault of a configuration file. Line and Column count from 1
// and point at where the value, or the unknown key, is written; for a missing
// key they point at the mapping that lacks it.
type Error struct {
	File         string
	Line, Column int
	Path         string // such as streams.gate.source.file.path; empty for the whole file
	What         string // what is wrong
	Hint         string // how to mend it, such as: did you mean "file"?; may be empty
}

// Error reads file:line:col: path: what (hint).
func (e Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", e.File, e.Line, e.Column)
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.What)
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

// Errors is every fault of one file, sorted by line and column.
type Errors []Error

// Error is one line for each fault.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single Error.
func (es Errors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}

// sorted returns es by line and column without repetitions: decoding one node
// twice must not report its faults twice.
func (es Errors) sorted() Errors {
	es = slices.Clone(es)
	slices.SortStableFunc(es, func(a, b Error) int {
		return cmp.Or(
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.What, b.What),
		)
	})
	return slices.Compact(es)
}
