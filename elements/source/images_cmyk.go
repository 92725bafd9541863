package source

import (
	"errors"
	"fmt"
	"image/color"
	"image/jpeg"
	"os"
)

// isCMYK tells whether a file is a JPEG for printing. It is false for whatever
// cannot be told: the decoder will say what is wrong.
func isCMYK(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := jpeg.DecodeConfig(f)
	return err == nil && info.ColorModel == color.CMYKModel
}

// convertCMYK writes a CMYK JPEG as one that GStreamer's jpegdec can decode: it
// takes one or three colour components, not four.
func convertCMYK(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	img, err := jpeg.Decode(in)
	if err != nil {
		return fmt.Errorf("decode %s: %w", from, err)
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	return errors.Join(jpeg.Encode(out, img, &jpeg.Options{Quality: 98}), out.Close())
}
