package procedure

import (
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
)

// Actor is who acts: a person in a post, from which unit and role, and for whom.
type Actor struct {
	Person int64
	Post   int64
	// For is the post acted for under a dated delegation or leave cover, 0 if none.
	For  int64
	Unit int64
	// Role is the register entry under which the post is held (handler, coordinator, head …).
	Role string
	// Of names the outsider whose act is entered (party, court, police), "" for one's own.
	Of string
	// OnBehalf marks 代录: a clerk with the right for that post records the act of a head who signed paper.
	OnBehalf bool
	// System marks the program itself (silence that counts as consent, recurring duties).
	System bool
	// Together are the persons who count as the same as Person for `not:` (those acted for and those acting for).
	Together []int64
}

// Act is what someone wants to do. Which fields count depends on Step: the id of a step, or a built-in act.
type Act struct {
	Step    string
	Key     string // element of the list an `each` step runs over
	Legal   string // legal date YYYY-MM-DD
	Time    string // RFC 3339 with +08:00, where a limit is in hours
	Outcome string // one of the step's outcomes
	Input   matter.Values
	Reason  string
	Number  string            // a number given by another system (external numbers only)
	Said    map[string]string // stated reason by the id of a gate, a floor or a `not` step (force: explain)
	Unless  map[string]string // ground used by the id of a gate or a floor
	Files   []matter.Attached
	// Original says that the dated original is attached: a late entry is then 补录, not 倒填.
	Original bool
	Actor    Actor

	// Of built-in acts.
	Record int64         // correct, void, erase: the record meant
	MoveTo string        // correct: the event's right legal date, "" unchanged (Outcome: its right outcome)
	Unit   int64         // open: lead unit; handover: new lead; assign: unit of Role
	Role   string        // assign: matter role or, with Post, the role assigned
	Post   int64         // assign: post that is to do it, 0 takes the assignment back
	End    bool          // assign, link: end the role or take the link back
	Roles  []matter.Role // open: further units and their roles
	Links  []matter.Tie  // link, open, and steps with `links`
	Limit  string        // extend: the limit
	Ground string        // pause, resume: ground; extend: extension's id where a limit has several
	From   string        // pause: first day not counted (default Legal); open with Origin: ""
	To     string        // resume: last day not counted (default Legal); pause: where known at once
	Length string        // extend: "30 days", where the definition leaves it to the approver
	Until  string        // extend: new due date, where the definition allows one
	Parts  []string      // erase: parts to drop

	// Of open.
	Title     string // "" to make it from the definition's template
	Origin    string // "" here, "imported", "elsewhere"
	PaperOnly bool
	Sealed    bool
	Persons   []int64 // persons a sealed matter reaches
}

// UnitView is what expressions and number templates may read of a unit.
type UnitView struct {
	No                       int64
	Code, Sign, Name, Region string
}

// Linked is a matter at the other end of a link.
type Linked struct {
	No        int64
	Procedure string
	Unit      int64
	Open      bool
	Outcome   string
	Closed    string
}

// Lookup is the closed set of questions a definition may ask about other things. Answers are guards of the act.
type Lookup interface {
	// Count tells how many matters of a procedure hold value in a facet field and were opened in [from, to].
	Count(procedure, field, value, from, to string) (int64, error)
	// Linked lists the matters at the other end of links of a kind, seen from this one: part_of merged_into … as the
	// links are stored, and from the other side parts absorbed splits continued_by caused reviewed_by covered_by evidence.
	Linked(kind string) ([]Linked, error)
	// Entry finds an entry of a register as of the legal date; ok is false where there is none.
	Entry(register, key string) (ref matter.Ref, ok bool, err error)
}

// Env is what surrounds an act. All of it belongs to one read snapshot.
type Env struct {
	Today    string // day of recording in China, YYYY-MM-DD
	Calendar *calendar.Calendar
	// Param gives a unit's value of a parameter as of the legal date; where it answers false the definition's default holds.
	Param func(name string) (matter.Value, bool)
	Unit  UnitView
	// Lookup may be nil where a definition asks nothing.
	Lookup Lookup
	// EntryValid tells whether an entry is valid on the legal date. Nil: every entry counts as valid.
	EntryValid func(ref matter.Ref) bool
	// Records gives all records of the matter, oldest first: for correct and void.
	Records func() ([]matter.Record, error)
	// Opening carries the ID (and, for imports, the Origin) of a matter about to be opened.
	Opening *matter.Opening
	// DoneBy lists the persons who did a step, and those they acted for: for `not:`.
	DoneBy func(step string) []int64
	// Reach widens units to those that see their matters (the units and their ancestors). Nil: the units alone.
	Reach func(units []int64) []int64
	// FactsFrom is the site's first day: earlier events yield no facts. "" all count.
	FactsFrom string

	trial   bool     // dates alone, no matter behind them
	grounds []string // lawful grounds a trial takes as given
}

