package ledger

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// successionTitle is the first line of what the old key signs when a log gets a new one. No origin has spaces: it cannot
// be taken for a checkpoint, nor a checkpoint for it.
const successionTitle = "zhunsheng new key"

func successionText(next Key) string { return successionTitle + "\n" + next.String() + "\n" }

// Succeed signs a log's new key with the one it has: the note that goes into the record of the change (更换密钥).
func (s *Signer) Succeed(next Key) (string, error) {
	if next.IsZero() {
		return "", errors.New("sign the new key: there is none")
	}
	b, err := note.Sign(&note.Note{Text: successionText(next)}, s)
	if err != nil {
		return "", fmt.Errorf("sign the new key: %w", err)
	}
	return string(b), nil
}

// OpenSuccession returns the new key that a note of Succeed names, if the old key signed it.
func OpenSuccession(signed string, old Key) (Key, error) {
	if old.IsZero() {
		return Key{}, errors.New("open the change of keys: no old key")
	}
	if len(signed) > maxNote {
		return Key{}, errors.New("open the change of keys: too long")
	}
	n, err := note.Open([]byte(signed), note.VerifierList(old))
	if err != nil {
		return Key{}, fmt.Errorf("open the change of keys: %w", err)
	}
	text, ok := strings.CutPrefix(n.Text, successionTitle+"\n")
	if !ok {
		return Key{}, errors.New("open the change of keys: it is something else that was signed")
	}
	next, err := ParseKey(text)
	if err != nil {
		return Key{}, fmt.Errorf("open the change of keys: %w", err)
	}
	if successionText(next) != n.Text {
		return Key{}, errors.New("open the change of keys: not in the form it is signed in")
	}
	return next, nil
}
