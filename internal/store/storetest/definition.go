package storetest

import (
	"crypto/sha256"
	"encoding/hex"

	"zhunsheng/internal/store/rows"
)

// Definition is a definition with the digest of its rules.
func Definition(id string) rows.Definition {
	rules := []byte(`{"id":"` + id + `"}`)
	sum := sha256.Sum256(rules)
	return rows.Definition{Digest: hex.EncodeToString(sum[:]), Kind: "procedure", ID: id, InForce: "2020-01-01", Rules: rules}
}
