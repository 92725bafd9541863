package source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"framewise/pipeline"
)

var errIsFolder = errors.New("is a folder, not a file")

// picture is a format of still pictures.
type picture struct {
	name    string
	magic   string // first bytes of a file
	caps    string
	decoder string
	exact   []pipeline.Prop // makes the decoder as exact as other libraries' decoders
}

var pictures = []picture{
	{"JPEG", "\xff\xd8\xff", "image/jpeg", "jpegdec", props("idct-method", "islow")},
	{"PNG", "\x89PNG\r\n\x1a\n", "image/png", "pngdec", nil},
}

// sniff tells a file's format by its first bytes; names lie too often.
func sniff(path string) (picture, error) {
	f, err := os.Open(path)
	if err != nil {
		return picture{}, err
	}
	defer f.Close()
	var head [8]byte
	n, err := io.ReadFull(f, head[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return picture{}, err
	}
	for _, p := range pictures {
		if bytes.HasPrefix(head[:n], []byte(p.magic)) {
			return p, nil
		}
	}
	return picture{}, fmt.Errorf("%s is neither JPEG nor PNG", path)
}

// List is the pictures that a path means, in order: the files of a folder (not
// hidden ones), those that fit a pattern, or those that a CSV file names. None
// is an error. It does not look into the files.
func List(path string) ([]string, error) {
	var paths []string
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
				paths = append(paths, filepath.Join(path, e.Name()))
			}
		}
	case err == nil && strings.EqualFold(filepath.Ext(path), ".csv"):
		if paths, err = listCSV(path); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	case err == nil:
		paths = []string{path}
	case strings.ContainsAny(path, "*?["):
		if paths, err = filepath.Glob(path); err != nil {
			return nil, fmt.Errorf("pattern %s: %w", path, err)
		}
		slices.Sort(paths)
	default:
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no pictures in %s", path)
	}
	return paths, nil
}

func listCSV(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := readNames(f)
	if err != nil {
		return nil, err
	}
	// A CSV file in a data set's folder often names its pictures from the
	// folder that the data set is in.
	dir := filepath.Dir(path)
	if len(names) > 0 {
		if !exists(resolve(dir, names[0])) {
			if above := filepath.Dir(dir); exists(resolve(above, names[0])) {
				dir = above
			}
		}
	}
	for i, name := range names {
		names[i] = resolve(dir, name)
	}
	return names, nil
}

// readNames reads the column path of a CSV file with a heading, else the first.
func readNames(r io.Reader) ([]string, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord = -1
	column := 0
	var names []string
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
		if first {
			if i := slices.Index(row, "path"); i >= 0 {
				column = i
				continue
			}
		}
		if column >= len(row) || row[column] == "" {
			line, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("line %d names no picture", line)
		}
		names = append(names, row[column])
	}
}

func resolve(dir, name string) string { return Settings{Dir: dir}.path(name) }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
