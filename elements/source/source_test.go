package source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"framewise/elements/catalog"
	"framewise/internal/config"
	"framewise/pipeline"
)

// decode makes a source of the YAML of a stream's source.
func decode(t testing.TB, text string) (pipeline.Source, error) {
	t.Helper()
	doc := config.Parse("test.yaml", []byte("source: "+text), func(string) (string, bool) { return "", false })
	var c struct {
		Source config.Choice `yaml:"source" required:"true"`
	}
	if !doc.Root().Decode(&c) {
		return nil, doc.Err()
	}
	s, ok := Decode(c.Source, Settings{Dir: "/conf"})
	if !ok && doc.Err() == nil {
		t.Errorf("%s: refused without an error", text)
	}
	return s, doc.Err()
}

// minimal is the least that each kind needs.
var minimal = map[string]string{
	"file":   `{file: {path: a.mp4}}`,
	"images": `{images: {path: photos}}`,
	"test":   `test`,
}

func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			if seen[k.Name] {
				t.Error("listed twice")
			}
			seen[k.Name] = true
			page, err := catalog.Describe(k.Name, k.Config, Files)
			if err != nil {
				t.Error(err)
			}
			if len(page.Options) == 0 {
				t.Error("no options")
			}
			// There is no /conf: decoding does no I/O.
			s, err := decode(t, minimal[k.Name])
			if err != nil {
				t.Fatal(err)
			}
			if launch := (pipeline.Graph{Nodes: append(s.Graph(), Tail(s, nil)...)}).Launch(); launch == "" {
				t.Error("no graph")
			}
		})
	}
}

