package pixels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"testing"
)

// opaque hides the type of an image, so that FromImage takes the way for any image.
type opaque struct{ image.Image }

func TestFromImageFastWaysAgreeWithTheSlowOne(t *testing.T) {
	bounds := image.Rect(-3, 5, 34, 28) // odd sizes, and not from the origin
	ycc := func(r image.YCbCrSubsampleRatio) image.Image {
		m := image.NewYCbCr(bounds, r)
		copy(m.Y, noise(len(m.Y), 1, len(m.Y)))
		copy(m.Cb, noise(len(m.Cb), 2, len(m.Cb)))
		copy(m.Cr, noise(len(m.Cr), 3, len(m.Cr)))
		return m
	}
	gray, rgba, nrgba, cmyk := image.NewGray(bounds), image.NewRGBA(bounds), image.NewNRGBA(bounds), image.NewCMYK(bounds)
	copy(gray.Pix, noise(len(gray.Pix), 1, len(gray.Pix)))
	copy(nrgba.Pix, noise(len(nrgba.Pix), 1, len(nrgba.Pix)))
	copy(cmyk.Pix, noise(len(cmyk.Pix), 1, len(cmyk.Pix)))
	for i := 3; i < len(nrgba.Pix); i += 4 {
		nrgba.Pix[i] = 255
	}
	draw.Draw(rgba, bounds, nrgba, bounds.Min, draw.Src)
	for name, img := range map[string]image.Image{
		"YCbCr 4:4:4": ycc(image.YCbCrSubsampleRatio444),
		"YCbCr 4:2:0": ycc(image.YCbCrSubsampleRatio420),
		"YCbCr 4:2:2": ycc(image.YCbCrSubsampleRatio422),
		"Gray":        gray,
		"RGBA":        rgba,
		"NRGBA":       nrgba,
		"CMYK":        cmyk,
		"sub-image":   gray.SubImage(image.Rect(0, 9, 11, 20)),
	} {
		got, w, h, stride := FromImage(img)
		want, _, _, _ := FromImage(opaque{img})
		b := img.Bounds()
		if w != b.Dx() || h != b.Dy() || stride != 3*w || len(got) != stride*h {
			t.Errorf("%s: %dx%d, stride %d, %d bytes", name, w, h, stride, len(got))
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: the fast way differs from the slow one", name)
		}
	}
}

func TestFromImageDropsTransparency(t *testing.T) {
	straight := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	straight.SetNRGBA(0, 0, color.NRGBA{R: 200, G: 100, B: 50, A: 128})
	multiplied := image.NewRGBA(image.Rect(0, 0, 1, 1))
	draw.Draw(multiplied, multiplied.Bounds(), straight, image.Point{}, draw.Src)
	for _, img := range []image.Image{straight, multiplied} {
		got, _, _, _ := FromImage(img)
		for c, want := range []int{200, 100, 50} {
			if d := int(got[c]) - want; d < -1 || d > 1 {
				t.Errorf("%T: %v, want about [200 100 50]", img, got)
				break
			}
		}
	}
}

// Example shows the way from a decoded image to what a network gets.
func Example() {
	img := image.NewGray(image.Rect(0, 0, 640, 480))
	rgb, w, h, stride := FromImage(img)
	picture := make([]byte, 3*224*224)
	NewScaler(w, h, Centre(w, h), 224).Scale(picture, rgb, stride)
	tensor := make([]float32, 3*128*128)
	NewPreparer(224, input(128)).Prepare(tensor, picture, 3*224)
	fmt.Println(tensor[0])
	// Output: -2.1206896
}
