package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ReceiptVersion is the `v` of the receipts this package writes.
const ReceiptVersion = 1

// MaxReceipt bounds a receipt: a head, a proof, a checkpoint and all parts with their JSON escapes.
const MaxReceipt = 1 << 20

// Receipt (回执) proves to whoever holds it, without the system that gave it, that a record stands in the log. It holds
// the exact bytes of the head and of the parts its holder may see.
type Receipt struct {
	Key        string  // public key of the log, as text; to be compared with the published one
	Head       string  // exact bytes of the head
	Index      int64   // leaf index
	Size       int64   // size of the tree of the checkpoint
	Proof      []Hash  // inclusion proof, lowest sibling first
	Checkpoint string  // signed note
	Parts      []Shown // parts laid open; those left out stay commitments in the head
}

// Shown is a part laid open: the exact bytes and the salt that go into its commitment.
type Shown struct {
	Part Part
	Salt Salt
	Body string
}

// Issue makes the receipt of the record with that head under a signed checkpoint that covers it. It verifies what it
// made, so that a receipt that leaves the house is right.
func Issue(src Source, head []byte, key Key, checkpoint string, shown []Shown) (*Receipt, error) {
	h, err := ParseHead(head)
	if err != nil {
		return nil, fmt.Errorf("issue receipt: %w", err)
	}
	c, err := ParseCheckpoint(checkpoint)
	if err != nil {
		return nil, fmt.Errorf("issue receipt of %d: %w", h.Seq, err)
	}
	proof, err := Inclusion(src, c.Size, IndexOf(h.Seq))
	if err != nil {
		return nil, fmt.Errorf("issue receipt of %d: %w", h.Seq, err)
	}
	r := &Receipt{Key: key.String(), Head: string(head), Index: IndexOf(h.Seq), Size: c.Size, Proof: proof,
		Checkpoint: checkpoint, Parts: shown}
	if _, err := Verify(r, key); err != nil {
		return nil, fmt.Errorf("issue receipt of %d: %w", h.Seq, err)
	}
	return r, nil
}

// Encode returns the receipt as canonical JSON with a line break at the end.
func (r *Receipt) Encode() []byte {
	b := make([]byte, 0, 2048)
	b = append(b, `{"checkpoint":`...)
	b = AppendString(b, r.Checkpoint)
	b = append(b, `,"head":`...)
	b = AppendString(b, r.Head)
	b = append(b, `,"index":`...)
	b = AppendInt(b, r.Index)
	b = append(b, `,"key":`...)
	b = AppendString(b, r.Key)
	b = append(b, `,"parts":[`...)
	for i, p := range r.Parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"body":`...)
		b = AppendString(b, p.Body)
		b = append(b, `,"name":`...)
		b = AppendString(b, p.Part.String())
		b = append(b, `,"salt":`...)
		b = appendBase64(b, p.Salt[:])
		b = append(b, '}')
	}
	b = append(b, `],"proof":[`...)
	for i := range r.Proof {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendBase64(b, r.Proof[i][:])
	}
	b = append(b, `],"size":`...)
	b = AppendInt(b, r.Size)
	b = append(b, `,"v":`...)
	b = AppendInt(b, ReceiptVersion)
	return append(b, '}', '\n')
}

func appendBase64(b, v []byte) []byte {
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, v)
	return append(b, '"')
}

// ErrNotReceipt says that a file is something else altogether, not a receipt that has been damaged.
var ErrNotReceipt = errors.New("这不是回执：应当是系统给出的回执文件（JSON），或者以 " + ShortPrefix + " 开头的回执码")

// ParseReceipt reads a receipt in either form: the JSON file, in which white space and the order of keys do not matter,
// or the short form of the printed code. What is not a receipt at all is ErrNotReceipt, a damaged one a *Failure.
func ParseReceipt(b []byte) (*Receipt, error) {
	if len(b) > MaxReceipt {
		return nil, ErrNotReceipt
	}
	text := strings.TrimSpace(strings.TrimPrefix(string(b), "\uFEFF")) // editors on Windows like to add a mark
	switch {
	case strings.HasPrefix(text, ShortPrefix):
		return parseShort(text)
	case !strings.HasPrefix(text, "{") || !utf8.ValidString(text):
		return nil, ErrNotReceipt
	}
	r := &Receipt{}
	version, have := int64(0), 0
	s := scanner{b: []byte(text), space: true}
	err := s.object(func(key []byte) (err error) {
		have++
		switch string(key) {
		case "checkpoint":
			r.Checkpoint, _, err = s.text()
		case "head":
			r.Head, _, err = s.text()
		case "index":
			r.Index, err = s.whole()
		case "key":
			r.Key, _, err = s.text()
		case "parts":
			err = s.array(func() error {
				p, err := s.shown()
				r.Parts = append(r.Parts, p)
				return err
			})
		case "proof":
			err = s.array(func() error {
				var h Hash
				if len(r.Proof) == 64 {
					return errors.New("证明过长")
				}
				r.Proof = append(r.Proof, h)
				return s.bytes(r.Proof[len(r.Proof)-1][:])
			})
		case "size":
			r.Size, err = s.whole()
		case "v":
			version, err = s.whole()
		default:
			err = fmt.Errorf("没有名为 %q 的项目", key)
		}
		return err
	})
	switch {
	case have == 0:
		return nil, ErrNotReceipt
	case err != nil:
		return nil, failed(CheckFormat, "第 %d 字节处：%s", s.i, chinese(err))
	case !s.end():
		return nil, failed(CheckFormat, "第 %d 字节之后还有其他内容", s.i)
	case version != ReceiptVersion:
		return nil, failed(CheckFormat, "不认识的回执版本 %d", version)
	case have != 8:
		return nil, failed(CheckFormat, "项目不全")
	}
	return r, nil
}

func (s *scanner) shown() (p Shown, err error) {
	have := 0
	err = s.object(func(key []byte) (err error) {
		have++
		switch string(key) {
		case "body":
			p.Body, _, err = s.text()
		case "name":
			var name string
			if name, _, err = s.text(); err == nil {
				var ok bool
				if p.Part, ok = ParsePart(name); !ok {
					err = fmt.Errorf("没有名为 %q 的内容部分", name)
				}
			}
		case "salt":
			err = s.bytes(p.Salt[:])
		default:
			err = fmt.Errorf("没有名为 %q 的项目", key)
		}
		return err
	})
	if err == nil && have != 3 {
		err = errors.New("项目不全")
	}
	return p, err
}

// bytes takes Base64 of exactly the length of dst.
func (s *scanner) bytes(dst []byte) error {
	v, _, err := s.text()
	if err != nil {
		return err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(v)
	if err != nil || len(b) != len(dst) || strings.ContainsAny(v, "\r\n") {
		return errors.New("应当是 32 字节的 Base64")
	}
	copy(dst, b)
	return nil
}

// chinese words the few errors of the scanner that may reach the holder of a receipt.
func chinese(err error) string {
	switch {
	case errors.Is(err, errSyntax):
		return "不是完整的 JSON"
	case errors.Is(err, errOrder):
		return "同一项目出现两次"
	case errors.Is(err, errForm):
		return "写法不对"
	}
	return err.Error()
}
