package outcomes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var testLabels = []string{"red", "green", "blue", "crane", "crane"}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestParseCSV(t *testing.T) {
	tests := []struct {
		name, csv string
		want      []Item
		err       string
	}{
		{name: "ids", csv: "path,label\na.png,0\nb.png,4\n", want: []Item{{Path: "a.png", Label: 0}, {Path: "b.png", Label: 4}}},
		{name: "texts", csv: "path,label\na.png,blue\n", want: []Item{{Path: "a.png", Label: 2}}},
		{name: "more columns in another order", csv: "license,source,label,path\nCC,web, 1 ,a.png\n",
			want: []Item{{Path: "a.png", Label: 1, Source: "web"}}},
		{name: "byte order mark", csv: "\ufeffpath,label\na.png,0\n", want: []Item{{Path: "a.png"}}},
		{name: "quoted", csv: "path,label\n\"a,b.png\",0\n", want: []Item{{Path: "a,b.png"}}},
		{name: "empty", csv: "", err: "f.csv:1: the file is empty: want a header line with the columns path and label"},
		{name: "no header", csv: "a.png,0\n", err: `f.csv:1: no column "path" in the header line (has: a.png, 0)`},
		{name: "no label column", csv: "path,lable\n", err: `f.csv:1: no column "label" in the header line (has: path, lable)`},
		{name: "column twice", csv: "path,label,path\n", err: `f.csv:1: two columns are named "path"`},
		{name: "header only", csv: "path,label\n", err: "f.csv: no pictures after the header line"},
		{name: "every fault with its line", csv: "path,label\na.png,5\nb.png,mauve\n\"two\nlines.png\",crane\nc.png,-1\n,0\nd.png\n",
			err: "f.csv:2: label 5: the ladder's labels are 0 to 4\n" +
				"f.csv:3: label \"mauve\": neither an id nor a text of the ladder's labels\n" +
				"f.csv:4: label \"crane\": the ladder has this text more than once: use the id\n" +
				"f.csv:6: label -1: the ladder's labels are 0 to 4\n" +
				"f.csv:7: no path\n" +
				"f.csv:8: 1 fields, the header line has 2"},
		{name: "ten faults at most", csv: "path,label\n" + strings.Repeat("a.png,9\n", 12),
			err: strings.Join([]string{"f.csv:2: …", "f.csv:11: …", "and 2 more"}, "\n")},
		{name: "bad quote", csv: "path,label\n\"a.png,0\n", err: `f.csv:2:10: extraneous or missing " in quoted-field`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseCSV("f.csv", []byte(test.csv), testLabels)
			if test.err != "" {
				if err == nil {
					t.Fatalf("no error, got %v", got)
				}
				if strings.Contains(test.err, "…") { // the first, the last and the sum of a long list
					lines := strings.Split(err.Error(), "\n")
					if len(lines) != maxFaults+1 || lines[maxFaults] != "and 2 more" {
						t.Errorf("got error:\n%v", err)
					}
					return
				}
				if diff := cmp.Diff(test.err, err.Error()); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFromCSVFindsPictures(t *testing.T) {
	t.Run("beside the file", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir+"/a.png", "")
		write(t, dir+"/labels.csv", "path,label\na.png,0\n")
		expectPath(t, dir+"/labels.csv", dir+"/a.png")
	})
	t.Run("from the folder above", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir+"/images/a.png", "")
		write(t, dir+"/images/labels.csv", "path,label\nimages/a.png,0\n")
		expectPath(t, dir+"/images/labels.csv", dir+"/images/a.png")
	})
	t.Run("from the folder above the working directory", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir+"/images/a.png", "")
		write(t, dir+"/images/labels.csv", "path,label\nimages/a.png,0\n")
		t.Chdir(dir + "/images")
		expectPath(t, "labels.csv", dir+"/images/a.png")
	})
	t.Run("absolute", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir+"/labels.csv", "path,label\n/nowhere/a.png,0\n")
		expectPath(t, dir+"/labels.csv", "/nowhere/a.png")
	})
}

func expectPath(t *testing.T, csv, want string) {
	t.Helper()
	d, err := FromCSV(csv, testLabels)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Items[0].Path; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
}

func TestFromFolders(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"red/b.JPEG", "red/a.png", "2/c.jpg", "red/.hidden.png", "red/notes.txt", ".git/d.png", "e.png"} {
		write(t, filepath.Join(dir, name), "")
	}
	d, err := FromFolders(dir, testLabels)
	if err != nil {
		t.Fatal(err)
	}
	want := []Item{{Path: dir + "/2/c.jpg", Label: 2}, {Path: dir + "/red/a.png"}, {Path: dir + "/red/b.JPEG"}}
	if diff := cmp.Diff(want, d.Items); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}

	write(t, dir+"/mauve/f.png", "")
	_, err = FromFolders(dir, testLabels)
	if want := dir + `/mauve: label "mauve": neither an id nor a text of the ladder's labels`; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	if _, err = FromFolders(t.TempDir(), testLabels); err == nil || !strings.Contains(err.Error(), "no pictures") {
		t.Errorf("got error %v for an empty folder", err)
	}
}

func FuzzParseCSV(f *testing.F) {
	f.Add([]byte("path,label,source\na.png,0,web\n\"b,c.png\",blue,\n"))
	f.Add([]byte("path,label\na.png\n,\n\"x\ny\",9\n"))
	f.Add([]byte("\ufefflabel,path\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		items, err := parseCSV("f.csv", data, testLabels)
		if (err == nil) != (len(items) > 0) {
			t.Fatalf("%d items and error %v", len(items), err)
		}
		for _, item := range items {
			if item.Path == "" || item.Label < 0 || item.Label >= len(testLabels) {
				t.Errorf("item %+v", item)
			}
		}
	})
}
