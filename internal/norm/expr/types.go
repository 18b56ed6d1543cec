package expr

// Kind says what a value is.
type Kind uint8

// The kinds of values. Money is an int of fen; it is a kind of its own so that messages can name it.
const (
	Text   Kind = iota + 1 // 文字
	Int                    // 整数
	Money                  // 金额，以分计
	Bool                   // 是否
	Date                   // 日期
	Double                 // 小数，only in sums of indicators and weights
	Object                 // 当事人、条目等带有字段的量
)

// Type is the type of a variable or a result: a kind, or a list of that kind. Of names the ObjectType of an Object.
type Type struct {
	Kind Kind
	List bool
	Of   string
}

// Day is a date as the number of days since 1970-01-01, the form in which dates enter and leave expressions. It has
// the same number as calendar.Date, so that one converts into the other.
type Day int32

// Var declares one name that expressions may read. Name may be dotted (step.hearing.done).
type Var struct {
	Name  string
	Title string // what an official calls it; for messages
	Type  Type

	// Always promises a value in every state, so that reading it is never unknown.
	Always bool
	// Guard is the name of a bool variable whose truth promises a value for this one (step.S.done for step.S.date).
	Guard string
}

// ObjectType declares the fields of parties, entries and the like.
type ObjectType struct {
	Name   string
	Title  string
	Fields []Var // Name is the bare field name; Guard is not used
}

// Term is a named expression that others may use like a field; it is evaluated where it is used. Terms may use each
// other in any order but not in a circle.
type Term struct {
	Name   string
	Source string
}

// Scope is all that expressions of one definition may name.
type Scope struct {
	Vars    []Var
	Objects []ObjectType
	Terms   []Term
}

// Values gives the values of one state. Value answers (nil, false) for a name that is absent now. It must give the
// same answer as long as an evaluation runs.
type Values interface {
	Value(name string) (any, bool)
}

// Obj is the value of kind Object.
type Obj interface {
	Field(name string) (any, bool)
}

// Read is one name that an expression can read, with the place of its first (unguarded, if any) reading. Line and
// Column count from 1, in runes, in the source of the expression; for a name read inside a term they are the place of
// the term's name, and Term is that name.
type Read struct {
	Name    string
	Guarded bool
	Term    string
	Line    int
	Column  int
}

// Problem is one reason why an expression does not compile.
type Problem struct {
	Line    int    // from 1
	Column  int    // from 1, in runes
	Code    string // expr/… stable, listed with the Code constants
	Message string // Chinese
	Hint    string // what to write instead, may be empty
	Term    string // the term in whose source the place is; empty for the expression itself
}

// Codes of problems.
const (
	CodeSyntax  = "expr/syntax"  // 不合语法
	CodeName    = "expr/name"    // 没有这个名字
	CodeType    = "expr/type"    // 类型不合
	CodeResult  = "expr/result"  // 结果的类型不是所要的
	CodeDate    = "expr/date"    // date('…') 里不是日期
	CodeGuard   = "expr/guard"   // given、or 用在了不是名字的地方
	CodeTerm    = "expr/term"    // 术语自身有错或者互相循环
	CodeTooLong = "expr/toolong" // 过长或者过深
	CodeScope   = "expr/scope"   // 声明本身有错（重名、保留字）
)

// Problems is the error of Compile and NewEnv: everything that is wrong, in order of place.
type Problems []Problem
