package source

import (
	"fmt"
	"strconv"
	"strings"
)

// Size of a picture in pixels, in YAML WIDTHxHEIGHT.
type Size struct {
	Width, Height int
}

// maxSide is more than any codec takes, and keeps a picture's bytes in an int32.
const maxSide = 16384

// UnmarshalText reads WIDTHxHEIGHT, each 1 to 16384.
func (s *Size) UnmarshalText(text []byte) error {
	w, h, ok := strings.Cut(string(text), "x")
	width, err := side(w)
	height, err2 := side(h)
	if !ok || err != nil || err2 != nil {
		return fmt.Errorf("must be WIDTHxHEIGHT in pixels, each 1 to %d, such as 640x480", maxSide)
	}
	*s = Size{width, height}
	return nil
}

// MarshalText writes WIDTHxHEIGHT.
func (s Size) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%dx%d", s.Width, s.Height), nil
}

func side(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err == nil && (n < 1 || n > maxSide) {
		err = strconv.ErrRange
	}
	return int(n), err
}