// Series is a number to be issued by the writer under its lock. Form holds {seq} where the sequence goes.
type Series struct {
	Name string
	Year int
	Form string
}

// Result is what an act does: effects and words for the record, and the state and worklists that follow.
type Result struct {
	Effects                matter.Effects
	Open, Personal, Sealed matter.Words
	Series                 *Series // number wanted, nil if none
	Number                 string  // number given from outside
	Paper                  string  // id of the paper the step makes
	Register               string  // register the step makes an entry in
	Warnings               []string
	Next                   *matter.State // state after the act; Seq 0 stands for the record's own
	Cache                  matter.Cache  // worklist rows as they should be after the act
}

// Kinds of unmet conditions.
const (
	UnmetNeeds   = "needs"   // an earlier step is not done
	UnmetWhen    = "when"    // does not apply, or cannot be told
	UnmetActor   = "by"      // not this actor's step
	UnmetNot     = "not"     // the same person did a step that must be another's
	UnmetGate    = "gate"    // a gate does not hold
	UnmetFloor   = "floor"   // too early
	UnmetState   = "state"   // the matter is closed, the step is done, the record cannot be changed …
	UnmetUnknown = "unknown" // the condition cannot be judged
)

// Ground is a lawful exception from a gate or a floor.
type Ground struct {
	ID, Title, Cites string
	Files            string // label of the file that proves it, "" if none is asked for
}

// Unmet is one condition that does not hold.
type Unmet struct {
	Kind    string
	ID      string // of the gate, floor, needed step …
	Say     string // the sentence for the person
	Cites   string // article
	Hint    string // what can be done
	Force   string // stop or explain (a stated reason under ID lifts it)
	Grounds []Ground
}

// Refusal is the error of an act that may not be done now. It lists everything that is not met.
type Refusal struct {
	Step  string
	Unmet []Unmet
}

// Error lists the sentences.
func (r *Refusal) Error() string {
	text := "不能办理："
	for i, u := range r.Unmet {
		if i > 0 {
			text += "；"
		}
		text += u.Say
		if u.Cites != "" {
			text += "（" + u.Cites + "）"
		}
	}
	return text
}

// Invalid is the error of an act whose form is wrong, whatever the state.
type Invalid struct {
	Field string // field id, "" for the act as a whole; rows as field.item.sub
	Say   string
}

// Error says what is wrong.
func (e *Invalid) Error() string { return e.Say }

// InvalidAll is several faults of one form.
type InvalidAll []Invalid

// Error lists the faults.
func (e InvalidAll) Error() string {
	text := ""
	for i := range e {
		if i > 0 {
			text += "；"
		}
		text += e[i].Say
	}
	return text
}

// StepView is a step as a page shows it.
type StepView struct {
	ID, Title, Cites string
	Help             string
	Key              string // element of an `each` step
	Status           string // done, ready, waiting, not_needed
	Ready            bool   // may be acted by this actor now (also a done step that repeats)
	Optional         bool
	Repeat           bool
	Mine             bool // the actor's role and unit fit
	Who              []Who
	Unmet            []Unmet // why not
	Form             []FormField
	Outcomes         []Choice
	Files            string // label of the files asked for
	FilesRequired    bool
	Links            []string // kinds of link asked for
	Date             string   // legal date of the last event
	Count            int64
	Outcome          string
	Missed           bool // 遗漏步骤: became applicable after a later step
}

// Who is a role at a unit that may take a step; Unit 0 is any unit (pool).
type Who struct {
	Role  string
	Where string
	Unit  int64
}

// FormField is a field of a step's form.
type FormField struct {
	Field *Field
	// Sub is the summed column that alone is asked for, row by row (input: items with their ids and this column).
	Sub      string
	Optional bool
}

// Line is one reason of a due date.
type Line struct {
	Date  string `json:"date"`
	Text  string `json:"text"`
	Cites string `json:"cites"`
}

// LimitView is a limit as the page, the API and the command line show it.
type LimitView struct {
	ID          string `json:"id"`
	Key         string `json:"key,omitempty"`
	N           int64  `json:"-"`
	Title       string `json:"title"`
	Shape       string `json:"shape"`
	Start       string `json:"start,omitempty"`
	Due         string `json:"due"`      // "" is null
	Earliest    string `json:"earliest"` // "" is null
	Done        string `json:"done,omitempty"`
	Met         *bool  `json:"met"`
	State       string `json:"state"`
	Provisional bool   `json:"provisional"`
	Precision   string `json:"precision,omitempty"` // "day" where an hour limit was given only dates
	Promise     bool   `json:"promise,omitempty"`
	Why         []Line `json:"why"`
}

// States of a limit.
const (
	Met        = "met"
	Missed     = "missed"
	Running    = "running"
	DueSoon    = "due_soon"
	Overdue    = "overdue"
	NotStarted = "not_started"
	Paused     = "paused"
	NotNeeded  = "not_needed"
	TooEarly   = "too_early"
)
