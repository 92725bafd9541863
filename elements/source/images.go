package source

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"framewise/internal/config"
	"framewise/pipeline"
)

// ImagesConfig plays pictures as the frames of a video, one after the other, as
// fast as answers are made; none is skipped. All must be JPEG, or all PNG;
// their sizes may differ. The frame number of an answer is the number of the
// picture, from 0: in the order of the CSV file, else in the order of the names.
type ImagesConfig struct {
	// A folder, a pattern such as "photos/*.jpg", or a CSV file whose column
	// path (or first column) names the pictures, relative to the CSV file's
	// folder or to the folder above it.
	Path string `yaml:"path" required:"true"`
	// Frames a second of the video they make up, 1 to 1000.
	Rate int `yaml:"rate"`
}

// Default is 30 frames a second.
func (c *ImagesConfig) Default() { *c = ImagesConfig{Rate: 30} }

// Validate checks the pattern and the range.
func (c *ImagesConfig) Validate(n config.Node) {
	if c.Path == "" {
		n.Field("path").Errorf("must not be empty")
	}
	if _, err := filepath.Match(c.Path, ""); err != nil {
		n.Field("path").Errorf("is not a pattern: a [ needs its ]")
	}
	if c.Rate < 1 || c.Rate > 1000 {
		n.Field("rate").Errorf("must be 1 to 1000 frames a second, is %d", c.Rate)
	}
}

func imagesKind() Kind {
	return Kind{Name: "images", Config: new(ImagesConfig), Decode: func(c config.Choice, s Settings) (pipeline.Source, bool) {
		i := new(Images)
		ok := c.Options.Decode(&i.ImagesConfig)
		i.Path = s.path(i.Path)
		return i, ok
	}}
}

// Images is the source of kind images.
type Images struct {
	ImagesConfig

	folder string  // of the numbered links; from here on known after Prepare
	count  int     //
	format picture //
}

var _ pipeline.Source = (*Images)(nil)

// Prepare finds the pictures and makes a temporary folder of numbered links to
// them, because multifilesrc takes nothing but numbered files.
func (i *Images) Prepare(ctx context.Context) (cleanup func(), err error) {
	defer func() {
		if err != nil {
			err = pipeline.Errorf(pipeline.ClassSource, "source images: %w", err)
		}
	}()
	paths, err := List(i.Path)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "framewise-images-")
	if err != nil {
		return nil, err
	}
	cleanup = func() { os.RemoveAll(folder) }
	if i.format, err = link(ctx, paths, folder); err != nil {
		cleanup()
		return nil, err
	}
	i.folder, i.count = folder, len(paths)
	return cleanup, nil
}

// link makes the links and tells what format all the pictures are of.
func link(ctx context.Context, paths []string, folder string) (picture, error) {
	var all picture
	for n, path := range paths {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		format, err := sniff(path)
		if err != nil {
			return all, err
		}
		if n == 0 {
			all = format
		} else if format.name != all.name {
			return all, fmt.Errorf("%s is %s, but the pictures before it are %s", path, format.name, all.name)
		}
		name := filepath.Join(folder, strconv.Itoa(n))
		if isCMYK(path) {
			err = convertCMYK(path, name)
		} else if path, err = filepath.Abs(path); err == nil {
			err = os.Symlink(path, name)
		}
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// Graph reads and decodes, picture by picture.
func (i *Images) Graph() []pipeline.Node {
	return []pipeline.Node{
		{Factory: "multifilesrc", Props: props(
			"location", filepath.Join(strings.ReplaceAll(i.folder, "%", "%%"), "%d"),
			"start-index", "0", "stop-index", strconv.Itoa(i.count-1),
			"caps", fmt.Sprintf("%s,framerate=%d/1", i.format.caps, i.Rate))},
		{Factory: i.format.decoder, Name: "decode", Props: i.format.exact},
	}
}

// Live is false: pictures wait.
func (i *Images) Live() bool { return false }

// RealTime is false.
func (i *Images) RealTime() bool { return false }

// Loop is false.
func (i *Images) Loop() bool { return false }
