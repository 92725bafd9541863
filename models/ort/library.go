package ort

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Version is the release of ONNX Runtime that this package is built and tested with; newer ones work, older ones
// are refused.
const Version = "1.27.0"

const libraryName = "libonnxruntime.so.1"

const getLibrary = "run `make setup`, or set ORT_LIB to the path of " + libraryName + " " + Version + " or newer"

// FindLibrary looks for ONNX Runtime's library: at flag (the user's explicit wish), at $ORT_LIB, in the data
// folder, where setup puts it, and last on the loader's path. What is named explicitly must be there: nothing
// else is then looked at. Origin says in words where it was found.
func FindLibrary(flag string) (path, origin string, err error) {
	if flag != "" {
		return named(flag, "the configuration")
	}
	if path := os.Getenv("ORT_LIB"); path != "" {
		return named(path, "$ORT_LIB")
	}
	kept, err := keptLibrary()
	if err == nil {
		if _, err := os.Stat(kept); err == nil {
			return kept, "the data folder", nil
		}
	}
	if _, found, err := probe(libraryName); err == nil {
		return found, "the loader's path", nil
	}
	return "", "", fmt.Errorf("find ONNX Runtime: $ORT_LIB is not set, %s does not exist and the loader finds no %s: %s",
		kept, libraryName, getLibrary)
}

func named(path, origin string) (string, string, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("find ONNX Runtime: %s, named by %s, does not exist: %s", path, origin, getLibrary)
	}
	if err != nil {
		return "", "", fmt.Errorf("find ONNX Runtime: named by %s: %w", origin, err)
	}
	return path, origin, nil
}

// keptLibrary is where setup puts the library.
func keptLibrary() (string, error) {
	folder := os.Getenv("FRAMEWISE_HOME")
	if folder == "" {
		data := os.Getenv("XDG_DATA_HOME")
		if data == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return "the data folder", err
			}
			data = filepath.Join(home, ".local", "share")
		}
		folder = filepath.Join(data, "framewise")
	}
	return filepath.Join(folder, "onnxruntime", Version, libraryName), nil
}
