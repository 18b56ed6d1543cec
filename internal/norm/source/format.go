package source

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Format rewrites flow maps that hold Chinese sentences as one key a line; comments stay. A file without any is given
// back as it is, byte for byte.
func Format(data []byte) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		_, message := yamlError(err)
		return nil, fmt.Errorf("不是合法的 YAML：%s", message)
	}
	if !unflow(&doc) {
		return data, nil
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, fmt.Errorf("write formatted pack file: %w", err)
	}
	return out.Bytes(), nil
}

// unflow opens every flow map that holds a sentence and tells whether there was one.
func unflow(n *yaml.Node) bool {
	changed := false
	for _, c := range n.Content {
		changed = unflow(c) || changed
	}
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle == 0 {
		return changed
	}
	for i := 1; i < len(n.Content); i += 2 {
		v := n.Content[i]
		block := v.Kind == yaml.MappingNode && v.Style&yaml.FlowStyle == 0
		sentence := v.Kind == yaml.ScalarNode && v.Style == 0 && chinese(v.Value) && bytes.ContainsFunc([]byte(v.Value), notWord)
		if block || sentence {
			n.Style &^= yaml.FlowStyle
			return true
		}
	}
	return changed
}
