package models

import (
	"fmt"
	"os"
	"strings"
)

// readLabels reads one label a line, empty lines at the end ignored. In the format "synset" a line is a WordNet
// id, a space and synonyms set apart by commas (n01440764 tench, Tinca tinca): the first synonym is the label.
// Labels need not differ (ImageNet has two cranes): a class is identified by its line.
func readLabels(path, format string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	lines := strings.Split(strings.TrimRight(string(data), "\r\n"), "\n")
	for i, line := range lines {
		label := strings.TrimSpace(line)
		if format == "synset" {
			_, words, _ := strings.Cut(label, " ")
			label, _, _ = strings.Cut(words, ",")
			label = strings.TrimSpace(label)
		}
		if label == "" {
			return nil, fmt.Errorf("read labels: %s:%d: no label in this line (format %q)", path, i+1, format)
		}
		lines[i] = label
	}
	return lines, nil
}
