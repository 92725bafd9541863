package outcomes

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"

	"framewise/models"
	"framewise/models/pixels"
	"framewise/selector/features"
)

// The format and the version of the file, as far as its shape goes; what its numbers mean is in Header.Sample.
const (
	format  = "framewise-outcomes"
	version = 1
)

// Header says what the rows of a cache are worth: measurements under another header cannot be mixed with them.
type Header struct {
	Format   string   `json:"format"`
	Version  int      `json:"version"`
	Ladder   string   `json:"ladder"` // hash of the ladder
	Rungs    []string `json:"rungs"`
	Features []string `json:"features"`
	Sample   string   `json:"sample"` // hash of what this program makes of a sample picture
	How      string   `json:"how"`    // how networks are run, e.g. "cpu, 1 thread": times depend on it
}

// NewHeader returns the header of measurements with this ladder. How is what else times depend on, in words.
func NewHeader(l *models.Ladder, how string) (Header, error) {
	h := Header{Format: format, Version: version, Ladder: l.Hash, Rungs: l.RungNames(), Features: features.Names[:], How: how}
	var err error
	if h.Sample, err = sample(l); err != nil {
		return h, fmt.Errorf("identify the preparation of pictures: %w", err)
	}
	return h, nil
}

// sample is the hash of everything between a picture's file and the networks, on a made-up picture: decoded, cropped
// and scaled pixels, features, and each rung's tensor. When the code that makes one of them changes, old rows would
// be of other pictures than new ones, without anyone having thought of a version number.
func sample(l *models.Ladder) (string, error) {
	img := image.NewRGBA(image.Rect(0, 0, 102, 67)) // 35 columns too many: margins cannot be equal
	random := rand.New(rand.NewPCG(1, 1))
	for i := range img.Pix {
		img.Pix[i] = uint8(i) + uint8(random.Uint32()&0x3f)
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		return "", err
	}
	picture, err := Square(file.Bytes(), l.Picture)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	hash.Write(picture)
	var values [features.Count]float64
	features.New(l.Picture).Extract(&values, picture, 3*l.Picture)
	if err := binary.Write(hash, binary.LittleEndian, values[:]); err != nil {
		return "", err
	}
	for i := range l.Rungs {
		in := l.Rungs[i].Input
		tensor := make([]float32, 3*in.Size*in.Size)
		pixels.NewPreparer(l.Picture, in).Prepare(tensor, picture, 3*l.Picture)
		if err := binary.Write(hash, binary.LittleEndian, tensor); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// DefaultPath is where the cache with this header lies if the user names no other place: in the data folder,
// outcomes/LADDER-HASH.jsonl, where the hash is of the header. The data folder is $FRAMEWISE_HOME, or framewise in
// $XDG_DATA_HOME, or ~/.local/share/framewise.
func DefaultPath(ladder string, h Header) (string, error) {
	folder := os.Getenv("FRAMEWISE_HOME")
	if folder == "" {
		data := os.Getenv("XDG_DATA_HOME")
		if data == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return "", fmt.Errorf("find a place for outcomes: %w", err)
			}
			data = filepath.Join(home, ".local", "share")
		}
		folder = filepath.Join(data, "framewise")
	}
	line, err := json.Marshal(h)
	if err != nil {
		return "", fmt.Errorf("find a place for outcomes: %w", err)
	}
	sum := sha256.Sum256(line)
	return filepath.Join(folder, "outcomes", ladder+"-"+hex.EncodeToString(sum[:])[:12]+".jsonl"), nil
}
