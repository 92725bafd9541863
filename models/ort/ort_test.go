package ort

import (
	"os"
	"path/filepath"
	"testing"

	"framewise/models"
)

// open opens the library that setup put in place, and skips where there is none.
func open(t testing.TB) *Runtime {
	t.Helper()
	path, _, err := FindLibrary("")
	if err != nil {
		t.Skip(err)
	}
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// ladder loads one of the manifests in configs.
func ladder(t testing.TB, name string) *models.Ladder {
	t.Helper()
	l, err := models.Load(filepath.Join("../../configs", name), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// data returns the folder of measuring data, and skips where there is none.
func data(t testing.TB) string {
	t.Helper()
	folder, set := os.LookupEnv("FRAMEWISE_DATA")
	if !set {
		folder = "../../../shared/data"
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no measuring data: %v (FRAMEWISE_DATA names its folder)", err)
	}
	return folder
}

func mustLoad(t testing.TB, r *Runtime, l *models.Ladder, o Options) *Set {
	t.Helper()
	s, err := r.Load(l, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
