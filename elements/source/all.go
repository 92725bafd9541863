package source

import "embed"

// Kinds is the catalogue of sources.
func Kinds() []Kind {
	return []Kind{fileKind(), imagesKind(), testKind()}
}

// Files are the package's sources, for the pages of the catalogue.
//
//go:embed *.go
var Files embed.FS
