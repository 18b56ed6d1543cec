package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

// Algorithm bytes of keys, as C2SP signed-note assigns them. A log signed with SM2/SM3 will use 0xff followed by a name
// of its own; until one exists, keys of other algorithms are refused by name.
const (
	algEd25519  = 0x01 // a log's key
	algCosigner = 0x04 // a witness's key: Ed25519 over a timestamped message
)

// OriginPrefix begins the origin of every log of this program.
const OriginPrefix = "zhunsheng/"

// Key is the public half of a log's key; the zero Key verifies nothing.
type Key struct{ publicKey }

// Signer is the secret half of a log's key. It signs checkpoints.
type Signer struct{ secretKey }

// Witness is the public half of the key of an office that cosigns (见证).
type Witness struct{ publicKey }

// Cosigner is the secret half of a witness's key.
type Cosigner struct{ secretKey }

type publicKey struct {
	name string
	id   uint32
	alg  byte
	key  ed25519.PublicKey
}

// Name returns the name the key signs under: for a log, its origin.
func (k publicKey) Name() string { return k.name }

// KeyHash returns the key ID of signed notes, SHA-256(name ‖ 0x0A ‖ algorithm ‖ key)[:4].
func (k publicKey) KeyHash() uint32 { return k.id }

// IsZero reports whether there is no key.
func (k publicKey) IsZero() bool { return k.key == nil }

// String returns the key as text, `name+id+base64(algorithm ‖ key)`, the form ParseKey and ParseWitness read.
func (k publicKey) String() string {
	if k.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s+%08x+%s", k.name, k.id, base64.StdEncoding.EncodeToString(append([]byte{k.alg}, k.key...)))
}

func newPublicKey(name string, alg byte, key ed25519.PublicKey) publicKey {
	b := append([]byte(name+"\n"), alg)
	sum := sha256.Sum256(append(b, key...))
	return publicKey{name: name, id: binary.BigEndian.Uint32(sum[:]), alg: alg, key: key}
}

type secretKey struct {
	public  publicKey
	private ed25519.PrivateKey
}

// Name returns the name the key signs under: for a log, its origin.
func (k secretKey) Name() string { return k.public.name }

// KeyHash returns the key ID of signed notes.
func (k secretKey) KeyHash() uint32 { return k.public.id }

// Secret returns the key as text, `PRIVATE+KEY+name+id+base64(algorithm ‖ seed)`, the form ParseSigner and
// ParseCosigner read. It is what DATA/log.key holds.
func (k secretKey) Secret() string {
	seed := append([]byte{k.public.alg}, k.private.Seed()...)
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", k.public.name, k.public.id, base64.StdEncoding.EncodeToString(seed))
}

// Key returns the public half.
func (s *Signer) Key() Key { return Key{s.public} }

// Witness returns the public half.
func (c *Cosigner) Witness() Witness { return Witness{c.public} }

// NewSigner makes a log's key for a region out of 32 random bytes. Its name is the log's origin,
// `zhunsheng/<region>/<8 hex>`, where the hex digits begin SHA-256(algorithm ‖ key).
func NewSigner(region string, seed [32]byte) (*Signer, error) {
	private := ed25519.NewKeyFromSeed(seed[:])
	public := private.Public().(ed25519.PublicKey)
	if region == "" || !isToken(region, maxRegion) || strings.ContainsAny(region, "+/") {
		return nil, fmt.Errorf("地区代码 %q 不能用于存证名称", region)
	}
	return &Signer{secretKey{newPublicKey(origin(region, public), algEd25519, public), private}}, nil
}

// NewCosigner makes a witness's key out of 32 random bytes. The name tells who cosigns, like `jiancha.example/witness`.
func NewCosigner(name string, seed [32]byte) (*Cosigner, error) {
	if !isKeyName(name) {
		return nil, fmt.Errorf("见证名称 %q 不能为空，也不能含有空格和加号", name)
	}
	private := ed25519.NewKeyFromSeed(seed[:])
	return &Cosigner{secretKey{newPublicKey(name, algCosigner, private.Public().(ed25519.PublicKey)), private}}, nil
}

func origin(region string, key ed25519.PublicKey) string {
	sum := sha256.Sum256(append([]byte{algEd25519}, key...))
	return OriginPrefix + region + "/" + hex.EncodeToString(sum[:4])
}

// regionOf takes the region out of an origin; ok is false when the text is not an origin of this program.
func regionOf(name string) (region string, ok bool) {
	rest, ok := strings.CutPrefix(name, OriginPrefix)
	if !ok {
		return "", false
	}
	region, tail, ok := strings.Cut(rest, "/")
	return region, ok && region != "" && isToken(region, maxRegion) && len(tail) == 8
}

