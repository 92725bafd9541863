package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
)

// recordSchema is the version of records that the lab reads.
const recordSchema = "framewise.record/1"

// record is what the lab reads of an answer; docs/record.schema.json has all of it.
type record struct {
	Schema     string   `json:"schema"`
	Stream     string   `json:"stream"`
	Frame      int      `json:"frame"`
	DeadlineMS *float64 `json:"deadline_ms"`
	LabelID    *int     `json:"label_id"` // nil: no answer
	Model      *string  `json:"model"`
	Reused     bool     `json:"reused"`
	Latency    struct {
		Infer float64 `json:"infer"`
		Total float64 `json:"total"`
	} `json:"latency_ms"`
	InTime bool `json:"in_time"`
}

// readRecords reads the records of one stream, by frame. A last line that a killed program left torn is passed over.
func readRecords(path string) (map[int]record, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseRecords(path, f)
}

func parseRecords(name string, in io.Reader) (map[int]record, error) {
	records := map[int]record{}
	r := bufio.NewReader(in)
	stream := ""
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			return records, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var rec record
		if err := json.Unmarshal(line, &rec); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if rec.Schema != recordSchema {
			return nil, fmt.Errorf("%s:%d: schema %q, want %q", name, n, rec.Schema, recordSchema)
		}
		if len(records) == 0 {
			stream = rec.Stream
		}
		if rec.Stream != stream {
			return nil, fmt.Errorf("%s:%d: streams %q and %q in one file", name, n, stream, rec.Stream)
		}
		if _, twice := records[rec.Frame]; twice {
			return nil, fmt.Errorf("%s:%d: frame %d is there twice", name, n, rec.Frame)
		}
		records[rec.Frame] = rec
	}
}

// frame is a labelled frame of a video.
type frame struct {
	label   int
	picture string // frames of one picture are not independent of one another
	source  string
}

// readScene reads the labels that `framewise-lab video` writes.
func readScene(path string) ([]frame, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseScene(path, f)
}

func parseScene(name string, in io.Reader) ([]frame, error) {
	r := csv.NewReader(in)
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if want := []string{"frame", "label", "picture", "source"}; !slices.Equal(header, want) {
		return nil, fmt.Errorf("%s:1: columns %q, want %q", name, header, want)
	}
	var frames []frame
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		line, _ := r.FieldPos(0)
		number, err := strconv.Atoi(row[0])
		label, err2 := strconv.Atoi(row[1])
		if err != nil || err2 != nil {
			return nil, fmt.Errorf("%s:%d: frame %q and label %q: want two integers", name, line, row[0], row[1])
		}
		if number != len(frames) {
			return nil, fmt.Errorf("%s:%d: frame %d, want %d: frames are numbered from 0, one a line", name, line, number, len(frames))
		}
		frames = append(frames, frame{label: label, picture: row[2], source: row[3]})
	}
	if len(frames) == 0 {
		return nil, fmt.Errorf("%s: no frames", name)
	}
	return frames, nil
}