func TestGraphs(t *testing.T) {
	for text, want := range map[string]string{
		`{file: {path: "a b.mp4"}}`: `filesrc location=\"/conf/a\\040b.mp4\" ! decodebin name=decode caps=video/x-raw(ANY) expose-all-streams=false`,
		`{file: {path: /v/a.mp4}}`:  `filesrc location=/v/a.mp4 ! decodebin name=decode caps=video/x-raw(ANY) expose-all-streams=false`,
		`test`:                      `videotestsrc pattern=ball num-buffers=-1 ! video/x-raw,format=I420,width=640,height=480,framerate=30/1`,
		`{test: {pattern: snow, size: 322x241, rate: 5, frames: 7}}`: `videotestsrc pattern=snow num-buffers=7 ! video/x-raw,format=I420,width=322,height=241,framerate=5/1`,
	} {
		s, err := decode(t, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, pipeline.Graph{Nodes: s.Graph()}.Launch()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestWrongOptions(t *testing.T) {
	for text, want := range map[string]string{
		`{flie: {path: a}}`:               `did you mean "file"?`,
		`file`:                            `path`,
		`{file: {path: ""}}`:              `must not be empty`,
		`{file: {path: a, lop: true}}`:    `did you mean "loop"?`,
		`{test: {pattern: smtpe}}`:        `did you mean "smpte"?`,
		`{test: {size: 640}}`:             `WIDTHxHEIGHT`,
		`{test: {size: 0x480}}`:           `WIDTHxHEIGHT`,
		`{test: {rate: 0}}`:               `1 to 1000`,
		`{test: {frames: -1}}`:            `negative`,
		`{images: {path: "a[.jpg"}}`:      `pattern`,
		`{images: {path: a, rate: 2000}}`: `1 to 1000`,
	} {
		if _, err := decode(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestFilePrepare(t *testing.T) {
	dir := t.TempDir()
	video := filepath.Join(dir, "a.mp4")
	if err := os.WriteFile(video, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		video:                           nil,
		filepath.Join(dir, "gone.mp4"):  fs.ErrNotExist,
		dir:                             errIsFolder,
		filepath.Join(video, "sub.mp4"): errors.ErrUnsupported, // any: not a folder
	} {
		f := &File{FileConfig: FileConfig{Path: path}}
		cleanup, err := f.Prepare(t.Context())
		if want == nil {
			if err != nil {
				t.Error(err)
			} else {
				cleanup()
			}
			continue
		}
		if err == nil || pipeline.ClassOf(err) != pipeline.ClassSource || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
		if want != errors.ErrUnsupported && !errors.Is(err, want) {
			t.Errorf("%s: %v is not %v", path, err, want)
		}
	}
}

func TestTail(t *testing.T) {
	const end = `videoconvert name=convert qos=false ! framewise name=framewise deadline=50 ! fakesink name=out sync=false async=false enable-last-sample=false`
	const newest = `queue name=newest max-size-buffers=1 max-size-bytes=0 max-size-time=0 silent=true leaky=downstream ! `
	for name, c := range map[string]struct {
		source pipeline.Source
		want   string
	}{
		"file":      {&File{}, `identity name=entry sync=false silent=true ! ` + end},
		"real time": {&File{FileConfig: FileConfig{Realtime: true}}, `identity name=entry sync=true silent=true ! ` + newest + end},
	} {
		t.Run(name, func(t *testing.T) {
			got := pipeline.Graph{Nodes: Tail(c.source, []pipeline.Prop{{Key: "deadline", Value: "50"}})}.Launch()
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func FuzzSize(f *testing.F) {
	for _, s := range []string{"640x480", "1x1", "16385x1", "x", "640", "-1x2", "1x2x3", "+1x1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s, again Size
		if s.UnmarshalText([]byte(text)) != nil {
			return
		}
		if s.Width < 1 || s.Height < 1 || s.Width > maxSide || s.Height > maxSide {
			t.Errorf("%q is %v", text, s)
		}
		out, err := s.MarshalText()
		if err != nil || again.UnmarshalText(out) != nil || again != s {
			t.Errorf("%q is written %q", text, out)
		}
	})
}

func FuzzReadNames(f *testing.F) {
	for _, s := range []string{"path,label\na.jpg,1\n", "a.jpg\nb.jpg\n", "label,path\n1,a\n", "label,path\n1\n", "", "\"", "path\n\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names, err := readNames(strings.NewReader(text))
		if err != nil {
			return
		}
		rows := csv.NewReader(strings.NewReader(text))
		rows.FieldsPerRecord = -1
		all, _ := rows.ReadAll()
		if len(names) != len(all) && len(names) != len(all)-1 {
			t.Errorf("%d names in %d rows of %q", len(names), len(all), text)
		}
	})
}

// pictureFile writes a small picture.
func pictureFile(t *testing.T, path string, encode func(*bytes.Buffer, image.Image) error) {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 8, 6))
	img.Set(3, 3, color.White)
	var b bytes.Buffer
	if err := encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func asJPEG(b *bytes.Buffer, m image.Image) error { return jpeg.Encode(b, m, nil) }
func asPNG(b *bytes.Buffer, m image.Image) error  { return png.Encode(b, m) }

func TestImages(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", filepath.Join(dir, "tmp 100%"))
	if err := os.Mkdir(os.Getenv("TMPDIR"), 0o755); err != nil {
		t.Fatal(err)
	}
	in := func(names ...string) string { return filepath.Join(append([]string{dir}, names...)...) }
	pictureFile(t, in("set", "images", "b.JPEG"), asJPEG)
	pictureFile(t, in("set", "images", "a.jpg"), asJPEG)
	pictureFile(t, in("png", "a.png"), asPNG)
	pictureFile(t, in("mixed", "a.png"), asPNG)
	pictureFile(t, in("mixed", "b.jpg"), asJPEG)
	for name, text := range map[string]string{
		in("set", "images", "labels.csv"): "path,label\nimages/b.JPEG,2\nimages/a.jpg,1\n",
		in("set", "images", ".hidden"):    "x",
		in("set", "here.csv"):             "images/a.jpg\n",
		in("bad.csv"):                     "path\nimages/gone.jpg\n",
		in("text", "a.jpg"):               "not a picture",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(in("empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	a, b := in("set", "images", "a.jpg"), in("set", "images", "b.JPEG")
	for _, c := range []struct {
		path string
		want []string
		err  string
	}{
		{path: in("set", "images", "labels.csv"), want: []string{b, a}},
		{path: in("set", "here.csv"), want: []string{a}},
		{path: in("set", "images", "*.*"), err: "neither"}, // takes the CSV file and the hidden one too
		{path: in("set", "images", "?.*"), want: []string{a, b}},
		{path: a, want: []string{a}},
		{path: in("png"), want: []string{in("png", "a.png")}},
		{path: in("mixed"), err: "b.jpg is JPEG, but the pictures before it are PNG"},
		{path: in("text"), err: "a.jpg is neither JPEG nor PNG"},
		{path: in("empty"), err: "no pictures in " + in("empty")},
		{path: in("gone", "*.jpg"), err: "no pictures"},
		{path: in("gone"), err: "no such file"},
		{path: in("bad.csv"), err: "gone.jpg: no such file"},
	} {
		i := &Images{ImagesConfig: ImagesConfig{Path: c.path, Rate: 5}}
		cleanup, err := i.Prepare(t.Context())
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) || pipeline.ClassOf(err) != pipeline.ClassSource {
				t.Errorf("%s: %v, want %s", c.path, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		var got []string
		for n := range i.count {
			target, err := os.Readlink(filepath.Join(i.folder, string(rune('0'+n))))
			if err != nil {
				t.Error(err)
			}
			got = append(got, target)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.path, diff)
		}
		if location := i.Graph()[0].Props[0].Value; !strings.Contains(location, "100%%") || !strings.HasSuffix(location, "/%d") {
			t.Errorf("location %s", location)
		}
		cleanup()
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%d folders left behind", len(left))
	}
}
