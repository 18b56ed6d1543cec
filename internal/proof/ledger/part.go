package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Limits in bytes.
const (
	MaxHead = 2 << 10  // of a head
	MaxPart = 64 << 10 // of one part
)

// Digest is a SHA-256 value. The zero value stands for "none"; no text that anyone can find hashes to it.
type Digest [sha256.Size]byte

// String returns the digest as 64 lower-case hex digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads what String writes; upper-case digits and other lengths are errors.
func ParseDigest(text string) (Digest, error) {
	var d Digest
	if len(text) != hex.EncodedLen(len(d)) || strings.ToLower(text) != text {
		return d, fmt.Errorf("parse digest: want 64 lower-case hex digits, got %q", text)
	}
	if _, err := hex.Decode(d[:], []byte(text)); err != nil {
		return Digest{}, fmt.Errorf("parse digest: %w", err)
	}
	return d, nil
}

// Salt is the secret that keeps a part from being guessed by its digest. It is 32 random bytes, new for every part,
// and is dropped together with the part when that is erased.
type Salt [32]byte

// Part names one of the parts a record may have.
type Part uint8

// The parts, in the order of their names, which is the order of the head.
const (
	Effects  Part = iota // what the act did: events, verdicts, fact deltas, numbers; never erased
	Files                // names, types, sizes and digests of files
	Open                 // texts and titles everyone in reach may read
	Personal             // words about persons
	Sealed               // words for named persons only
	parts                // how many there are
)

var partNames = [parts]string{"effects", "files", "open", "personal", "sealed"}

// String returns the name of the part as it stands in the head.
func (p Part) String() string {
	if p < parts {
		return partNames[p]
	}
	return ""
}

var partTitles = [parts]string{"办理结果", "文件清单", "一般内容", "涉及个人的内容", "保密内容"}

// Title returns the name of the part for people.
func (p Part) Title() string {
	if p < parts {
		return partTitles[p]
	}
	return ""
}

// ParsePart returns the part of a name; ok is false when there is none.
func ParsePart(name string) (p Part, ok bool) {
	for i, n := range partNames {
		if n == name {
			return Part(i), true
		}
	}
	return 0, false
}

// Digests holds the commitments of a record's parts; a part the record does not have is zero.
type Digests [parts]Digest

// Commit returns SHA-256(salt ‖ body), what the head says of a part.
func Commit(salt Salt, body []byte) Digest {
	var buf [512]byte // most parts are short: one pass without a hash state on the heap
	if len(salt)+len(body) <= len(buf) {
		n := copy(buf[:], salt[:])
		n += copy(buf[n:], body)
		return sha256.Sum256(buf[:n])
	}
	h := sha256.New()
	h.Write(salt[:])
	h.Write(body)
	var d Digest
	h.Sum(d[:0])
	return d
}
