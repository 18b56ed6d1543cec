package matter

// Effects (效果) are what an act did, apart from words: they are the part of a record that is never erased and hold no
// name and no free text. Everything the rows of truth need is here, so that folding needs no rule.
type Effects struct {
	Open    *Opening    // the act opened the matter
	Event   *Event      // the happening it made; Seq is 0 here: the record's own
	Void    []int64     // records whose events and effects never happened
	Moved   []Moved     // corrected legal dates and outcomes of earlier events
	Reset   []string    // steps that no longer count as done from this record on
	Close   string      // outcome with which the matter closed, "" if it did not
	Reopen  bool        //
	Lead    int64       // new lead unit's no, 0 if unchanged
	Roles   []Role      // roles begun (To "") or ended (To set)
	Links   []Tie       // links made or, with End, taken back
	Reach   []int64     // units that see the matter from now on
	Persons []int64     // persons a sealed matter reaches from now on
	Limits  []LimitMark // limits opened and closed
	Pauses  []Pause     // begun, or ended: the one with the same Ground and From
	Extends []Extension
	Adds    []Add         // sums changed
	Gates   []GateVerdict // gates that did not simply hold
	Facets  []Facet       // what lists may be filtered by: the values after the act; Value "" removes
	Facts   []Fact
	Erase   *Erasure
	Entry   *EntryChange
	Def     string // new definition digest (migrate)
	Flags   Flags
	Cleared []string // fields whose value was taken away
}

// Opening is what a matter starts with beside its words.
type Opening struct {
	ID        string // UUIDv7 of the matter
	Procedure string
	Def       string // digest of the rules
	Unit      int64  // lead unit
	Date      string // legal date of opening
	Origin    string // "" here, "imported" brought in, "elsewhere" a shadow of another system's
	PaperOnly bool   // 涉密不上网: no title, text or file
	Sealed    bool   // reaches named persons only
}

// Event is one happening of a step: (step, key, n), known by its record's seq.
type Event struct {
	Step    string
	Key     string // "" or the element's id
	N       int64  // from 1 within (step, key)
	Legal   string // legal date
	Time    string // RFC 3339 time of day where a limit is in hours, else ""
	Outcome string
	Files   int64 // files attached
	Seq     int64
	Flags   Flags
}

// Flags say how a record came in.
type Flags uint8

// The flags of an event.
const (
	Late     Flags = 1 << iota // 补录: after the next workday, with the dated original
	Back                       // 倒填: later without original, or touching what had run out or was reviewed
	Deemed                     // done by silence, by the system actor
	OnBehalf                   // 代录: recorded by a clerk for a head who signed paper
	Reset                      // no longer counts as done
	Unasked                    // imported: gates were not asked
)

// Moved is a correction of an earlier event.
type Moved struct {
	Record  int64
	Legal   string // new legal date, "" unchanged
	Outcome string // new outcome, "" unchanged
}

// Role is a unit's part in the matter (lead, assist, joint, respondent, reviewer, superior) from a date to a date.
type Role struct {
	Unit int64
	Role string
	From string
	To   string // "" still
}

// Tie is a link between matters: kind is one of part_of merged_into split_from continues caused_by reviews covers evidence_of.
type Tie struct {
	Kind  string
	Other int64 // no of the other matter
	End   bool
}

// LimitMark is a limit opened or closed.
type LimitMark struct {
	Limit   string
	Key     string
	N       int64  // how often it has started
	Start   string // opened from this legal date
	Verdict string // "" opened; else met missed not_needed ended
	Date    string // closed on
	Due     string // the due date (or earliest day) the verdict was judged by
}

// Pause is a span that is not counted, both days in.
type Pause struct {
	Ground string
	From   string
	To     string // "" still open
	Seq    int64
}

// Extension is an approved lengthening of a limit.
type Extension struct {
	Limit    string
	Key      string
	Approved string // legal date of the approval
	Length   string // as the definition writes it, e.g. "30 days"; "" where Until is given
	Until    string
	Seq      int64
}

// Add adds By to a summed field: Field itself, or the sub-field Sub of its item Item.
type Add struct {
	Field, Item, Sub string
	By               int64
}

// GateVerdict is a gate that was explained away or lawfully excepted, or (imported) would have refused.
type GateVerdict struct {
	Gate    string
	Verdict string // explained, unless, would_refuse
	Ground  string // of unless
}

// Facet is a value by which lists may be filtered.
type Facet struct{ Field, Value string }

// Fact is a delta of a figure.
type Fact struct {
	Fact  string
	Unit  int64
	Month string // YYYY-MM of the legal date
	Value int64
}

// Erasure names the parts of a record whose bytes and salts are dropped.
type Erasure struct {
	Record int64
	Parts  []string
}

// EntryChange is a new version of an entry.
type EntryChange struct {
	ID       string // UUIDv7, given when the entry is made
	Register string
	Key      string
	Version  int64
	From, To string // validity [From, To); To "" open
}

// Words (文字) are what an act said: titles, texts and values by class, in parts of their own that can be erased.
type Words struct {
	Title  string            // of the matter, made of open fields; "" unchanged
	Reason string            // why: of a correction, an extension, a return …
	Said   map[string]string // explanation by gate
	Values Values            // fields set
}

// Empty tells whether nothing was said.
func (w Words) Empty() bool {
	return w.Title == "" && w.Reason == "" && len(w.Said) == 0 && len(w.Values) == 0
}

// Parts of a record, by name.
const (
	PartEffects  = "effects"
	PartOpen     = "open"
	PartPersonal = "personal"
	PartSealed   = "sealed"
	PartFiles    = "files"
)

// Record is an act and its effects as the fold takes them.
type Record struct {
	Seq     int64
	Number  string // issued by the writer under the lock, "" if none
	Step    string
	Reason  string
	Effects Effects
	Open    Words
	// Personal and Sealed are empty where the part was erased or never was.
	Personal, Sealed Words
	Files            []Attached
}

// Attached is a file a record carries under a label (evidence, waiver, signed_page …).
type Attached struct {
	Label string
	Blob  Blob
}
