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
