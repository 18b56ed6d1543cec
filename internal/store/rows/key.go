package rows

import (
	"errors"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
)

// KindKey is the kind of the records that name the log's public key: the first of a log, and one for each new key.
const KindKey = "key"

// Fields of a key record's open part: the key, and the note in which the key before signed it.
const (
	fieldKey    = "key"
	fieldSigned = "signed"
)

var errKey = errors.New("the key named is not the one that was signed")

// KeyWords are the open part of a key record. signed is "" for the first key of a log.
func KeyWords(key ledger.Key, signed string) matter.Words {
	vs := matter.Values{}.With(fieldKey, matter.OfText(key.String()))
	if signed != "" {
		vs = vs.With(fieldSigned, matter.OfText(signed))
	}
	return matter.Words{Values: vs}
}

// NextKey reads a key record: the key it names, if that is the first or the key before (old) signed it.
func NextKey(words *matter.Words, old ledger.Key) (ledger.Key, error) {
	key, err := ledger.ParseKey(words.Values.Text(fieldKey))
	if err != nil || old.IsZero() || key.String() == old.String() { // said again, it is no new key
		return key, err
	}
	signed, err := ledger.OpenSuccession(words.Values.Text(fieldSigned), old)
	if err == nil && signed.String() != key.String() {
		err = errKey
	}
	return signed, err
}
