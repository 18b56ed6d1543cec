package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint (存证快照) is what a log says of itself: at this size its root was this.
type Checkpoint struct {
	Origin string // name of the log
	Size   int64  // number of records
	Root   Hash
}

// maxNote bounds a signed checkpoint; a hundred cosignatures fit.
const maxNote = 32 << 10

// text is the body that is signed: three lines, nothing else.
func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// Checkpoint signs the tree of that size and root and returns the signed note.
func (s *Signer) Checkpoint(size int64, root Hash) (string, error) {
	if size < 0 {
		return "", errors.New("sign checkpoint: negative size")
	}
	c := Checkpoint{Origin: s.public.name, Size: size, Root: root}
	b, err := note.Sign(&note.Note{Text: c.text()}, s)
	if err != nil {
		return "", fmt.Errorf("sign checkpoint: %w", err)
	}
	return string(b), nil
}

// Cosigned says that a witness has seen the log grow correctly up to the checkpoint.
type Cosigned struct {
	Name string    // the witness
	At   time.Time // when, UTC, whole seconds
}

// ParseCheckpoint reads the text of a signed note without checking any signature; use OpenCheckpoint before believing
// it. Only the three lines of our own checkpoints are taken.
func ParseCheckpoint(signed string) (Checkpoint, error) {
	if len(signed) > maxNote {
		return Checkpoint{}, errors.New("parse checkpoint: too long")
	}
	_, err := note.Open([]byte(signed), nil)
	var unverified *note.UnverifiedNoteError
	if !errors.As(err, &unverified) {
		return Checkpoint{}, errors.New("parse checkpoint: not a signed note")
	}
	return parseCheckpointText(unverified.Note.Text)
}

func parseCheckpointText(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, errors.New("parse checkpoint: want origin, size and root")
	}
	c := Checkpoint{Origin: lines[0]}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return Checkpoint{}, errors.New("parse checkpoint: size is not a number")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, errors.New("parse checkpoint: root is not a hash")
	}
	c.Size = size
	copy(c.Root[:], root)
	if size < 0 || !isKeyName(c.Origin) || c.text() != text {
		return Checkpoint{}, errors.New("parse checkpoint: not in the form it is signed in")
	}
	return c, nil
}

// OpenCheckpoint checks the signature of the log and those of the witnesses that are known, and returns what was
// signed. Lines of unknown keys are passed over; a wrong line of a known key is an error.
func OpenCheckpoint(signed string, key Key, witnesses ...Witness) (Checkpoint, []Cosigned, error) {
	if key.IsZero() {
		return Checkpoint{}, nil, errors.New("open checkpoint: no key")
	}
	if len(signed) > maxNote {
		return Checkpoint{}, nil, errors.New("open checkpoint: too long")
	}
	known := []note.Verifier{key}
	for _, w := range witnesses {
		known = append(known, w)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(known...))
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("open checkpoint: %w", err)
	}
	c, err := parseCheckpointText(n.Text)
	if err != nil {
		return Checkpoint{}, nil, err
	}
	if c.Origin != key.name {
		return Checkpoint{}, nil, fmt.Errorf("open checkpoint: it is of log %s, the key of %s", c.Origin, key.name)
	}
	var own bool
	var cosigned []Cosigned
	for _, sig := range n.Sigs {
		// note reads Base64 loosely; a line that has been touched at all is not the line that was signed.
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return Checkpoint{}, nil, errors.New("open checkpoint: a signature is not in canonical Base64")
		}
		if sig.Name == key.name && sig.Hash == key.id {
			own = true
			continue
		}
		at, err := cosignedAt(sig.Base64)
		if err != nil {
			return Checkpoint{}, nil, err
		}
		cosigned = append(cosigned, Cosigned{Name: sig.Name, At: at})
	}
	if !own {
		return Checkpoint{}, nil, errors.New("open checkpoint: the log itself has not signed it")
	}
	return c, cosigned, nil
}

// CheckGrowth reports whether the log has only grown from one checkpoint to the next: same log, and the old tree is
// the beginning of the new one. A witness asks this before it cosigns, and anyone who keeps checkpoints may.
func CheckGrowth(older, newer Checkpoint, proof []Hash) error {
	if older.Origin != newer.Origin {
		return fmt.Errorf("check growth: %s and %s are two logs", older.Origin, newer.Origin)
	}
	if err := CheckConsistency(proof, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return fmt.Errorf("check growth from %d to %d: %w", older.Size, newer.Size, err)
	}
	return nil
}
