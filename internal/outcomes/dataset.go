package outcomes

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Item is one labelled picture.
type Item struct {
	Path   string
	Label  int    // id in the ladder's labels
	Source string // where the picture is from, "" if unknown; cross-validation keeps sources in proportion
}

// Dataset is a list of labelled pictures.
type Dataset struct {
	Path  string // of the CSV or the folder
	Items []Item
}

// maxFaults is how many faults of a data set are told at once.
const maxFaults = 10

// FromCSV reads a list of pictures with a header line. The columns path and label must be there, source may be,
// others are ignored. A label is an id (the index in labels) or a text of labels that occurs there once; with nil
// labels it is any id from 0 on. Paths are
// relative to the CSV's folder or, if the first picture is not there, to the folder above. An error has one line
// for each of the first ten faults, each with file and line.
func FromCSV(path string, labels []string) (*Dataset, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	d := &Dataset{Path: path}
	d.Items, err = parseCSV(path, data, labels)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	if !exists(under(dir, d.Items[0].Path)) && exists(under(filepath.Dir(absolute(dir)), d.Items[0].Path)) {
		dir = filepath.Dir(absolute(dir))
	}
	for i := range d.Items {
		d.Items[i].Path = under(dir, d.Items[i].Path)
	}
	return d, nil
}

// FromFolders reads the pictures DIR/LABEL/FILE.{jpg,jpeg,png}, where LABEL is an id or a text as in FromCSV.
// Names that begin with a dot and files of other kinds are passed over.
func FromFolders(dir string, labels []string) (*Dataset, error) {
	folders, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read labelled folder: %w", err)
	}
	d := &Dataset{Path: dir}
	ids := newLabelIDs(labels)
	var faults []error
	for _, folder := range folders {
		if !folder.IsDir() || strings.HasPrefix(folder.Name(), ".") {
			continue
		}
		in := filepath.Join(dir, folder.Name())
		label, err := ids.id(folder.Name())
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", in, err))
			continue
		}
		files, err := os.ReadDir(in)
		if err != nil {
			return nil, fmt.Errorf("read labelled folder: %w", err)
		}
		for _, file := range files {
			if !file.IsDir() && isPicture(file.Name()) {
				d.Items = append(d.Items, Item{Path: filepath.Join(in, file.Name()), Label: label})
			}
		}
	}
	if err := join(faults); err != nil {
		return nil, err
	}
	if len(d.Items) == 0 {
		return nil, fmt.Errorf("%s: no pictures: want files LABEL/NAME.jpg, .jpeg or .png in it", dir)
	}
	return d, nil
}

// parseCSV never returns an empty list without an error.
func parseCSV(name string, data []byte, labels []string) ([]Item, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	header, err := r.Read()
	if err == io.EOF {
		return nil, fmt.Errorf("%s:1: the file is empty: want a header line with the columns path and label", name)
	}
	if err != nil {
		return nil, csvError(name, err)
	}
	column := map[string]int{}
	for i, title := range header {
		title = strings.TrimSpace(title)
		if _, twice := column[title]; twice && (title == "path" || title == "label" || title == "source") {
			return nil, fmt.Errorf("%s:1: two columns are named %q", name, title)
		}
		column[title] = i
	}
	for _, want := range []string{"path", "label"} {
		if _, ok := column[want]; !ok {
			return nil, fmt.Errorf("%s:1: no column %q in the header line (has: %s)", name, want, strings.Join(header, ", "))
		}
	}

	ids := newLabelIDs(labels)
	width := len(header)
	source, hasSource := column["source"]
	var items []Item
	var faults []error
	for {
		fields, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, csvError(name, err)
		}
		line, _ := r.FieldPos(0)
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("%s:%d: "+format, append([]any{name, line}, args...)...))
		}
		if len(fields) != width {
			fault("%d fields, the header line has %d", len(fields), width)
			continue
		}
		item := Item{Path: fields[column["path"]]}
		if item.Path == "" {
			fault("no path")
			continue
		}
		if item.Label, err = ids.id(fields[column["label"]]); err != nil {
			fault("%w", err)
			continue
		}
		if hasSource {
			item.Source = fields[source]
		}
		items = append(items, item)
	}
	if err := join(faults); err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("%s: no pictures after the header line", name)
	}
	return items, nil
}

func csvError(name string, err error) error {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return fmt.Errorf("%s:%d:%d: %w", name, at.Line, at.Column, at.Err)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// labelIDs looks up a label by its id or its text.
type labelIDs struct {
	byText map[string]int // -1: the text occurs more than once
	count  int            // 0: labels are not known, any id will do
}

func newLabelIDs(labels []string) labelIDs {
	l := labelIDs{byText: make(map[string]int, len(labels)), count: len(labels)}
	for id, text := range labels {
		if _, twice := l.byText[text]; twice {
			id = -1
		}
		l.byText[text] = id
	}
	return l
}

func (l labelIDs) id(text string) (int, error) {
	text = strings.TrimSpace(text)
	if id, err := strconv.Atoi(text); err == nil {
		if l.count == 0 && id >= 0 {
			return id, nil
		}
		if id < 0 || id >= l.count {
			return 0, fmt.Errorf("label %d: the ladder's labels are 0 to %d", id, l.count-1)
		}
		return id, nil
	}
	id, ok := l.byText[text]
	if !ok {
		return 0, fmt.Errorf("label %q: neither an id nor a text of the ladder's labels", text)
	}
	if id < 0 {
		return 0, fmt.Errorf("label %q: the ladder has this text more than once: use the id", text)
	}
	return id, nil
}

// join makes one error of the first faults, nil of none.
func join(faults []error) error {
	if n := len(faults) - maxFaults; n > 0 {
		faults = append(faults[:maxFaults:maxFaults], fmt.Errorf("and %d more", n))
	}
	return errors.Join(faults...)
}

func isPicture(name string) bool {
	if strings.HasPrefix(name, ".") {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jpg", ".jpeg", ".png":
		return true
	}
	return false
}

func under(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
