package policy

import "embed"

// Files are the package's sources, for the pages of the catalogue.
//
//go:embed *.go
var Files embed.FS
