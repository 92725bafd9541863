package sink

import "embed"

// Kinds is the catalogue of sinks.
func Kinds() []Kind {
	return []Kind{jsonlKind()}
}

// Files are the package's sources, for the pages of the catalogue.
//
//go:embed *.go
var Files embed.FS
