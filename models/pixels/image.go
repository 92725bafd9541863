package pixels

import (
	"image"
	"image/color"
)

// FromImage returns img as a packed RGB picture of w×h pixels whose rows are stride bytes apart.
// Transparency is dropped, not blended: a transparent pixel keeps its colour, as Pillow's convert("RGB") does.
// An orientation that a file asks for in EXIF is not applied.
func FromImage(img image.Image) (rgb []byte, w, h, stride int) {
	b := img.Bounds()
	w, h = b.Dx(), b.Dy()
	stride = 3 * w
	rgb = make([]byte, stride*h)
	for y := range h {
		row := rgb[y*stride : (y+1)*stride]
		switch m := img.(type) {
		case *image.YCbCr:
			rowYCbCr(row, m, b.Min.X, b.Min.Y+y)
		case *image.Gray:
			rowGray(row, m.Pix[y*m.Stride:])
		case *image.RGBA:
			rowRGBA(row, m, b.Min.X, b.Min.Y+y)
		case *image.NRGBA:
			rowNRGBA(row, m.Pix[y*m.Stride:])
		case *image.CMYK:
			rowCMYK(row, m.Pix[y*m.Stride:])
		default:
			rowAny(row, img, b.Min.X, b.Min.Y+y)
		}
	}
	return rgb, w, h, stride
}

func rowYCbCr(row []byte, m *image.YCbCr, left, y int) {
	luma := m.Y[m.YOffset(left, y):]
	for x := range len(row) / 3 {
		c := m.COffset(left+x, y)
		row[3*x], row[3*x+1], row[3*x+2] = color.YCbCrToRGB(luma[x], m.Cb[c], m.Cr[c])
	}
}

func rowGray(row, pix []byte) {
	for x := range len(row) / 3 {
		row[3*x], row[3*x+1], row[3*x+2] = pix[x], pix[x], pix[x]
	}
}

// rowRGBA takes opaque pixels as they are and undoes the multiplication by alpha of the others.
func rowRGBA(row []byte, m *image.RGBA, left, y int) {
	pix := m.Pix[m.PixOffset(left, y):]
	for x := range len(row) / 3 {
		p := pix[4*x : 4*x+4 : 4*x+4]
		if p[3] != 0xff {
			c := color.NRGBAModel.Convert(m.RGBAAt(left+x, y)).(color.NRGBA)
			row[3*x], row[3*x+1], row[3*x+2] = c.R, c.G, c.B
			continue
		}
		row[3*x], row[3*x+1], row[3*x+2] = p[0], p[1], p[2]
	}
}

func rowNRGBA(row, pix []byte) {
	for x := range len(row) / 3 {
		row[3*x], row[3*x+1], row[3*x+2] = pix[4*x], pix[4*x+1], pix[4*x+2]
	}
}

func rowCMYK(row, pix []byte) {
	for x := range len(row) / 3 {
		p := pix[4*x : 4*x+4 : 4*x+4]
		row[3*x], row[3*x+1], row[3*x+2] = color.CMYKToRGB(p[0], p[1], p[2], p[3])
	}
}

func rowAny(row []byte, img image.Image, left, y int) {
	for x := range len(row) / 3 {
		c := color.NRGBAModel.Convert(img.At(left+x, y)).(color.NRGBA)
		row[3*x], row[3*x+1], row[3*x+2] = c.R, c.G, c.B
	}
}
