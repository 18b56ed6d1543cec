package ledger

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// ShortPrefix begins the short form of a receipt. It and Base45 use only letters that a QR code packs eleven bits a pair.
const ShortPrefix = "ZS1:"

// Short returns the receipt for a printed code, without parts and cosignatures: ShortPrefix, then Base45 (RFC 9285) of
//
//	version (1) ‖ size (uvarint) ‖ public key (32) ‖ log signature (64) ‖ length of region (1) ‖ region ‖
//	number of hashes (1) ‖ hashes ‖ head, raw DEFLATE (RFC 1951)
//
// Root, leaf index, origin and text of the checkpoint follow from these. It can be checked offline like the whole
// receipt. Among 10 million records it has about 1 900 letters and fits one QR code (version 27 at level L).
func (r *Receipt) Short() (string, error) {
	key, err := ParseKey(r.Key)
	if err != nil {
		return "", err
	}
	if _, err := Verify(r, key); err != nil {
		return "", err
	}
	region, _ := regionOf(key.name)
	_, lines, err := splitNote(r.Checkpoint)
	if err != nil {
		return "", err
	}
	b := []byte{ReceiptVersion}
	b = binary.AppendUvarint(b, uint64(r.Size))
	b = append(b, key.key...)
	for _, line := range lines {
		if name, id := lineKey(line); name == key.name && id == key.id {
			sig, err := base64.StdEncoding.Strict().DecodeString(line[strings.LastIndexByte(line, ' ')+1:])
			if err != nil {
				return "", err
			}
			b = append(b, sig[4:]...)
			break
		}
	}
	b = append(b, byte(len(region)))
	b = append(b, region...)
	b = append(b, byte(len(r.Proof)))
	b = append(b, joinHashes(r.Proof)...)
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := io.WriteString(w, r.Head); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return ShortPrefix + base45(append(b, packed.Bytes()...)), nil
}

// parseShort puts the whole receipt together again.
func parseShort(text string) (*Receipt, error) {
	b, ok := unbase45(strings.TrimPrefix(text, ShortPrefix))
	if !ok {
		return nil, failed(CheckFormat, "回执码不完整，请重新扫描")
	}
	short := failed(CheckFormat, "回执码不完整，请重新扫描")
	if len(b) < 1 || b[0] != ReceiptVersion {
		return nil, failed(CheckFormat, "不认识的回执码版本")
	}
	b = b[1:]
	size, n := binary.Uvarint(b)
	if n <= 0 || size > MaxInt || len(b) < n+32+64+1 {
		return nil, short
	}
	b = b[n:]
	public, sig, length := b[:32], b[32:96], int(b[96])
	b = b[97:]
	if len(b) < length+1 {
		return nil, short
	}
	region := string(b[:length])
	hashes := int(b[length])
	b = b[length+1:]
	if hashes > 64 || len(b) < hashes*tlog.HashSize {
		return nil, short
	}
	r := &Receipt{Size: int64(size)}
	for i := range hashes {
		r.Proof = append(r.Proof, Hash(b[i*tlog.HashSize:(i+1)*tlog.HashSize]))
	}
	head, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b[hashes*tlog.HashSize:])), MaxHead+1))
	if err != nil {
		return nil, short
	}
	h, err := ParseHead(head)
	if err != nil {
		return nil, failed(CheckHead, "记录的头不合规定的写法")
	}
	r.Head, r.Index = string(head), IndexOf(h.Seq)
	if !isToken(region, maxRegion) || region == "" || strings.ContainsAny(region, "+/") {
		return nil, short
	}
	key := Key{newPublicKey(origin(region, public), algEd25519, public)}
	r.Key = key.String()
	root, err := rootFromInclusion(r.Proof, r.Size, r.Index, LeafHash(head))
	if err != nil {
		return nil, failed(CheckInclusionProof, "记录不在存证快照之中")
	}
	c := Checkpoint{Origin: key.name, Size: r.Size, Root: root}
	line := base64.StdEncoding.EncodeToString(append(binary.BigEndian.AppendUint32(nil, key.id), sig...))
	r.Checkpoint = fmt.Sprintf("%s\n— %s %s\n", c.text(), key.name, line)
	return r, nil
}

const alphabet45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// base45 is RFC 9285: two bytes become three letters, lowest first, a last single byte two.
func base45(b []byte) string {
	out := make([]byte, 0, (len(b)*3+1)/2)
	for ; len(b) >= 2; b = b[2:] {
		n := int(b[0])<<8 | int(b[1])
		out = append(out, alphabet45[n%45], alphabet45[n/45%45], alphabet45[n/2025])
	}
	if len(b) == 1 {
		out = append(out, alphabet45[int(b[0])%45], alphabet45[int(b[0])/45])
	}
	return string(out)
}

func unbase45(s string) (b []byte, ok bool) {
	for len(s) > 0 {
		letters := min(3, len(s))
		n, unit := 0, 1
		for i := range letters {
			v := strings.IndexByte(alphabet45, s[i])
			if v < 0 {
				return nil, false
			}
			n += v * unit
			unit *= 45
		}
		switch {
		case letters == 3 && n <= 0xffff:
			b = append(b, byte(n>>8), byte(n))
		case letters == 2 && n <= 0xff:
			b = append(b, byte(n))
		default:
			return nil, false
		}
		s = s[letters:]
	}
	return b, true
}
