package features

import _ "embed"

// Source is the file whose package comment defines the features, for the
// catalogue.
//
//go:embed features.go
var Source string
