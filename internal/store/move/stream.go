package move

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
)

// The stream is what backup, restore and move carry: a line that says what it is, then, compressed with gzip, frames of a
// kind byte, a length and a payload. The payload is a list of fields, each a length and bytes; numbers are eight bytes
// big-endian. The last frame carries the size and root of the log, the count of frames and the SHA-256 of all before it,
// so that a stream cut short is never taken for a whole one.
const magic = "zhunsheng stream 1\n"

// maxFrame bounds a frame: a file of 50 MB fits.
const maxFrame = 128 << 20

// Kinds of frames, in the order a stream has them.
const (
	frameDefinition = 'D' // digest, rules
	frameRecord     = 'R' // seq, matter, head, leaf, then name, salt, body of each part
	frameCheckpoint = 'C' // size, note, at
	frameCosign     = 'W' // size, name, line
	frameCache      = 'M' // no of matter, cache
	frameAccount    = 'A' // person, login, secret, totp, failed, locked_until, must_change
	frameFile       = 'B' // bytes; the name is their digest
	frameKey        = 'K' // the log's secret key
	frameEnd        = 'E' // size, root, frames, digest
)

// ErrStream says that a stream is not one of ours, damaged or cut short.
var ErrStream = errors.New("备份文件不完整或者已经损坏")

type streamWriter struct {
	out    *gzip.Writer
	sum    hash.Hash
	frames int64
	buf    []byte
}

func newStreamWriter(w io.Writer) (*streamWriter, error) {
	if _, err := io.WriteString(w, magic); err != nil {
		return nil, err
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	return &streamWriter{out: z, sum: sha256.New()}, nil
}

// frame writes a frame; fields are []byte, string or int64.
func (s *streamWriter) frame(kind byte, fields ...any) error {
	body := s.buf[:0]
	for _, f := range fields {
		switch f := f.(type) {
		case int64:
			body = binary.AppendUvarint(body, 8)
			body = binary.BigEndian.AppendUint64(body, uint64(f))
		case string:
			body = binary.AppendUvarint(body, uint64(len(f)))
			body = append(body, f...)
		case []byte:
			body = binary.AppendUvarint(body, uint64(len(f)))
			body = append(body, f...)
		}
	}
	s.buf = body
	if len(body) > maxFrame {
		return fmt.Errorf("a frame of %d bytes is too long", len(body))
	}
	var head [1 + binary.MaxVarintLen64]byte
	head[0] = kind
	n := 1 + binary.PutUvarint(head[1:], uint64(len(body)))
	s.sum.Write(head[:n])
	s.sum.Write(body)
	s.frames++
	if _, err := s.out.Write(head[:n]); err != nil {
		return err
	}
	_, err := s.out.Write(body)
	return err
}

// end writes the last frame.
func (s *streamWriter) end(size int64, root []byte) error {
	if err := s.frame(frameEnd, size, root, s.frames, s.sum.Sum(nil)); err != nil {
		return err
	}
	return s.out.Close()
}

type streamReader struct {
	in     *bufio.Reader
	sum    hash.Hash
	frames int64
	ended  bool
}

func newStreamReader(r io.Reader) (*streamReader, error) {
	b := bufio.NewReader(r)
	line := make([]byte, len(magic))
	if _, err := io.ReadFull(b, line); err != nil || string(line) != magic {
		return nil, fmt.Errorf("%w：不是本系统的备份", ErrStream)
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, ErrStream
	}
	return &streamReader{in: bufio.NewReaderSize(z, 1<<16), sum: sha256.New()}, nil
}

// frame is one frame of a stream.
type frame struct {
	kind   byte
	fields [][]byte
}

// next reads a frame; the frame of kind E is the last, and has been checked against all before it.
func (s *streamReader) next() (frame, error) {
	if s.ended {
		return frame{}, io.EOF
	}
	before := s.sum.Sum(nil)
	kind, err := s.in.ReadByte()
	if err != nil {
		return frame{}, ErrStream
	}
	size, err := binary.ReadUvarint(s.in)
	if err != nil || size > maxFrame {
		return frame{}, ErrStream
	}
	body, err := readBody(s.in, int(size))
	if err != nil {
		return frame{}, ErrStream
	}
	var head [1 + binary.MaxVarintLen64]byte
	head[0] = kind
	n := 1 + binary.PutUvarint(head[1:], size)
	s.sum.Write(head[:n])
	s.sum.Write(body)
	f := frame{kind: kind}
	for len(body) > 0 {
		length, n := binary.Uvarint(body)
		if n <= 0 || length > uint64(len(body)-n) {
			return frame{}, ErrStream
		}
		f.fields = append(f.fields, body[n:n+int(length)])
		body = body[n+int(length):]
	}
	if kind == frameEnd {
		s.ended = true
		count, err := f.number(2)
		if err != nil || len(f.fields) != 4 || count != s.frames || string(f.fields[3]) != string(before) {
			return frame{}, ErrStream
		}
		if _, err := s.in.ReadByte(); err != io.EOF { // gzip checks its own sum at the end
			return frame{}, ErrStream
		}
	}
	s.frames++
	return f, nil
}

// readBody grows as bytes come, so that a false length takes no memory.
func readBody(r io.Reader, size int) ([]byte, error) {
	const step = 1 << 20
	body := make([]byte, 0, min(size, step))
	for len(body) < size {
		n := min(size-len(body), step)
		from := len(body)
		body = append(body, make([]byte, n)...)
		if _, err := io.ReadFull(r, body[from:]); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func (f *frame) number(i int) (int64, error) {
	if i >= len(f.fields) || len(f.fields[i]) != 8 {
		return 0, ErrStream
	}
	return int64(binary.BigEndian.Uint64(f.fields[i])), nil
}

func (f *frame) bytes(i int) ([]byte, error) {
	if i >= len(f.fields) {
		return nil, ErrStream
	}
	return f.fields[i], nil
}
