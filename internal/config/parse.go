package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parse returns the content of the one document in data, nil if there is none.
func parse(file string, data []byte) (*yaml.Node, *Error) {
	if fault := notText(file, data); fault != nil {
		return nil, fault
	}
	root, err := parseYAML(data)
	if err != nil {
		return nil, syntaxError(file, data, err)
	}
	return root, nil
}

// parseYAML turns go-yaml's panics, which some malformed comments cause, into
// errors.
func parseYAML(data []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, errors.New("yaml: this file cannot be parsed")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := dec.Decode(&next); err == nil {
		return nil, fmt.Errorf("yaml: line %d: a second document; one file holds one document", next.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

var (
	syntaxLine    = regexp.MustCompile(`^yaml: line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^yaml: unknown anchor '(.*)' referenced$`)

	// parserError matches the messages for which go-yaml counts lines from 0.
	parserError = regexp.MustCompile(`^did not find expected (',' or|key|'-' indicator|node content|<)`)
)

// syntaxError places go-yaml's message in the file. Variables are expanded
// after parsing, so the message cannot hold one's value.
func syntaxError(file string, data []byte, err error) *Error {
	msg := err.Error()
	line := 1
	if m := syntaxLine.FindStringSubmatch(msg); m != nil {
		msg = msg[len(m[0]):]
		line, _ = strconv.Atoi(m[1])
		if parserError.MatchString(msg) {
			line++
		}
	} else if m := unknownAnchor.FindStringSubmatch(msg); m != nil {
		if before, _, found := bytes.Cut(data, []byte("*"+m[1])); found {
			line += bytes.Count(before, []byte("\n"))
		}
	}
	e := &Error{File: file, Line: line, Column: 1, What: "not valid YAML: " + strings.TrimPrefix(msg, "yaml: ")}
	if lines := bytes.Split(data, []byte("\n")); line <= len(lines) {
		text := lines[line-1]
		e.Column += len(text) - len(bytes.TrimLeft(text, " "))
		if bytes.Contains(text, []byte("${")) {
			e.Hint = `inside {} or [], put quotes around "${NAME}"`
		}
	}
	return e
}

// notText finds the first thing in data that is not text in UTF-8: go-yaml
// would not say where it is.
func notText(file string, data []byte) *Error {
	e := &Error{File: file, Line: 1, Column: 1}
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		switch {
		case r == utf8.RuneError && size == 1:
			e.What = "not valid UTF-8"
			return e
		case r == '\n':
			e.Line, e.Column = e.Line+1, 1
			continue
		case unicode.IsControl(r) && r != '\t' && r != '\r' && r != '\u0085':
			e.What = fmt.Sprintf("control character %U", r)
			return e
		}
		e.Column++
	}
	return nil
}
