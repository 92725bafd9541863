package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Verify reads the file of every rung, compares its sha256, and compares what the network takes and gives with the
// manifest. The error joins what is wrong with each rung, a line for each, and says what to do.
func (l *Ladder) Verify() error {
	var errs []error
	for i := range l.Rungs {
		data, err := l.Rungs[i].Bytes()
		if err == nil {
			_, _, err = l.Rungs[i].Shapes(data)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Bytes reads the model's file and returns it if it has the sha256 of the manifest.
func (m *Model) Bytes() ([]byte, error) {
	data, err := os.ReadFile(m.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("model %q: %s does not exist: put the file there, or mend `files` in the ladder's manifest", m.Name, m.File)
	}
	if err != nil {
		return nil, fmt.Errorf("model %q: %w", m.Name, err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != m.SHA256 {
		return nil, fmt.Errorf("model %q: %s has sha256 %s, the manifest wants %s: get the file again, or mend the manifest if the file is right",
			m.Name, m.File, got, m.SHA256)
	}
	return data, nil
}

// hash is over everything that decides an answer and nothing else; see Load.
func (l *Ladder) hash() string {
	type rung struct {
		Name, SHA256 string
		Input        Input
		Output       Output
	}
	content := struct {
		Task    string
		Picture int
		Labels  []string
		Rungs   []rung
	}{Task: l.Task, Picture: l.Picture, Labels: l.Labels}
	for i := range l.Rungs {
		m := &l.Rungs[i]
		content.Rungs = append(content.Rungs, rung{m.Name, m.SHA256, m.Input, m.Output})
	}
	h := sha256.New()
	// Encoding fails on an infinite mean only, which the manifest's decoder refuses.
	_ = json.NewEncoder(h).Encode(content)
	return hex.EncodeToString(h.Sum(nil))
}
