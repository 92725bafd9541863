package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"framewise/internal/outcomes"
)

// videoCmd makes a video of labelled pictures: each is held for a second or two while the view pans and zooms
// slowly, with hard cuts between. Beside FILE.mp4 it writes FILE.csv with one line a frame: frame, label, picture,
// source. The same arguments give the same frames.
type videoCmd struct {
	Labels string `required:"" type:"existingfile" placeholder:"FILE.csv" help:"Labelled pictures: columns path and label (an id), and source if there is one."`
	Out    string `required:"" type:"path" placeholder:"FILE.mp4" help:"The video to write; FILE.csv is written beside it."`
	Seed   uint64 `default:"1" help:"Of the choice of pictures and of the motion."`
	Count  int    `default:"100" help:"How many pictures; each source has its share of them."`
	Hold   span   `default:"1s..2s" help:"How long a picture is held: the shortest and the longest time."`
	FPS    int    `name:"fps" default:"25" help:"Frames a second."`
	Size   size   `default:"640x480" help:"Of the video in pixels, both multiples of four."`
}

// span is a range of times, written 1s..2s.
type span struct{ shortest, longest time.Duration }

// UnmarshalText is called by kong.
func (s *span) UnmarshalText(text []byte) error {
	from, to, ok := strings.Cut(string(text), "..")
	if !ok {
		to = from
	}
	var err, err2 error
	s.shortest, err = time.ParseDuration(from)
	s.longest, err2 = time.ParseDuration(to)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if s.shortest <= 0 || s.longest < s.shortest {
		return fmt.Errorf("%q: want two times above zero, the shorter one first, as in 1s..2s", text)
	}
	return nil
}

// size is written 640x480.
type size struct{ w, h int }

// UnmarshalText is called by kong.
func (s *size) UnmarshalText(text []byte) error {
	w, h, _ := strings.Cut(string(text), "x")
	var err, err2 error
	s.w, err = strconv.Atoi(w)
	s.h, err2 = strconv.Atoi(h)
	if err != nil || err2 != nil || s.w < 16 || s.h < 16 || s.w%4 != 0 || s.h%4 != 0 || s.w > 3*s.h || s.h > 3*s.w {
		return fmt.Errorf("%q: want WIDTHxHEIGHT, multiples of four of at least 16, neither over three times the other", text)
	}
	return nil
}

// shot is one picture's part of the video.
type shot struct {
	item   outcomes.Item
	frames int
	motion motion
}

func (c *videoCmd) Run(l *lab) error {
	if c.Count < 1 || c.FPS < 1 {
		return errors.New("--count and --fps must be at least 1")
	}
	d, err := outcomes.FromCSV(c.Labels, nil)
	if err != nil {
		return err
	}
	shots, err := c.plan(d.Items)
	if err != nil {
		return err
	}
	total := 0
	for _, s := range shots {
		total += s.frames
	}
	if err := c.encode(l.ctx, shots); err != nil {
		return fmt.Errorf("encode %s: %w", c.Out, err)
	}
	decoded, err := countFrames(l.ctx, c.Out, c.Size)
	if err != nil {
		return fmt.Errorf("decode %s: %w", c.Out, err)
	}
	if decoded != total {
		return fmt.Errorf("%s has %d frames, %d were written", c.Out, decoded, total)
	}
	labels := strings.TrimSuffix(c.Out, filepath.Ext(c.Out)) + ".csv"
	if err := writeScene(labels, shots); err != nil {
		return fmt.Errorf("write %s: %w", labels, err)
	}
	_, err = fmt.Fprintf(l.out, "%s: %d pictures, %d frames, %.1f s; labels in %s\n",
		c.Out, len(shots), total, float64(total)/float64(c.FPS), labels)
	return err
}

// plan draws pictures, times and motions.
func (c *videoCmd) plan(items []outcomes.Item) ([]shot, error) {
	if c.Count > len(items) {
		return nil, fmt.Errorf("--count %d: %s has %d pictures", c.Count, c.Labels, len(items))
	}
	random := rand.New(rand.NewPCG(c.Seed, 0))
	var shots []shot
	for _, item := range draw(items, c.Count, random) {
		held := c.Hold.shortest + time.Duration(random.Float64()*float64(c.Hold.longest-c.Hold.shortest))
		frames := max(int(held.Seconds()*float64(c.FPS)+0.5), 1)
		shots = append(shots, shot{item: item, frames: frames, motion: newMotion(random)})
	}
	return shots, nil
}

// encode renders the shots and pipes them through x264 into an MP4 file.
func (c *videoCmd) encode(ctx context.Context, shots []shot) error {
	cmd := exec.CommandContext(ctx, "gst-launch-1.0", "-q",
		"fdsrc", "fd=0", "!",
		"rawvideoparse", "format=rgb", fmt.Sprintf("width=%d", c.Size.w), fmt.Sprintf("height=%d", c.Size.h),
		fmt.Sprintf("framerate=%d/1", c.FPS), "!",
		"videoconvert", "!", "video/x-raw,format=I420", "!",
		"x264enc", "pass=quant", "quantizer=20", "speed-preset=faster", fmt.Sprintf("key-int-max=%d", 2*c.FPS), "!",
		"h264parse", "!", "mp4mux", "!", "filesink", "location="+c.Out)
	var words strings.Builder
	cmd.Stdout, cmd.Stderr = &words, &words
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	wrote := render(in, shots, c.Size)
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		return fmt.Errorf("gst-launch-1.0: %w: %s", errors.Join(err, wrote), strings.TrimSpace(words.String()))
	}
	return wrote
}

func render(out io.Writer, shots []shot, s size) error {
	frame := make([]byte, 3*s.w*s.h)
	for _, shot := range shots {
		p, err := openPicture(shot.item.Path)
		if err != nil {
			return err
		}
		for i := range shot.frames {
			at := float64(i) / float64(max(shot.frames-1, 1))
			p.render(frame, s, shot.motion, at)
			if _, err := out.Write(frame); err != nil {
				return err
			}
		}
	}
	return nil
}

// countFrames decodes a whole video and counts: what a container says of itself may be wrong.
func countFrames(ctx context.Context, path string, s size) (int, error) {
	cmd := exec.CommandContext(ctx, "gst-launch-1.0", "-q",
		"filesrc", "location="+path, "!", "decodebin", "!", "videoconvert", "!", "video/x-raw,format=GRAY8", "!",
		"fdsink", "fd=3", "sync=false") // 3 is the first of ExtraFiles; 1 has gst-launch's own words
	r, w, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	var words strings.Builder
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = &words, &words, []*os.File{w}
	err = cmd.Start()
	if err := errors.Join(err, w.Close()); err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, r)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return 0, fmt.Errorf("gst-launch-1.0: %w: %s", err, strings.TrimSpace(words.String()))
	}
	if frame := int64(s.w * s.h); n%frame != 0 {
		return 0, fmt.Errorf("%d bytes are no whole number of %d×%d frames", n, s.w, s.h)
	}
	return int(n / int64(s.w*s.h)), nil
}

func writeScene(path string, shots []shot) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := bufio.NewWriter(f)
	w := csv.NewWriter(b)
	if err := w.Write([]string{"frame", "label", "picture", "source"}); err != nil {
		return err
	}
	frame := 0
	for _, s := range shots {
		for range s.frames {
			row := []string{strconv.Itoa(frame), strconv.Itoa(s.item.Label), filepath.Base(s.item.Path), s.item.Source}
			if err := w.Write(row); err != nil {
				return err
			}
			frame++
		}
	}
	w.Flush()
	return errors.Join(w.Error(), b.Flush())
}
