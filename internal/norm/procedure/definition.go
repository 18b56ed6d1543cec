package procedure

import "zhunsheng/internal/norm/expr"

// Definition is one version of a procedure. It is immutable and safe for concurrent use; its expressions compile when
// one is first needed.
type Definition struct {
	ID, Title, Group string
	Digest           string // of the rules
	InForce          string
	Until            string // first day of the next version, "" if this is the last
	Basis            string
	Opens            string // step that the built-in open makes an event of
	TitleForm        string // template of matter titles, "" if a title is typed
	Number           *Number
	Rules            string // canonical text from which the definition can be read again

	Params []Param
	Fields []Field
	Terms  []expr.Term
	Steps  []Step
	Gates  []Gate
	Limits []Limit
	Facts  []Fact

	Transition string // keep, switch or ask: how running matters of earlier versions meet this one
	Examples   []Example

	program
}

// Number says how a matter gets its number.
type Number struct {
	Series, Form string // templates; {seq} is left to the writer
	On           string // step
	External     bool   // given by another system
}

// Field types.
const (
	TypeText   = "text"
	TypeInt    = "int"
	TypeMoney  = "money"
	TypeBool   = "bool"
	TypeDate   = "date"
	TypeEntry  = "entry"
	TypeParty  = "party"
	TypeFile   = "file"
	TypeList   = "list"
	TypeChoice = "choice"
	TypePeriod = "period" // parameters only: "3 workdays"
)

// Field is a typed value a matter may hold.
type Field struct {
	ID, Title, Help string
	Type            string
	Of              string // entry: register
	Many            bool
	Optional        bool
	Class           string // "", personal or sealed
	Public          bool
	Facet           bool // lists filter by it
	Sum             bool // an act's input is added to what is held
	Long            bool // text of several lines
	Options         []Choice
	Fields          []Field // list: columns
}

// Choice is one option of a closed list.
type Choice struct{ ID, Title string }

// Param is a value that a unit may set.
type Param struct {
	ID, Title, Type, Default, Note string
	// Trial is the value `zhunsheng limit` takes where it is told none; "" takes Default.
	Trial string
}

// By is a role at a place: a matter role, or pool for any unit.
type By struct{ Role, Where string }

// Step is something that may happen.
type Step struct {
	ID, Title, Cites, Help string
	By                     []By
	Not                    []string
	NotForce               string
	NotCites               string
	Needs                  []string
	When                   Expr
	Form                   []FormRef
	Each                   string
	Repeat, Optional       bool
	Resets                 []string
	Outcomes               []Choice
	Files                  string
	FilesRequired          bool
	Links                  []string
	Paper, Register        string
	Close                  string // outcome with which it closes the matter; "outcome" takes the step's
	CloseOn                []string
	Takes                  string // matter role that the actor's unit takes by it
	Public                 bool
}

// FormRef is a field in a form.
type FormRef struct {
	Field    string
	Optional bool
}

// Expr is an expression with its place.
type Expr struct {
	Source string
	File   string
	Line   int
	Column int
}

// Gate is a condition before steps.
type Gate struct {
	ID      string
	Force   string
	Before  []string
	Require Expr
	Say     string
	Cites   string
	Unless  []Ground
}

// Shapes of limits.
const (
	Within    = "within"
	AtLeast   = "at_least"
	Before    = "before"
	NotBefore = "not_before"
)

// Limit is a statutory or self-imposed time.
type Limit struct {
	ID, Title, Shape, Cites string
	From, To                []string
	Latest                  bool
	Each                    string
	When                    Expr
	Lengths                 []Length
	Field                   string // before: date field that stands for To while it has not happened
	Roll                    string // none, forward, or param.X
	Promise                 bool
	Force                   string // floors: stop or explain
	Pauses                  []PauseRule
	Extensions              []ExtensionRule
	Unless                  []Ground
	OnExpiry                string // step done by silence
}

// Length is how long, with the condition under which it holds.
type Length struct {
	When Expr
	Text string // "90 days", "param.x days", "due"
}

// PauseRule is a span not counted.
type PauseRule struct {
	ID, Title, Cites string
	When             Expr
	From, To         []string // steps that begin and end it by themselves
}

// ExtensionRule is a lawful lengthening.
type ExtensionRule struct {
	ID, Title, Cites, Length string
	Until                    bool // the approver names the day
	By                       []By
	Times                    int64
	When                     Expr
}

// Fact is a figure that an act yields.
type Fact struct {
	ID, Title, On, Unit string
	Value               Expr
	When                Expr
	By                  []string
	Count               string // lead (default), actor, each
	Replaces            string
}
