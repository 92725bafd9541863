package ort

import (
	"fmt"
	"sync"

	onnxruntime "github.com/yalue/onnxruntime_go"
)

// environment is ONNX Runtime's, of which the binding has one a process. It lives while somebody uses it: each
// Runtime and each Set is one user.
var environment struct { //nolint:gochecknoglobals // the binding's environment is one a process
	sync.Mutex
	users   int
	library string
}

// Runtime is the opened library.
type Runtime struct {
	library string
	version string
	close   sync.Once
}

// Open loads the library and starts its environment. A second Open of the same library shares it; one of another
// library is an error while the first is in use, because a process can have only one.
func Open(library string) (*Runtime, error) {
	environment.Lock()
	defer environment.Unlock()
	version, file, err := probe(library)
	if err != nil {
		return nil, fmt.Errorf("open ONNX Runtime: %w: %s", err, getLibrary)
	}
	if !recent(version) {
		return nil, fmt.Errorf("open ONNX Runtime: %s is version %s, too old: %s", file, version, getLibrary)
	}
	if environment.users > 0 && environment.library != file {
		return nil, fmt.Errorf("open ONNX Runtime: %s: %s is in use already and a process can have only one: close it first",
			file, environment.library)
	}
	if environment.users == 0 {
		if err := start(library); err != nil {
			return nil, fmt.Errorf("open ONNX Runtime: %s (version %s): %w", file, version, err)
		}
	}
	environment.users++
	environment.library = file
	return &Runtime{library: file, version: version}, nil
}

func start(library string) error {
	returnMemory()
	onnxruntime.SetSharedLibraryPath(library)
	// Every failure comes back as an error; below Fatal, each run that is cut off would also write to stderr.
	return onnxruntime.InitializeEnvironment(onnxruntime.WithLogLevelFatal())
}

// recent tells whether a library of this version has the API that the binding asks for. Minor releases of ONNX
// Runtime count the API's version.
func recent(version string) bool {
	var major, minor, wantMajor, wantMinor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return false
	}
	if _, err := fmt.Sscanf(Version, "%d.%d", &wantMajor, &wantMinor); err != nil {
		return false
	}
	return major > wantMajor || major == wantMajor && minor >= wantMinor
}

// Version returns the library's version, such as 1.27.0.
func (r *Runtime) Version() string { return r.version }

// Library returns the path that the library was loaded from.
func (r *Runtime) Library() string { return r.library }

// Close gives the library up. The environment ends with its last user; Sets that are still open are users.
func (r *Runtime) Close() (err error) {
	r.close.Do(func() { err = release() })
	return err
}

// retain makes the caller one more user of an environment that has one.
func retain() {
	environment.Lock()
	defer environment.Unlock()
	environment.users++
}

func release() error {
	environment.Lock()
	defer environment.Unlock()
	environment.users--
	if environment.users > 0 {
		return nil
	}
	if err := onnxruntime.DestroyEnvironment(); err != nil {
		return fmt.Errorf("close ONNX Runtime: %w", err)
	}
	return nil
}
