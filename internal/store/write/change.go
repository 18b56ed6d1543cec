package write

import (
	"fmt"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store/rows"
)

// Change is one act ready to be written: everything that could be decided, encoded and salted without the lock. The
// writer adds what only the lock can give: seq, at and number.
type Change struct {
	// Request makes the act happen once: a UUID, or rule id and period; "" where nothing can repeat. A repeat gets the
	// first result with Repeated set.
	Request string
	Guards  Guards
	// Head lacks Seq, At and Number (an external number may be given where Series is nil); Do fills Parts and Request.
	Head   ledger.Head
	Series *Series
	Parts  []Part
	Record matter.Record // the typed form of Parts, with Seq 0
	// Prev and Next are the matter before and after, Next folded with Seq 0; both nil where no matter changes. State is
	// matter.AppendState of Next. They are not looked at in an erasure, where the writer folds anew without the words.
	Prev, Next *matter.State
	State      []byte
	// EntryBefore and Entry are the entry before and after; Entry is nil where none changes.
	EntryBefore, Entry *matter.Entry
	Before, After      matter.Cache // worklist rows as written, and as they should be
	Notes              []Note
	// Definitions are the rules a load record brings; its open part lists them as rows.DefinitionList says.
	Definitions []rows.Definition
}

// Guards are what was believed when the act was thought out. Zero values ask nothing.
type Guards struct {
	Matter, MatterVersion int64         // the matter must still be at this version
	Others                []MatterGuard // matters by which a look-up was answered must still be open, or closed
	Entries               []EntryGuard
	Epoch                 int64     // rights, packs and calendar must not have changed since
	Key                   *EntryKey // no entry of this key may exist yet
}

// MatterGuard asks that a matter is still open, or still closed.
type MatterGuard struct {
	No   int64
	Open bool
}

// EntryGuard asks that an entry is still at a version.
type EntryGuard struct{ No, Version int64 }

// EntryKey names an entry before it has a number.
type EntryKey struct{ Register, Key string }

// Series asks for the next number (文号) of a series and year. Form is the text with {series}, {year} and {seq}; {seq}
// must be the last digits of the number, so that a series can be read back from the numbers themselves.
type Series struct {
	Name string
	Year int
	Form string
}

// Part is an encoded part of a record under its name (matter.PartOpen …), at most ledger.MaxPart bytes.
type Part struct {
	Name string
	Salt [32]byte
	Body []byte
}

// Note is a notice to be sent after the commit: to a post, or to whoever holds Role in Unit.
type Note struct {
	Kind string
	Unit int64
	Role string
	Post int64
	Body []byte
}

// Done is what a committed act gets back; it is final.
type Done struct {
	Seq        int64
	At         int64 // microseconds since 1970 UTC
	Number     string
	Leaf       [32]byte // RFC 6962 leaf hash of the head
	HeadDigest [32]byte // SHA-256 of the head's bytes
	Repeated   bool     // Request had been done before: this is its first result
}

// Conflict says that a guard no longer holds: nothing was saved, the caller reads again and thinks again.
type Conflict struct {
	Matter int64  // the matter that moved on, else 0
	Entry  int64  // the entry that moved on, else 0
	Key    string // the entry key that is taken, else ""
	Epoch  bool   // rights, packs or calendar changed
	Seq    int64  // the record that came between, where known
}

// Error says what came between.
func (c *Conflict) Error() string {
	switch {
	case c.Matter != 0:
		return fmt.Sprintf("matter %d was changed by record %d", c.Matter, c.Seq)
	case c.Key != "":
		return fmt.Sprintf("entry %s was made by record %d", c.Key, c.Seq)
	case c.Entry != 0:
		return fmt.Sprintf("entry %d was changed by record %d", c.Entry, c.Seq)
	}
	return "rights, packs or calendar have changed"
}

// Unknown says that the database was lost in the middle of a commit and did not come back in time to tell the outcome.
// Sending the same Request again finds the first result or does the act.
type Unknown struct{ Err error }

// Error says what was lost.
func (u *Unknown) Error() string {
	return "outcome unknown, ask again with the same request: " + u.Err.Error()
}

// Unwrap returns the cause.
func (u *Unknown) Unwrap() error { return u.Err }
