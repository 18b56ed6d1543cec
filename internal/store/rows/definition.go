package rows

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"zhunsheng/internal/matter"
)

// KindLoad is the kind of a record that brings definitions.
const KindLoad = "load"

// fieldDefinitions is the field of a load record's open part that lists what it brings.
const fieldDefinitions = "definitions"

// Definition is one version of rules as the database keeps it for ever.
type Definition struct {
	Digest  string // lower-case hex SHA-256 of Rules
	Kind    string // procedure, register, calendar …
	ID      string
	InForce string
	Rules   []byte
}

// Check reports a definition whose digest is not that of its rules.
func (d *Definition) Check() error {
	sum := sha256.Sum256(d.Rules)
	if hex.EncodeToString(sum[:]) != d.Digest {
		return fmt.Errorf("definition %s %s: its digest is not that of its rules", d.Kind, d.ID)
	}
	return nil
}

// DefinitionList is the value a load record carries in its open part under the name "definitions": what verify and
// rebuild take the columns of the definitions from.
func DefinitionList(defs []Definition) matter.Named {
	items := make([]matter.Item, 0, len(defs))
	for i, d := range defs {
		items = append(items, matter.Item{ID: fmt.Sprintf("d%d", i+1), Fields: matter.Values{
			{Name: "digest", Value: matter.OfText(d.Digest)},
			{Name: "id", Value: matter.OfText(d.ID)},
			{Name: "in_force", Value: matter.OfText(d.InForce)},
			{Name: "kind", Value: matter.OfText(d.Kind)},
		}})
	}
	return matter.Named{Name: fieldDefinitions, Value: matter.OfList(items...)}
}

// Loaded returns the definitions a load record lists, without their rules.
func Loaded(kind string, words *matter.Words) []Definition {
	if kind != KindLoad {
		return nil
	}
	list, _ := words.Values.Get(fieldDefinitions)
	defs := make([]Definition, 0, len(list.Items))
	for _, it := range list.Items {
		f := it.Fields
		defs = append(defs, Definition{Digest: f.Text("digest"), Kind: f.Text("kind"), ID: f.Text("id"), InForce: f.Text("in_force")})
	}
	return defs
}

var errRules = errors.New("a load record must list exactly the definitions it brings (rows.DefinitionList)")

// CheckLoad reports whether a change brings exactly the definitions its record lists, each under its own digest.
func CheckLoad(kind string, words *matter.Words, defs []Definition) error {
	listed := Loaded(kind, words)
	if len(listed) != len(defs) {
		return errRules
	}
	for i := range defs {
		d := defs[i]
		if err := d.Check(); err != nil {
			return err
		}
		l := listed[i]
		if l.Digest != d.Digest || l.Kind != d.Kind || l.ID != d.ID || l.InForce != d.InForce {
			return errRules
		}
	}
	return nil
}
