package measure

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Table is rows of cells, the heading first, all of one length.
type Table [][]string

// Print writes the table as Markdown, lined up so that it reads well on a terminal, too. The first column is text,
// the others are numbers.
func (t Table) Print(w io.Writer) error {
	width := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for n, row := range t {
		var line strings.Builder
		for i, cell := range row {
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line.WriteString("| " + cell + space + " |")
			} else {
				line.WriteString(" " + space + cell + " |")
			}
		}
		line.WriteByte('\n')
		if n == 0 {
			for i, w := range width {
				if i == 0 {
					line.WriteString("|" + strings.Repeat("-", w+2) + "|")
				} else {
					line.WriteString(strings.Repeat("-", w+1) + ":|")
				}
			}
			line.WriteByte('\n')
		}
		if _, err := fmt.Fprint(w, line.String()); err != nil {
			return err
		}
	}
	return nil
}

// Percent writes a share in percent with one decimal.
func Percent(share float64) string { return fmt.Sprintf("%.1f", 100*share) }
