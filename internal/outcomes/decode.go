package outcomes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // registers the format with package image
	_ "image/png"

	"framewise/models/pixels"
)

// maxPixels bounds what a picture may ask to be unpacked to: 64 megapixels are 192 MB as RGB.
const maxPixels = 64 << 20

// key identifies a picture by its content.
func key(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// Square returns the centre square of a JPEG or PNG file, scaled to side×side pixels of packed RGB.
func Square(file []byte, side int) ([]byte, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("decode picture: %w", err)
	}
	if head.Width < 1 || head.Height < 1 || head.Width > maxPixels/head.Height {
		return nil, fmt.Errorf("decode picture: %d×%d pixels: want 1 to %d", head.Width, head.Height, maxPixels)
	}
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("decode picture: %w", err)
	}
	picture := make([]byte, 3*side*side)
	pixels.Square(picture, img, side)
	return picture, nil
}