// ParseKey reads a log's public key. The name must be the origin that belongs to the key.
func ParseKey(text string) (Key, error) {
	name, id, alg, raw, err := splitKey(strings.TrimSpace(text))
	if err != nil {
		return Key{}, err
	}
	if alg != algEd25519 {
		return Key{}, errAlgorithm(alg)
	}
	k := newPublicKey(name, alg, raw)
	region, ok := regionOf(name)
	if !ok || k.id != id || origin(region, raw) != name {
		return Key{}, errors.New("公钥与它的名称不符，可能抄录有误")
	}
	return Key{k}, nil
}

// ParseSigner reads what Secret wrote for a log.
func ParseSigner(text string) (*Signer, error) {
	k, err := parseSecret(text, algEd25519)
	if err != nil {
		return nil, err
	}
	region, ok := regionOf(k.public.name)
	if !ok || origin(region, k.public.key) != k.public.name {
		return nil, errors.New("存证密钥与它的名称不符")
	}
	return &Signer{k}, nil
}

// ParseWitness reads the public key of a witness.
func ParseWitness(text string) (Witness, error) {
	name, id, alg, raw, err := splitKey(strings.TrimSpace(text))
	if err != nil {
		return Witness{}, err
	}
	if alg != algCosigner {
		return Witness{}, errAlgorithm(alg)
	}
	k := newPublicKey(name, alg, raw)
	if k.id != id {
		return Witness{}, errors.New("公钥与它的名称不符，可能抄录有误")
	}
	return Witness{k}, nil
}

// ParseCosigner reads what Secret wrote for a witness.
func ParseCosigner(text string) (*Cosigner, error) {
	k, err := parseSecret(text, algCosigner)
	if err != nil {
		return nil, err
	}
	return &Cosigner{k}, nil
}

func parseSecret(text string, want byte) (secretKey, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "PRIVATE+KEY+")
	if !ok {
		return secretKey{}, errors.New("不是密钥：应当以 PRIVATE+KEY+ 开头")
	}
	name, id, alg, raw, err := splitKey(rest)
	if err != nil {
		return secretKey{}, err
	}
	if alg != want {
		return secretKey{}, errAlgorithm(alg)
	}
	private := ed25519.NewKeyFromSeed(raw)
	k := secretKey{newPublicKey(name, alg, private.Public().(ed25519.PublicKey)), private}
	if k.public.id != id {
		return secretKey{}, errors.New("密钥与它的名称不符，可能已经损坏")
	}
	return k, nil
}

func errAlgorithm(alg byte) error { return fmt.Errorf("不支持的签名算法 0x%02x", alg) }

// splitKey takes apart `name+id+base64(algorithm ‖ 32 bytes)`.
func splitKey(text string) (name string, id uint32, alg byte, raw []byte, err error) {
	bad := errors.New("不是密钥：应当形如 名称+八位十六进制数+Base64")
	fields := strings.Split(text, "+")
	if len(fields) < 3 {
		return "", 0, 0, nil, bad
	}
	name = fields[0]
	if len(fields[1]) != 8 || strings.ToLower(fields[1]) != fields[1] || !isKeyName(name) {
		return "", 0, 0, nil, bad
	}
	n, err := strconv.ParseUint(fields[1], 16, 32)
	if err != nil {
		return "", 0, 0, nil, bad
	}
	b, err := base64.StdEncoding.Strict().DecodeString(strings.Join(fields[2:], "+")) // Base64 has a plus of its own
	if err != nil || len(b) == 0 {
		return "", 0, 0, nil, bad
	}
	if b[0] == algEd25519 || b[0] == algCosigner {
		if len(b) != 1+ed25519.PublicKeySize { // a seed is as long
			return "", 0, 0, nil, bad
		}
	}
	return name, uint32(n), b[0], b[1:], nil
}

func isKeyName(name string) bool {
	return name != "" && len(name) <= 255 && utf8.ValidString(name) && !strings.Contains(name, "+") &&
		strings.IndexFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r < ' ' || r == 0x7f }) < 0
}

// Verify reports whether sig signs the text of a checkpoint; note.Open calls it.
func (k Key) Verify(text, sig []byte) bool { return ed25519.Verify(k.key, text, sig) }

// Verify reports whether sig, a time and a signature, cosigns the text of a checkpoint; note.Open calls it.
func (w Witness) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	return at < 1<<63 && ed25519.Verify(w.key, cosigned(text, at), sig[8:])
}

// cosigned is the message a witness signs: two lines of its own before the text of the checkpoint.
func cosigned(text []byte, at uint64) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(at, 10)+"\n"), text...)
}

// Sign signs the text of a checkpoint; note.Sign calls it.
func (s *Signer) Sign(text []byte) ([]byte, error) { return ed25519.Sign(s.private, text), nil }

var (
	_ note.Verifier = Key{}
	_ note.Verifier = Witness{}
	_ note.Signer   = (*Signer)(nil)
)
