package procedure

import (
	"slices"

	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

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
	Rules            string // text from which the definition can be read again (FromRules)

	Params    []Param
	Fields    []Field
	Terms     []Term
	Lookups   []LookupRule
	AllSteps  []Step
	Acts      []Step // who may do built-in acts, and under which conditions
	Gates     []Gate
	AllLimits []Limit
	Facts     []Fact
	Examples  []Example

	Transition string // keep, switch or ask: how running matters of earlier versions meet this one

	refs []ref
	node *source.Node // the version's text
	program
}

// ref is a name that must exist: a field, a step, a limit …; checked when all is read.
type ref struct {
	kind string
	id   string
	node *source.Node
}

// Number says how a matter gets its number.
type Number struct {
	Series, Form string // templates; {seq} is left to the writer
	On           string // step
	External     bool   // given by another system
}

// Field, Choice and their types are those of registers.
type (
	Field  = register.Field
	Choice = register.Choice
)

// Field types. TypePeriod is of parameters only: "3 workdays".
const (
	TypeText   = register.TypeText
	TypeInt    = register.TypeInt
	TypeMoney  = register.TypeMoney
	TypeBool   = register.TypeBool
	TypeDate   = register.TypeDate
	TypeEntry  = register.TypeEntry
	TypeParty  = register.TypeParty
	TypeFile   = register.TypeFile
	TypeList   = register.TypeList
	TypeChoice = register.TypeChoice
	TypePeriod = "period"
)

// Param is a value that a unit may set.
type Param struct {
	ID, Title, Type, Default, Note string
	// Trial is the value `zhunsheng limit` takes where it is told none; "" takes Default.
	Trial string
}

// Term is a named expression.
type Term struct {
	ID   string
	Expr Expr
}

// LookupRule is a question about other matters, asked when an expression reads lookup.ID.
type LookupRule struct {
	ID, Title string
	Count     string // procedure whose matters are counted
	Field     string // facet field that must hold this matter's value of the same field
	Days      int64  // opened in so many days up to the legal date
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
	AfterClose             bool // may be done when the matter is closed
	Resets                 []string
	Outcomes               []Choice
	Files                  string
	FilesRequired          bool
	Links                  []string
	Paper, Register        string
	Close                  string   // outcome with which it closes the matter; "outcome" takes the step's own
	CloseOn                []string // outcomes of the step that close; empty: all
	Reopens                bool
	Takes                  string   // matter role that the actor's unit takes by it
	Was                    []string // ids the step had in earlier versions
	Public                 bool
}

// FormRef is a field in a form.
type FormRef struct {
	Field    string
	Optional bool
}

// Expr is an expression with its place; the zero Expr says nothing.
type Expr struct {
	Source string
	node   *source.Node
}

// Gate is a condition before steps.
type Gate struct {
	ID      string
	Title   string
	Force   string
	Before  []string
	Require Expr
	Say     string
	Cites   string
	Hint    string
	Unless  []Ground
}

// Shapes of limits.
const (
	Within    = "within"
	AtLeast   = "at_least"
	Before    = "before"
	NotBefore = "not_before"
)

// Forces of gates and floors.
const (
	Stop    = "stop"
	Explain = "explain"
)

// Limit is a statutory or self-imposed time.
type Limit struct {
	ID, Title, Shape, Cites string
	Alias                   []string // further names for the command line
	From, To                []string
	Latest                  bool
	Each                    string
	When                    Expr
	Lengths                 []Length
	Day                     string // before: date field that stands for To while it has not happened
	Roll                    string // none, forward, or param.X
	RollCites               string
	Promise                 bool
	Force                   string // floors: stop or explain
	Excused                 Expr   // floors: true where being early is no breach
	Pauses                  []PauseRule
	Extensions              []ExtensionRule
	Unless                  []Ground
	OnExpiry                string // step done by silence on the first day after
	FromStart               bool   // what silence starts counts from the day this limit started
	Note                    string
}

// Length is how long, with the condition under which it holds.
type Length struct {
	When Expr
	Text string // "90 days", "param.x days", "due"
	node *source.Node
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
	Resets                   []string // steps that it answers: an application for it
	node                     *source.Node
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

// Step finds a step, or the description of a built-in act; nil where there is none.
func (d *Definition) Step(id string) *Step {
	for i := range d.AllSteps {
		if d.AllSteps[i].ID == id {
			return &d.AllSteps[i]
		}
	}
	return nil
}

// Field finds a field, nil where there is none.
func (d *Definition) Field(id string) *Field {
	for i := range d.Fields {
		if d.Fields[i].ID == id {
			return &d.Fields[i]
		}
	}
	return nil
}

// Limit finds a limit by id or alias, nil where there is none.
func (d *Definition) Limit(id string) *Limit {
	for i := range d.AllLimits {
		l := &d.AllLimits[i]
		if l.ID == id {
			return l
		}
		for _, a := range l.Alias {
			if a == id {
				return l
			}
		}
	}
	return nil
}

// Param finds a parameter, nil where there is none.
func (d *Definition) Param(id string) *Param {
	for i := range d.Params {
		if d.Params[i].ID == id {
			return &d.Params[i]
		}
	}
	return nil
}

// StepTitle names a step or built-in act; an id that the definition does not know is its own name.
func (d *Definition) StepTitle(id string) string {
	if s := d.Step(id); s != nil {
		return s.Title
	}
	for i := range d.AllSteps {
		if slices.Contains(d.AllSteps[i].Was, id) {
			return d.AllSteps[i].Title
		}
	}
	if t := builtinTitles[id]; t != "" {
		return t
	}
	return id
}

// BuiltIn tells whether a step is one of the acts that every procedure has.
func BuiltIn(step string) bool { return slices.Contains(builtins, step) }
