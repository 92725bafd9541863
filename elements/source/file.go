package source

import (
	"context"
	"errors"
	"os"

	"framewise/internal/config"
	"framewise/pipeline"
)

// FileConfig plays a video file: anything that GStreamer's decodebin decodes,
// such as MP4, Matroska, AVI or MPEG-TS with H.264, H.265, VP9, AV1 or MJPEG.
// Sound and further video tracks are left alone.
//
// By default a file is read as fast as answers are made, and no frame is
// skipped. With realtime it is played at the pace of its time stamps like a
// camera: a frame that finds the stream busy is dropped for a newer one.
type FileConfig struct {
	// The file. A relative path starts at the config file's folder.
	Path string `yaml:"path" required:"true"`
	// Start again at the end, without a gap.
	Loop bool `yaml:"loop"`
	// Play at the pace of the time stamps.
	Realtime bool `yaml:"realtime"`
}

// Default is once, as fast as possible.
func (c *FileConfig) Default() { *c = FileConfig{} }

// Validate checks that there is a path. Whether there is a file is known when
// the stream starts.
func (c *FileConfig) Validate(n config.Node) {
	if c.Path == "" {
		n.Field("path").Errorf("must not be empty")
	}
}

func fileKind() Kind {
	return Kind{Name: "file", Config: new(FileConfig), Decode: func(c config.Choice, s Settings) (pipeline.Source, bool) {
		f := new(File)
		ok := c.Options.Decode(&f.FileConfig)
		f.Path = s.path(f.Path)
		return f, ok
	}}
}

// File is the source of kind file.
type File struct {
	FileConfig
}

var _ pipeline.Source = (*File)(nil)

// Prepare checks that the file can be read.
func (f *File) Prepare(context.Context) (func(), error) {
	if err := readable(f.Path); err != nil {
		return nil, pipeline.Errorf(pipeline.ClassSource, "source file: %w", err)
	}
	return func() {}, nil
}

// readable is why a path is not a file that can be read, with the path in it.
// Opening a pipe that nobody writes to would wait for ever.
func readable(path string) error {
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return &os.PathError{Op: "open", Path: path, Err: errors.New("is a named pipe, not a file")}
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = &os.PathError{Op: "open", Path: path, Err: errIsFolder}
	}
	return err
}

// Graph reads and decodes. decodebin links only what fits its caps, so that
// sound is not even decoded.
func (f *File) Graph() []pipeline.Node {
	return []pipeline.Node{
		{Factory: "filesrc", Props: props("location", f.Path)},
		{Factory: "decodebin", Name: "decode", Props: props("caps", "video/x-raw(ANY)", "expose-all-streams", "false")},
	}
}

// Live is false: a file waits.
func (f *File) Live() bool { return false }

// RealTime is as configured.
func (f *File) RealTime() bool { return f.Realtime }

// Loop is as configured.
func (f *File) Loop() bool { return f.FileConfig.Loop }
