package outcomes

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Cache is an append-only file of rows: a header line, then one line a picture, {"crc":N,"row":{…}}, the checksum
// over the bytes of the row. A file lock keeps other processes out.
type Cache struct {
	file *os.File

	mutex sync.Mutex            // over rows: get is called from other goroutines than the rest
	rows  map[string]*cachedRow // by the picture's sha256

	pending []byte // lines that are not written yet
	lines   int    // in pending
	synced  time.Time

	// Damaged counts lines that were not read because their checksum or shape is wrong. Their pictures are done again.
	Damaged int
}

type cachedLine struct {
	CRC uint32          `json:"crc"` // IEEE
	Row json.RawMessage `json:"row"`
}

type cachedRow struct {
	Picture      string        `json:"picture"` // sha256 of the file
	Features     []float64     `json:"features"`
	FeaturesTime time.Duration `json:"features_ns"`
	Rungs        []cachedRung  `json:"rungs"`
}

type cachedRung struct {
	Labels []int         `json:"labels"`
	P      []float32     `json:"p"`
	Time   time.Duration `json:"ns"`
}

// OpenCache opens the file at path, or makes it and the folders above it, and reads its rows. A torn last line,
// left by a program that was killed, is cut off. A file with another header is an error: it is not overwritten.
func OpenCache(path string, want Header) (*Cache, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("open outcomes: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open outcomes: %w", err)
	}
	c := &Cache{file: file, rows: map[string]*cachedRow{}}
	if err := c.open(want); err != nil {
		return nil, errors.Join(fmt.Errorf("open outcomes %s: %w", path, err), file.Close())
	}
	return c, nil
}

func (c *Cache) open(want Header) error {
	if err := syscall.Flock(int(c.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("another process works on it: %w", err)
	}
	whole, err := c.read(want)
	if err != nil {
		return err
	}
	if err := c.file.Truncate(whole); err != nil {
		return err
	}
	if _, err := c.file.Seek(whole, io.SeekStart); err != nil {
		return err
	}
	if whole > 0 {
		return nil
	}
	line, err := json.Marshal(want)
	if err != nil {
		return err
	}
	c.pending = append(c.pending[:0], line...)
	c.pending = append(c.pending, '\n')
	return c.Flush()
}

// read reads the header and the rows and returns how many bytes of the file are whole lines.
func (c *Cache) read(want Header) (whole int64, err error) {
	r := bufio.NewReaderSize(c.file, 1<<20)
	for n := 0; ; n++ {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			return whole, nil // line, if any, is torn
		}
		if err != nil {
			return 0, err
		}
		whole += int64(len(line))
		if n == 0 {
			if err := checkHeader(line, want); err != nil {
				return 0, err
			}
			continue
		}
		row, err := decodeRow(line, want)
		if err != nil {
			c.Damaged++
			continue
		}
		c.rows[row.Picture] = row
	}
}

func checkHeader(line []byte, want Header) error {
	var got Header
	if err := json.Unmarshal(line, &got); err != nil || got.Format != want.Format {
		return errors.New("is not a file of outcomes: name another file")
	}
	if got.Ladder != want.Ladder || !slices.Equal(got.Rungs, want.Rungs) {
		return errors.New("was measured with another ladder: name another file")
	}
	if got.How != want.How {
		return fmt.Errorf("was measured on %s, not on %s: name another file", got.How, want.How)
	}
	if got.Version != want.Version || got.Sample != want.Sample || !slices.Equal(got.Features, want.Features) {
		return errors.New("was measured by a version of framewise that prepares pictures or computes features differently: name another file")
	}
	return nil
}

// decodeRow reads one line and refuses what does not have the header's shape.
func decodeRow(data []byte, want Header) (*cachedRow, error) {
	var line cachedLine
	if err := json.Unmarshal(data, &line); err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(line.Row) != line.CRC {
		return nil, errors.New("wrong checksum")
	}
	row := new(cachedRow)
	if err := json.Unmarshal(line.Row, row); err != nil {
		return nil, err
	}
	if len(row.Features) != len(want.Features) || len(row.Rungs) != len(want.Rungs) {
		return nil, errors.New("wrong number of features or rungs")
	}
	for _, rung := range row.Rungs {
		if len(rung.Labels) != len(rung.P) {
			return nil, errors.New("labels and probabilities differ in number")
		}
	}
	return row, nil
}

func encodeRow(row *cachedRow) ([]byte, error) {
	data, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	line, err := json.Marshal(cachedLine{CRC: crc32.ChecksumIEEE(data), Row: data})
	return append(line, '\n'), err
}

// How often rows are written and synced: losing a minute's work to a power cut is cheap, fsync after each is not.
const (
	batchRows = 64
	batchTime = 5 * time.Second
)

// get returns what is known about a picture, nil if nothing is.
func (c *Cache) get(picture string) *cachedRow {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.rows[picture]
}

// put keeps a row and writes it with the next batch.
func (c *Cache) put(row *cachedRow) error {
	line, err := encodeRow(row)
	if err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	c.mutex.Lock()
	c.rows[row.Picture] = row
	c.mutex.Unlock()
	c.pending = append(c.pending, line...)
	c.lines++
	if c.lines < batchRows && time.Since(c.synced) < batchTime {
		return nil
	}
	return c.Flush()
}

// Flush writes and syncs what was put.
func (c *Cache) Flush() error {
	c.lines, c.synced = 0, time.Now()
	if len(c.pending) == 0 {
		return nil
	}
	_, err := io.Copy(c.file, bytes.NewReader(c.pending))
	c.pending = c.pending[:0]
	if err == nil {
		err = c.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("write outcomes: %w", err)
	}
	return nil
}

// Close writes what is left and closes the file.
func (c *Cache) Close() error {
	return errors.Join(c.Flush(), c.file.Close())
}
