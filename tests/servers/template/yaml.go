package main

import (
	"strings"

	"sigs.k8s.io/yaml"
)

func toYAML(value any) string {
	written, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(written), "\n")
}

func fromYAML(input string) map[string]any {
	read := map[string]any{}
	if err := yaml.Unmarshal([]byte(input), &read); err != nil {
		return map[string]any{"Error": err.Error()}
	}
	return read
}

// fromYAML is the function with the words of the request.
func (r *request) fromYAML(input string) map[string]any {
	read := map[string]any{}
	err := yaml.Unmarshal([]byte(input), &read)
	if err == nil {
		return read
	}
	for _, pair := range r.Words {
		if string(pair[0]) == input {
			return map[string]any{"Error": string(pair[1])}
		}
	}
	r.broken = append(r.broken, text(input))
	return map[string]any{"Error": err.Error()}
}
