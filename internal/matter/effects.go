package matter

// Effects (效果) are what an act did, apart from words: they are the part of a record that is never erased and hold no
// name and no free text. Everything the rows of truth need is here, so that folding needs no rule.
type Effects struct {
	Open    *Opening      `json:"open,omitempty"`    // the act opened the matter
	Event   *Event        `json:"event,omitempty"`   // the happening it made; Seq is 0 here: the record's own
	Void    []int64       `json:"void,omitempty"`    // records whose events and effects never happened
	Moved   []Moved       `json:"moved,omitempty"`   // corrected legal dates and outcomes of earlier events
	Reset   []string      `json:"reset,omitempty"`   // steps that no longer count as done from this record on
	Close   string        `json:"close,omitempty"`   // outcome with which the matter closed, "" if it did not
	Reopen  bool          `json:"reopen,omitempty"`  //
	Lead    int64         `json:"lead,omitempty"`    // new lead unit's no, 0 if unchanged
	Roles   []Role        `json:"roles,omitempty"`   // roles begun (To "") or ended (To set)
	Links   []Tie         `json:"links,omitempty"`   // links made or, with End, taken back
	Reach   []int64       `json:"reach,omitempty"`   // units that see the matter from now on
	Persons []int64       `json:"persons,omitempty"` // persons a sealed matter reaches from now on
	Limits  []LimitMark   `json:"limits,omitempty"`  // limits opened and closed
	Pauses  []Pause       `json:"pauses,omitempty"`  // begun, or ended: the one with the same Ground and From
	Extends []Extension   `json:"extends,omitempty"`
	Adds    []Add         `json:"adds,omitempty"`   // sums changed
	Gates   []GateVerdict `json:"gates,omitempty"`  // gates that did not simply hold
	Facets  []Facet       `json:"facets,omitempty"` // what lists may be filtered by: the values after the act; Value "" removes
	Facts   []Fact        `json:"facts,omitempty"`
	Erase   *Erasure      `json:"erase,omitempty"`
	Entry   *EntryChange  `json:"entry,omitempty"`
	Def     string        `json:"def,omitempty"` // new definition digest (migrate)
	Flags   Flags         `json:"flags,omitempty"`
	Cleared []string      `json:"cleared,omitempty"` // fields whose value was taken away
}

// Opening is what a matter starts with beside its words.
type Opening struct {
	ID        string `json:"id,omitempty"` // UUIDv7 of the matter
	Procedure string `json:"procedure,omitempty"`
	Def       string `json:"def,omitempty"`        // digest of the rules
	Unit      int64  `json:"unit,omitempty"`       // lead unit
	Date      string `json:"date,omitempty"`       // legal date of opening
	Origin    string `json:"origin,omitempty"`     // "" here, "imported" brought in, "elsewhere" a shadow of another system's
	PaperOnly bool   `json:"paper_only,omitempty"` // 涉密不上网: no title, text or file
	Sealed    bool   `json:"sealed,omitempty"`     // reaches named persons only
}

// Event is one happening of a step: (step, key, n), known by its record's seq.
type Event struct {
	Step    string `json:"step,omitempty"`
	Key     string `json:"key,omitempty"`   // "" or the element's id
	N       int64  `json:"n,omitempty"`     // from 1 within (step, key)
	Legal   string `json:"legal,omitempty"` // legal date
	Time    string `json:"time,omitempty"`  // RFC 3339 time of day where a limit is in hours, else ""
	Outcome string `json:"outcome,omitempty"`
	Files   int64  `json:"files,omitempty"` // files attached
	Seq     int64  `json:"-"`
	Flags   Flags  `json:"flags,omitempty"`
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
	Record  int64  `json:"record,omitempty"`
	Legal   string `json:"legal,omitempty"`   // new legal date, "" unchanged
	Outcome string `json:"outcome,omitempty"` // new outcome, "" unchanged
}

// Role is a unit's part in the matter (lead, assist, joint, respondent, reviewer, superior) from a date to a date.
type Role struct {
	Unit int64  `json:"unit,omitempty"`
	Role string `json:"role,omitempty"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"` // "" still
}

// Tie is a link between matters: kind is one of part_of merged_into split_from continues caused_by reviews covers evidence_of.
type Tie struct {
	Kind  string `json:"kind,omitempty"`
	Other int64  `json:"other,omitempty"` // no of the other matter
	End   bool   `json:"end,omitempty"`
}

// LimitMark is a limit opened or closed.
type LimitMark struct {
	Limit   string `json:"limit,omitempty"`
	Key     string `json:"key,omitempty"`
	N       int64  `json:"n,omitempty"`       // how often it has started
	Start   string `json:"start,omitempty"`   // opened from this legal date
	Verdict string `json:"verdict,omitempty"` // "" opened; else met missed not_needed ended
	Date    string `json:"date,omitempty"`    // closed on
	Due     string `json:"due,omitempty"`     // the due date (or earliest day) the verdict was judged by
}

// Pause is a span that is not counted, both days in.
type Pause struct {
	Ground string `json:"ground,omitempty"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"` // "" still open
	Seq    int64  `json:"-"`
}

// Extension is an approved lengthening of a limit.
type Extension struct {
	Limit    string `json:"limit,omitempty"`
	Key      string `json:"key,omitempty"`
	Approved string `json:"approved,omitempty"` // legal date of the approval
	Length   string `json:"length,omitempty"`   // as the definition writes it, e.g. "30 days"; "" where Until is given
	Until    string `json:"until,omitempty"`
	Seq      int64  `json:"-"`
}

// Add adds By to a summed field: Field itself, or the sub-field Sub of its item Item.
type Add struct {
	Field string `json:"field,omitempty"`
	Item  string `json:"item,omitempty"`
	Sub   string `json:"sub,omitempty"`
	By    int64  `json:"by,omitempty"`
}

// GateVerdict is a gate that was explained away or lawfully excepted, or (imported) would have refused.
type GateVerdict struct {
	Gate    string `json:"gate,omitempty"`
	Verdict string `json:"verdict,omitempty"` // explained, unless, would_refuse
	Ground  string `json:"ground,omitempty"`  // of unless
}

// Facet is a value by which lists may be filtered.
type Facet struct {
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
}

// Fact is a delta of a figure.
type Fact struct {
	Fact  string `json:"fact,omitempty"`
	Unit  int64  `json:"unit,omitempty"`
	Month string `json:"month,omitempty"` // YYYY-MM of the legal date
	Value int64  `json:"value,omitempty"`
}

// Erasure names the parts of a record whose bytes and salts are dropped.
type Erasure struct {
	Record int64    `json:"record,omitempty"`
	Parts  []string `json:"parts,omitempty"`
}

// EntryChange is a new version of an entry.
type EntryChange struct {
	ID       string `json:"id,omitempty"` // UUIDv7, given when the entry is made
	Register string `json:"register,omitempty"`
	Key      string `json:"key,omitempty"`
	Version  int64  `json:"version,omitempty"`
	From     string `json:"from,omitempty"` // validity [From, To)
	To       string `json:"to,omitempty"`   // "" open
}

// Words (文字) are what an act said: titles, texts and values by class, in parts of their own that can be erased.
type Words struct {
	Title  string            `json:"title,omitempty"`  // of the matter, made of open fields; "" unchanged
	Reason string            `json:"reason,omitempty"` // why: of a correction, an extension, a return …
	Said   map[string]string `json:"said,omitempty"`   // explanation by gate
	Values Values            `json:"values,omitempty"` // fields set
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
	Label string `json:"label,omitempty"`
	Blob  Blob   `json:"blob,omitempty"`
}
