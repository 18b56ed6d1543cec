// Package expr is the expression language of the packs (表达式): CEL, typed, side-effect free and bounded in cost, with
// a third answer beside true and false. Reading a value that is absent makes the whole answer unknown, unless `||` or
// `&&` is decided by its other side; unknown never passes for false or for zero.
//
// # What an expression may say
//
//	proposed_fine >= param.major_fine || step.hearing.done      own fields bare, the rest dotted
//	officers.size() >= 2 && officers.all(o, o.valid)            lists, and fields of parties and entries
//	given(fine) && fine > 100000                                given(x): has x a value? (always true or false)
//	fine.or(0) + confiscated.or(0)                              x.or(v): v where x is absent
//	step.legal_review.date >= step.hearing.date                 days compare, and subtract to a number of days
//	decided < date('2021-07-15')                                date('…') is checked when the expression loads
//	days(step.file.date, step.decide.date) <= 90                the same as b - a
//	date + 30 · date - 7                                        natural days later and earlier
//	step.annul.outcome in ['revoke', 'change']                  CEL's in, size, startsWith, contains, all, exists, filter, map
//
// Money is an int of fen (分). Names of terms (`terms:` of a definition) are used like fields.
//
// # How the engine uses it
//
//	env, err := expr.NewEnv(expr.Scope{
//		Vars: []expr.Var{
//			{Name: "fine", Title: "罚款", Type: expr.Type{Kind: expr.Money}},
//			{Name: "officers", Title: "执法人员", Type: expr.Type{Kind: expr.Object, Of: "officer", List: true}},
//			{Name: "step.hearing.done", Type: expr.Type{Kind: expr.Bool}, Always: true},
//			{Name: "step.hearing.date", Type: expr.Type{Kind: expr.Date}, Guard: "step.hearing.done"},
//			{Name: "param.major_fine", Type: expr.Type{Kind: expr.Money}, Always: true},
//		},
//		Objects: []expr.ObjectType{{Name: "officer", Title: "执法人员", Fields: []expr.Var{
//			{Name: "valid", Type: expr.Type{Kind: expr.Bool}, Always: true},
//		}}},
//		Terms: []expr.Term{{Name: "major", Source: "fine >= param.major_fine || step.hearing.done"}},
//	})
//	x, err := env.Compile("!major || fine > 0", expr.Type{Kind: expr.Bool})   // err is expr.Problems
//	for _, r := range x.Reads() { … }     // r.Name, r.Guarded, r.Line, r.Column: for the surely-filled check
//	v, err := x.Eval(values)              // values implements Values: Value(name) (any, bool)
//	switch { case !v.Known: … v.Missing … ; v.Bool(): … }
//
// An Env and an Expression are immutable and safe for concurrent use. Compiling costs tens of microseconds and is meant
// to happen once per definition; evaluating costs a few hundred nanoseconds. An error of Eval is a fault of the
// expression on these values (division by zero, an index out of range, the cost limit) and must fail closed like unknown.
//
// # Values handed in
//
// Values.Value and Obj.Field answer (v, true), or (nil, false) for absent. By kind: Text string · Int and Money int64 or
// int · Bool bool · Date Day · Double float64 · Object a value of interface Obj; lists are []string, []int64, []bool,
// []Day, []float64 or []Obj. An empty list is a value, not an absence; the caller decides which it has.
//
// # Surely filled
//
// Reads lists every declared name that an expression can read, terms included, with the place of each. A read is guarded
// when the variable is Always, stands in given(…) or before .or(…), or is only reached where `given(x)` (or the
// variable's Guard) is known to be true, as in `given(x) && x > 1`, `!step.S.done || step.S.date > d`,
// `given(x) ? x : 0`. For a name that is read more than once an unguarded read wins.
package expr
