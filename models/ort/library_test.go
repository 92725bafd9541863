package ort

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindLibrary(t *testing.T) {
	home := t.TempDir()
	file := func(path ...string) string {
		at := filepath.Join(append([]string{home}, path...)...)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return at
	}
	mine := file("mine.so")
	kept := file("kept", "onnxruntime", Version, libraryName)
	xdg := file("data", "framewise", "onnxruntime", Version, libraryName)
	local := file("user", ".local", "share", "framewise", "onnxruntime", Version, libraryName)
	for name, c := range map[string]struct {
		flag, ortLib, framewiseHome, xdgData string
		path, origin, err                    string
	}{
		"flag":             {flag: mine, ortLib: "/absent", path: mine, origin: "the configuration"},
		"variable":         {ortLib: mine, framewiseHome: filepath.Join(home, "kept"), path: mine, origin: "$ORT_LIB"},
		"framewise home":   {framewiseHome: filepath.Join(home, "kept"), xdgData: filepath.Join(home, "data"), path: kept, origin: "the data folder"},
		"data home":        {xdgData: filepath.Join(home, "data"), path: xdg, origin: "the data folder"},
		"home":             {path: local, origin: "the data folder"},
		"flag, absent":     {flag: "/absent.so", err: "find ONNX Runtime: /absent.so, named by the configuration, does not exist: run `make setup`, or set ORT_LIB"},
		"variable, absent": {ortLib: "/absent.so", framewiseHome: filepath.Join(home, "kept"), err: "find ONNX Runtime: /absent.so, named by $ORT_LIB, does not exist: run `make setup`"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOME", filepath.Join(home, "user"))
			t.Setenv("ORT_LIB", c.ortLib)
			t.Setenv("FRAMEWISE_HOME", c.framewiseHome)
			t.Setenv("XDG_DATA_HOME", c.xdgData)
			path, origin, err := FindLibrary(c.flag)
			wantError(t, err, c.err)
			if path != c.path || origin != c.origin {
				t.Errorf("%q from %q, want %q from %q", path, origin, c.path, c.origin)
			}
		})
	}
}

// wantError compares the beginning of an error's text, which must be one line.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want …%s…", err, want)
	case err != nil && strings.Contains(err.Error(), "\n"):
		t.Errorf("more than one line: %v", err)
	}
}

// compile makes a shared library of C source.
func compile(t *testing.T, source string) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	dir := t.TempDir()
	from, to := filepath.Join(dir, "lib.c"), filepath.Join(dir, "lib.so")
	if err := os.WriteFile(from, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(cc, "-shared", "-fPIC", "-o", to, from).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return to
}

func TestOpenRefusesWhatIsNotTheLibrary(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text.so")
	if err := os.WriteFile(text, []byte("not a library"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ library, want string }{
		"absent":        {"/absent.so", "open ONNX Runtime: /absent.so: cannot open shared object file: No such file or directory: run `make setup`"},
		"text":          {text, "text.so: "},
		"other library": {compile(t, "int answer(void) { return 42; }"), "undefined symbol: OrtGetApiBase: run `make setup`"},
		"old version": {
			compile(t, `
				static const void *api(unsigned v) { return 0; }
				static const char *version(void) { return "1.19.2"; }
				static struct { const void *(*a)(unsigned); const char *(*v)(void); } base = { api, version };
				const void *OrtGetApiBase(void) { return &base; }`),
			"is version 1.19.2, too old: run `make setup`, or set ORT_LIB to the path of libonnxruntime.so.1 1.27.0 or newer",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(c.library)
			wantError(t, err, c.want)
		})
	}
}

func TestRecent(t *testing.T) {
	for version, want := range map[string]bool{
		"1.27.0": true, "1.27.1": true, "1.30.0": true, "2.0.0": true, "1.28.0-dev": true,
		"1.26.9": false, "1.9.0": false, "0.99.0": false, "": false, "new": false,
	} {
		if got := recent(version); got != want {
			t.Errorf("%q: %v", version, got)
		}
	}
}

func TestOpenSharesOneEnvironment(t *testing.T) {
	first := open(t)
	second, err := Open(first.Library())
	if err != nil {
		t.Fatal(err)
	}
	if second.Version() == "" || second.Version() != first.Version() {
		t.Errorf("version %q and %q", first.Version(), second.Version())
	}
	content, err := os.ReadFile(first.Library())
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "copy.so")
	if err := os.WriteFile(other, content, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Open(other)
	wantError(t, err, "is in use already and a process can have only one: close it first")
	if err := second.Close(); err != nil {
		t.Error(err)
	}
	if err := second.Close(); err != nil {
		t.Error("closing twice:", err)
	}
	if s, err := first.Load(ladder(t, "colors.yaml"), Options{}); err != nil {
		t.Error("the first is gone with the second:", err)
	} else if err := s.Close(); err != nil {
		t.Error(err)
	}
}
