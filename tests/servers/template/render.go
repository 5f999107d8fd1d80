package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/template"
	"unicode/utf8"
)

// request is one template with what it is rendered over.
type request struct {
	Template string          `json:"template"`
	Mode     string          `json:"mode"`
	Values   json.RawMessage `json:"values"`
	Name     string          `json:"name"`
	Left     string          `json:"left"`
	Right    string          `json:"right"`
	// Words are those of somebody else about texts that are no YAML. fromYaml uses them in place of its own, and each such text
	// that has none comes back with the answer. Without a list, the answer is what it is.
	Words [][2]text `json:"words"`

	broken []text
}

// text is a string of JSON, or {"base64": …} for bytes that are no UTF-8.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var bytes struct{ Base64 []byte }
		err := json.Unmarshal(data, &bytes)
		*t = text(bytes.Base64)
		return err
	}
	return json.Unmarshal(data, (*string)(t))
}

func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(map[string][]byte{"base64": []byte(t)})
}

// render gives the bytes, or the error of parsing or executing.
func (r *request) render() (output []byte, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	root, err := r.root()
	if err != nil {
		return nil, err
	}
	name := r.Name
	if name == "" {
		name = "template"
	}
	parsed := template.New(name).Delims(r.Left, r.Right)
	switch r.Mode {
	case "eso", "":
		parsed.Funcs(functions()).Option("missingkey=error")
	case "default+sprig":
		parsed.Funcs(functions())
	case "default":
	default:
		return nil, fmt.Errorf("there is no mode %q", r.Mode)
	}
	if r.Words != nil && r.Mode != "default" {
		parsed.Funcs(template.FuncMap{"fromYaml": r.fromYAML})
	}
	if _, err := parsed.Parse(r.Template); err != nil {
		return nil, err
	}
	var written bytes.Buffer
	err = parsed.Execute(&limited{&written, 256 << 20}, root)
	return written.Bytes(), err
}

// root is a map of string to string for the peer, and whatever the JSON holds in the other modes.
func (r *request) root() (any, error) {
	if len(r.Values) == 0 {
		return nil, errors.New("there are no values")
	}
	if r.Mode != "eso" && r.Mode != "" {
		var root any
		err := json.Unmarshal(r.Values, &root)
		return root, err
	}
	var texts map[string]text
	if err := json.Unmarshal(r.Values, &texts); err != nil {
		return nil, err
	}
	root := map[string]string{}
	for name, value := range texts {
		root[name] = string(value)
	}
	return root, nil
}

// limited keeps a hostile template from filling the memory.
type limited struct {
	inner io.Writer
	left  int
}

func (l *limited) Write(data []byte) (int, error) {
	if len(data) > l.left {
		return 0, errors.New("too much output")
	}
	l.left -= len(data)
	return l.inner.Write(data)
}

func success(output []byte, broken ...text) []byte {
	if utf8.Valid(output) {
		return line(map[string]any{"ok": true, "output": string(output)}, broken)
	}
	return line(map[string]any{"ok": true, "base64": output}, broken)
}

func failure(err error, broken ...text) []byte {
	return line(map[string]any{"ok": false, "error": err.Error()}, broken)
}

func line(answer map[string]any, broken []text) []byte {
	if len(broken) > 0 {
		answer["broken"] = broken
	}
	encoded, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return append(encoded, '\n')
}
