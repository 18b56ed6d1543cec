package move

import (
	"fmt"
	"io"

	"zhunsheng/internal/proof/ledger"
)

// Check reads a stream to its end and compares what it carries with what it says it carries: nothing is stored.
func Check(r io.Reader) (End, error) {
	stream, err := newStreamReader(r)
	if err != nil {
		return End{}, fmt.Errorf("check stream: %w", err)
	}
	var tree ledger.Frontier
	for {
		f, err := stream.next()
		if err != nil {
			return End{}, fmt.Errorf("check stream: %w", err)
		}
		switch f.kind {
		case frameRecord:
			head, err := f.bytes(2)
			if err != nil {
				return End{}, fmt.Errorf("check stream: %w", err)
			}
			tree.Append(ledger.LeafHash(head))
		case frameEnd:
			end := End{Size: tree.Size(), Root: tree.Root()}
			size, err := f.number(0)
			if err != nil || size != end.Size || string(f.fields[1]) != string(end.Root[:]) {
				return End{}, fmt.Errorf("check stream: %w", ErrStream)
			}
			return end, nil
		}
	}
}
