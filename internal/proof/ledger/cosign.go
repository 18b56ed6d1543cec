package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Cosign states that the witness has seen the log of key grow correctly up to the signed checkpoint, and returns the
// line to be added (C2SP tlog-cosignature, Ed25519). previous is the last checkpoint the witness cosigned for this log
// (the zero value the first time), proof the consistency proof between the two. It refuses when the log was rewritten.
func (c *Cosigner) Cosign(signed string, key Key, previous Checkpoint, proof []Hash, at time.Time) (line string, err error) {
	next, _, err := OpenCheckpoint(signed, key)
	if err != nil {
		return "", fmt.Errorf("cosign: %w", err)
	}
	if previous != (Checkpoint{}) {
		if err := CheckGrowth(previous, next, proof); err != nil {
			return "", fmt.Errorf("cosign: %w", err)
		}
	}
	if at.Unix() < 0 {
		return "", errors.New("cosign: time before 1970")
	}
	sig := binary.BigEndian.AppendUint32(nil, c.public.id)
	sig = binary.BigEndian.AppendUint64(sig, uint64(at.Unix()))
	sig = append(sig, ed25519.Sign(c.private, cosigned([]byte(next.text()), uint64(at.Unix())))...)
	return "— " + c.public.name + " " + base64.StdEncoding.EncodeToString(sig), nil
}

// AddCosignature returns the signed checkpoint with the line of a witness added, after checking it. A line of the same
// witness that is already there is replaced.
func AddCosignature(signed, line string, key Key, w Witness) (string, error) {
	text, lines, err := splitNote(signed)
	if err != nil {
		return "", err
	}
	line = strings.TrimSuffix(line, "\n")
	if strings.Contains(line, "\n") {
		return "", errors.New("add cosignature: more than one line")
	}
	kept := lines[:0]
	for _, l := range lines {
		if name, id := lineKey(l); name != w.name || id != w.id {
			kept = append(kept, l)
		}
	}
	out := text + "\n" + strings.Join(append(kept, line), "\n") + "\n"
	_, all, err := OpenCheckpoint(out, key, w)
	if err != nil {
		return "", fmt.Errorf("add cosignature: %w", err)
	}
	if len(all) != 1 {
		return "", fmt.Errorf("add cosignature: the line is not by %s", w.name)
	}
	return out, nil
}

// splitNote cuts a signed note into its text and its signature lines.
func splitNote(signed string) (text string, lines []string, err error) {
	i := strings.LastIndex(signed, "\n\n")
	if i < 0 || !strings.HasSuffix(signed, "\n") || i+2 >= len(signed) {
		return "", nil, errors.New("not a signed note")
	}
	return signed[:i+1], strings.Split(strings.TrimSuffix(signed[i+2:], "\n"), "\n"), nil
}

// lineKey returns whose signature line it is.
func lineKey(line string) (name string, id uint32) {
	name, b64, _ := strings.Cut(strings.TrimPrefix(line, "— "), " ")
	b, err := base64.StdEncoding.Strict().DecodeString(b64)
	if err != nil || len(b) < 4 {
		return "", 0
	}
	return name, binary.BigEndian.Uint32(b)
}

// cosignedAt reads the time of a verified cosignature.
func cosignedAt(b64 string) (time.Time, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(b64)
	if err != nil || len(b) != 4+8+ed25519.SignatureSize {
		return time.Time{}, &note.InvalidSignatureError{}
	}
	return time.Unix(int64(binary.BigEndian.Uint64(b[4:])), 0).UTC(), nil
}
