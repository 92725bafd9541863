package pipeline

import (
	"strings"
	"testing"
)

func TestLaunch(t *testing.T) {
	g := Graph{Nodes: []Node{
		{Factory: "filesrc", Props: []Prop{{"location", "/tmp/a b.mp4"}}},
		{Factory: "decodebin", Name: "decode", Props: []Prop{{"caps", "video/x-raw(ANY)"}, {"expose-all-streams", "false"}}},
		{Caps: "video/x-raw,format=RGB,width=224"},
		{Factory: "fakesink"},
	}}
	want := `filesrc location=\"/tmp/a\\040b.mp4\" ! decodebin name=decode caps=video/x-raw(ANY) expose-all-streams=false` +
		` ! video/x-raw,format=RGB,width=224 ! fakesink`
	if got := g.Launch(); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestQuote(t *testing.T) {
	for value, want := range map[string]string{
		"false":   "false",
		"1/1":     "1/1",
		"%d.jpg":  "%d.jpg",
		"":        `\"\"`,
		"NULL":    `\"NULL\"`,
		`a"b`:     `\"a\\042b\"`,
		`a\`:      `\"a\\134\"`,
		"a\nb":    `\"a\\012b\"`,
		"a ! b":   `\"a\\040\\041\\040b\"`,
		"é":       `\"\\303\\251\"`,
		"cut\x00": "cut",
	} {
		if got := quote(value); got != want {
			t.Errorf("quote(%q) = %s, want %s", value, got, want)
		}
	}
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "plain", `"`, `\`, `\\"`, `"quoted"`, "a b", "a\nb", "x!y", "é\xff", "NULL", "k=v", "'", `"\`, "#", "\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsRune(value, 0) {
			t.Skip("a zero byte cannot be said")
		}
		text := quote(value)
		if strings.ContainsAny(text, " \t\n\v\f\r") {
			t.Fatalf("quote(%q) = %q: the value would end at white space", value, text)
		}
		if got, ok := deserialize(unescape(text)); !ok || got != value {
			t.Errorf("%q is written %s and read back as %q", value, text, got)
		}
	})
}

// unescape does what gst_parse_unescape does to a bare value (GStreamer 1.22, gst/parse).
func unescape(s string) string {
	var out []byte
	quoted := false
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && !quoted {
			if i++; i == len(s) {
				break
			}
		} else if s[i] == '"' && (!quoted || s[i-1] != '\\') {
			quoted = !quoted
		}
		out = append(out, s[i])
	}
	return string(out)
}

// deserialize does what gst_value_deserialize_string and gst_string_unwrap do
// (GStreamer 1.22, gst/gstvalue.c).
func deserialize(s string) (string, bool) {
	if s == "NULL" {
		return "", false
	}
	if !strings.HasPrefix(s, `"`) || !strings.HasSuffix(s, `"`) {
		return s, true
	}
	var out []byte
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return string(out), i == len(s)-1
		case isWord(c):
			out = append(out, c)
		case c != '\\' || i+1 == len(s):
			return "", false
		case s[i+1] >= '0' && s[i+1] <= '3':
			if i+3 >= len(s) {
				return "", false
			}
			out = append(out, (s[i+1]-'0')<<6|(s[i+2]-'0')<<3|(s[i+3]-'0'))
			i += 3
		default:
			i++
			out = append(out, s[i])
		}
	}
	return "", false
}
