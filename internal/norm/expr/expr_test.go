package expr_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/norm/expr"
)

// state is the values of a matter in a test; what is not in it is absent.
type state map[string]any

func (s state) Value(name string) (any, bool) { v, ok := s[name]; return v, ok }

// entry is an object with fields.
type entry map[string]any

func (e entry) Field(name string) (any, bool) { v, ok := e[name]; return v, ok }

var (
	text  = expr.Type{Kind: expr.Text}
	num   = expr.Type{Kind: expr.Int}
	money = expr.Type{Kind: expr.Money}
	yes   = expr.Type{Kind: expr.Bool}
	date  = expr.Type{Kind: expr.Date}
)

func scope() expr.Scope {
	vars := []expr.Var{
		{Name: "cause", Title: "案由", Type: text},
		{Name: "fine", Title: "罚款", Type: money},
		{Name: "proposed_fine", Title: "拟罚款", Type: money},
		{Name: "count", Type: num},
		{Name: "rate", Type: expr.Type{Kind: expr.Double}},
		{Name: "urgent", Type: yes},
		{Name: "officers", Title: "执法人员", Type: expr.Type{Kind: expr.Object, Of: "officer", List: true}},
		{Name: "party", Title: "当事人", Type: expr.Type{Kind: expr.Object, Of: "officer"}},
		{Name: "tags", Type: expr.Type{Kind: expr.Text, List: true}},
		{Name: "days_off", Type: expr.Type{Kind: expr.Date, List: true}},
		{Name: "param.major_fine", Type: money, Always: true},
		{Name: "legal_date", Type: date, Always: true},
		{Name: "unit.sign", Type: text, Always: true},
		{Name: "limit.decide.met", Type: yes, Guard: "step.decide.done"},
	}
	for _, s := range []string{"hearing", "legal_review", "decide", "return"} {
		vars = append(vars,
			expr.Var{Name: "step." + s + ".done", Type: yes, Always: true},
			expr.Var{Name: "step." + s + ".count", Type: num, Always: true},
			expr.Var{Name: "step." + s + ".date", Type: date, Guard: "step." + s + ".done"},
			expr.Var{Name: "step." + s + ".outcome", Type: text, Guard: "step." + s + ".done"})
	}
	return expr.Scope{
		Vars: vars,
		Objects: []expr.ObjectType{{Name: "officer", Title: "执法人员", Fields: []expr.Var{
			{Name: "valid", Type: yes, Always: true},
			{Name: "name", Title: "姓名", Type: text, Always: true},
			{Name: "phone", Title: "电话", Type: text},
		}}},
		Terms: []expr.Term{
			{Name: "grave", Source: "major && urgent"},
			{Name: "major", Source: "proposed_fine >= param.major_fine || step.hearing.done"},
			{Name: "base", Source: "fine.or(0) + count"},
		},
	}
}

func newEnv(t testing.TB) *expr.Env {
	t.Helper()
	e, err := expr.NewEnv(scope())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// always is the values that every state has.
func always(s state) state {
	out := state{"param.major_fine": int64(1_000_000), "legal_date": day(2026, 9, 24), "unit.sign": "衡市监"}
	for _, step := range []string{"hearing", "legal_review", "decide", "return"} {
		out["step."+step+".done"], out["step."+step+".count"] = false, 0
	}
	for k, v := range s {
		out[k] = v
	}
	return out
}

// day gives a date near 2026; good enough for tests, every month 1 to 12 of these years.
func day(y, m, d int) expr.Day {
	n := (y-1970)*365 + (y-1969)/4
	for i := 1; i < m; i++ {
		n += []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[i-1]
		if i == 2 && y%4 == 0 {
			n++
		}
	}
	return expr.Day(n + d - 1)
}

func TestEval(t *testing.T) {
	e := newEnv(t)
	valid, expired := entry{"valid": true, "name": "甲"}, entry{"valid": false, "name": "乙", "phone": "1"}
	gate := "!step.hearing.done || (step.legal_review.done && step.legal_review.date >= step.hearing.date)"
	cases := map[string]struct {
		source  string
		want    expr.Type
		state   state
		value   any    // nil: unknown
		missing string // names, separated by blanks
		fails   string // part of the error
	}{
		"a comparison":                     {source: "fine > 100", want: yes, state: state{"fine": int64(101)}, value: true},
		"absent is not zero":               {source: "fine > 100", want: yes, missing: "fine"},
		"absent is not empty":              {source: "cause == ''", want: yes, missing: "cause"},
		"absent equals nothing":            {source: "fine == proposed_fine", want: yes, missing: "fine proposed_fine"},
		"not of unknown":                   {source: "!urgent", want: yes, missing: "urgent"},
		"or decided by the other side":     {source: "fine > 100 || count > 0", want: yes, state: state{"count": 1}, value: true},
		"or decided by the first":          {source: "count > 0 || fine > 100", want: yes, state: state{"count": 1}, value: true},
		"or not decided":                   {source: "fine > 100 || count > 0", want: yes, state: state{"count": 0}, missing: "fine"},
		"and decided by the other side":    {source: "fine > 100 && count > 0", want: yes, state: state{"count": 0}, value: false},
		"and not decided":                  {source: "fine > 100 && count > 0", want: yes, state: state{"count": 1}, missing: "fine"},
		"both missing":                     {source: "fine > 100 && count > 0", want: yes, missing: "count fine"},
		"given":                            {source: "given(fine)", want: yes, state: state{"fine": int64(0)}, value: true},
		"not given":                        {source: "given(fine)", want: yes, value: false},
		"given guards":                     {source: "given(fine) && fine > 100", want: yes, value: false},
		"or supplies":                      {source: "fine.or(7)", want: money, value: int64(7)},
		"or keeps":                         {source: "fine.or(7)", want: money, state: state{"fine": 5}, value: int64(5)},
		"or with another absent":           {source: "fine.or(count)", want: money, missing: "count"},
		"or of a list":                     {source: "tags.or([]).size()", want: num, value: int64(0)},
		"given of a field":                 {source: "officers.exists(o, given(o.phone))", want: yes, state: state{"officers": []expr.Obj{valid, expired}}, value: true},
		"absent field of an object":        {source: "officers.all(o, o.phone != '')", want: yes, state: state{"officers": []expr.Obj{valid, expired}}, missing: "officer.phone"},
		"or of a field":                    {source: "party.phone.or('无')", want: text, state: state{"party": valid}, value: "无"},
		"two officers":                     {source: "officers.size() >= 2 && officers.all(o, o.valid)", want: yes, state: state{"officers": []expr.Obj{valid, valid}}, value: true},
		"one of two expired":               {source: "officers.size() >= 2 && officers.all(o, o.valid)", want: yes, state: state{"officers": []expr.Obj{valid, expired}}, value: false},
		"absent list":                      {source: "officers.size() >= 2", want: yes, missing: "officers"},
		"all of an absent list":            {source: "officers.all(o, o.valid)", want: yes, missing: "officers"},
		"empty list is a value":            {source: "officers.size() >= 2", want: yes, state: state{"officers": []expr.Obj{}}, value: false},
		"names of objects":                 {source: "officers.map(o, o.name)", want: expr.Type{Kind: expr.Text, List: true}, state: state{"officers": []expr.Obj{valid, expired}}, value: []any{"甲", "乙"}},
		"an object itself":                 {source: "party", want: expr.Type{Kind: expr.Object, Of: "officer"}, state: state{"party": entry{"name": "x"}}, value: entry{"name": "x"}},
		"in":                               {source: "cause in ['a', 'b']", want: yes, state: state{"cause": "b"}, value: true},
		"absent in":                        {source: "cause in ['a', 'b']", want: yes, missing: "cause"},
		"conditional decided":              {source: "urgent ? 1 : count", want: num, state: state{"urgent": true}, value: int64(1)},
		"conditional unknown":              {source: "urgent ? 1 : 0", want: num, missing: "urgent"},
		"gate: no hearing":                 {source: gate, want: yes, value: true},
		"gate: hearing, no review":         {source: gate, want: yes, state: state{"step.hearing.done": true, "step.hearing.date": day(2026, 9, 1)}, value: false},
		"gate: reviewed after":             {source: gate, want: yes, state: state{"step.hearing.done": true, "step.hearing.date": day(2026, 9, 1), "step.legal_review.done": true, "step.legal_review.date": day(2026, 9, 1)}, value: true},
		"gate: reviewed before":            {source: gate, want: yes, state: state{"step.hearing.done": true, "step.hearing.date": day(2026, 9, 2), "step.legal_review.done": true, "step.legal_review.date": day(2026, 9, 1)}, value: false},
		"a step called by a reserved word": {source: "step.return.count == 0", want: yes, value: true},
		"term":                             {source: "!major", want: yes, state: state{"proposed_fine": int64(5)}, value: true},
		"term unknown":                     {source: "!major", want: yes, missing: "proposed_fine"},
		"term decided":                     {source: "!major", want: yes, state: state{"step.hearing.done": true}, value: false},
		"term of a term":                   {source: "grave", want: yes, state: state{"proposed_fine": int64(5)}, value: false},
		"term within a loop":               {source: "tags.exists(t, major && t == 'x')", want: yes, state: state{"tags": []string{"x"}, "step.hearing.done": true}, value: true},
		"term of a number":                 {source: "base * 2", want: num, state: state{"count": 4}, value: int64(8)},
		"given of a term":                  {source: "given(major)", want: yes, value: false},
		"dates compare":                    {source: "legal_date > date('2026-09-23') && legal_date <= date('2026-09-24')", want: yes, value: true},
		"dates equal":                      {source: "legal_date == date('2026-09-24')", want: yes, value: true},
		"dates differ":                     {source: "legal_date != date('2026-09-24')", want: yes, value: false},
		"days between":                     {source: "days(date('2026-09-01'), legal_date)", want: num, value: int64(23)},
		"dates subtract":                   {source: "legal_date - date('2026-09-01')", want: num, value: int64(23)},
		"days later":                       {source: "legal_date + 7", want: date, value: day(2026, 10, 1)},
		"days earlier":                     {source: "legal_date - 24", want: date, value: day(2026, 8, 31)},
		"date in a list":                   {source: "legal_date in days_off", want: yes, state: state{"days_off": []expr.Day{day(2026, 9, 24)}}, value: true},
		"date of an absent day":            {source: "days(step.decide.date, legal_date) > 3", want: yes, missing: "step.decide.date"},
		"date of a text field":             {source: "date(cause)", want: date, state: state{"cause": "2026-09-24"}, value: day(2026, 9, 24)},
		"date of no date":                  {source: "date(cause) == legal_date", want: yes, state: state{"cause": "x"}, fails: "不是日期"},
		"date beyond all":                  {source: "legal_date + 9000000 > legal_date", want: yes, fails: "超出"},
		"division by zero":                 {source: "1 / count > 0", want: yes, state: state{"count": 0}, fails: "表达式"},
		"overflow":                         {source: "fine * 4 > 0", want: yes, state: state{"fine": int64(1) << 62}, fails: "表达式"},
		"index out of range":               {source: "tags[3] == ''", want: yes, state: state{"tags": []string{"x"}}, fails: "表达式"},
		"a fault inside a term":            {source: "base > 0", want: yes, state: state{"count": int64(1), "fine": int64(9223372036854775807)}, fails: "表达式"},
		"a value of the wrong type":        {source: "count > 0", want: yes, state: state{"count": "three"}, fails: "count"},
		"a list of the wrong type":         {source: "tags.size() > 0", want: yes, state: state{"tags": []int64{1}}, fails: "tags"},
		"doubles":                          {source: "rate > 0.5 ? 1.0 : double(count)", want: expr.Type{Kind: expr.Double}, state: state{"rate": 0.6}, value: 1.0},
		"text":                             {source: "unit.sign + '罚'", want: text, value: "衡市监罚"},
		"pattern":                          {source: "unit.sign.matches('^衡')", want: yes, value: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			x, err := e.Compile(tc.source, tc.want)
			if err != nil {
				t.Fatal(err)
			}
			v, err := x.Eval(always(tc.state))
			if tc.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tc.fails) {
					t.Errorf("error %v, want one with %q", err, tc.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.value, v.Any()); d != "" {
				t.Errorf("value (-want +got):\n%s", d)
			}
			if got := strings.Join(v.Missing, " "); got != tc.missing || v.Known != (tc.missing == "") {
				t.Errorf("missing %q known %v, want %q", got, v.Known, tc.missing)
			}
		})
	}
}

func TestValueKinds(t *testing.T) {
	e := newEnv(t)
	eval := func(source string, want expr.Type) expr.Value {
		x, err := e.Compile(source, want)
		if err != nil {
			t.Fatal(err)
		}
		v, err := x.Eval(always(nil))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := eval("legal_date", date); v.Bool() || v.Int() != 0 || v.Text() != "" {
		t.Errorf("a date answers as something else: %v", v)
	}
	if d, ok := eval("legal_date", date).Day(); !ok || d.String() != "2026-09-24" {
		t.Errorf("day %s %v", d, ok)
	}
	if v := eval("3", num); v.Int() != 3 || v.Double() != 3 {
		t.Errorf("three is %d, %g", v.Int(), v.Double())
	}
	if v := eval("'x'", text); v.Text() != "x" {
		t.Errorf("text %q", v.Text())
	}
	unknown := eval("fine", money)
	if unknown.Known || unknown.Bool() || unknown.Int() != 0 || unknown.Any() != nil {
		t.Errorf("unknown answers %v", unknown)
	}
	for name, want := range map[string]string{"fine": "罚款", "officer.phone": "执法人员的电话", "count": "count", "nowhere": "nowhere", "step.decide.date": "step.decide.date"} {
		if got := e.Title(name); got != want {
			t.Errorf("title of %s: %s, want %s", name, got, want)
		}
	}
}

func TestProblems(t *testing.T) {
	e := newEnv(t)
	cases := map[string]struct {
		source string
		want   expr.Type
		at     string // line:column code
		says   string // part of message and hint
	}{
		"misspelt step":           {"true && step.hering.done", yes, "1:14 expr/name", "是不是 step.hearing.done？"},
		"misspelt attribute":      {"step.hearing.doen", yes, "1:14 expr/name", "是不是 step.hearing.done？"},
		"misspelt after Chinese":  {"cause == '市场监管' || step.hearing.doen", yes, "1:33 expr/name", "step.hearing.done"},
		"misspelt on line two":    {"urgent &&\n  stop.hearing.done", yes, "2:3 expr/name", "step.hearing.done"},
		"misspelt field":          {"fien > 3", yes, "1:1 expr/name", "是不是 fine？"},
		"misspelt term":           {"majro", yes, "1:1 expr/name", "是不是 major？"},
		"misspelt object field":   {"officers.all(o, o.vaild)", yes, "1:18 expr/name", "是不是 valid？"},
		"misspelt function":       {"gvien(fine)", yes, "1:6 expr/name", "是不是 given？"},
		"nothing like it":         {"step.zzzzzzzz.done", yes, "1:6 expr/name", "后面可以是 decide、hearing、legal_review、return"},
		"only half a name":        {"step.hearing", yes, "1:1 expr/name", "后面可以是"},
		"a loop variable outside": {"tags.all(t, t == '') && t == ''", yes, "1:25 expr/name", "没有“t”"},
		"text against number":     {"cause > 3", yes, "1:7 expr/type", "文字, 整数"},
		"date against text":       {"legal_date > '2026-09-24'", yes, "1:12 expr/type", "date('2026-09-24')"},
		"no dates":                {"legal_date > date('2026-09-31')", yes, "1:19 expr/date", "2026-09-31"},
		"result":                  {"fine + 1", yes, "1:1 expr/result", "要的是是否，表达式得到的是整数"},
		"not finished":            {"fine >", yes, "1:7 expr/syntax", "没有写完"},
		"empty":                   {"", yes, "1:1 expr/syntax", "没有写完"},
		"two mistakes at once":    {"fien > 3 && cuase == ''", yes, "1:1 expr/name 1:13 expr/name", "cause"},
		"given of a sum":          {"given(fine + 1)", yes, "1:6 expr/guard", "只能是一个名称"},
		"or after a sum":          {"(fine + 1).or(3) > 2", yes, "1:7 expr/guard", "只能是一个名称"},
		"or of another type":      {"fine.or('x') > 2", yes, "1:8 expr/type", "整数, 文字"},
		"no presence macro":       {"has(party.phone)", yes, "1:4 expr/name", "没有“has”"},
		"no way round the types":  {"dyn(cause) > 3", yes, "1:4 expr/name", "没有“dyn”"},
		"making an object":        {"officer{valid: true}.valid", yes, "1:8 expr/syntax", "不能构造"},
		"a number has no fields":  {"fine.amount > 3", yes, "1:5 expr/type", "整数没有字段"},
		"too long":                {strings.Repeat("urgent || ", 300) + "urgent", yes, "1:1 expr/toolong", "最多2000个"},
		"too deep":                {strings.Repeat("(", 200) + "urgent" + strings.Repeat(")", 200), yes, "1:1 expr/toolong", "嵌套过深"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := e.Compile(tc.source, tc.want)
			var ps expr.Problems
			if !errors.As(err, &ps) {
				t.Fatalf("error %v, want problems", err)
			}
			var at []string
			for _, p := range ps {
				at = append(at, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Code))
			}
			if got := strings.Join(at, " "); got != tc.at {
				t.Errorf("at %s, want %s\n%v", got, tc.at, ps)
			}
			if !strings.Contains(ps.Error(), tc.says) {
				t.Errorf("says %s, want it to contain %s", ps, tc.says)
			}
		})
	}
}

func TestScopeProblems(t *testing.T) {
	cases := map[string]struct {
		scope expr.Scope
		code  string
		says  string
	}{
		"a reserved word":         {expr.Scope{Vars: []expr.Var{{Name: "return", Type: yes}}}, expr.CodeScope, "return"},
		"a function's name":       {expr.Scope{Vars: []expr.Var{{Name: "date", Type: yes}}}, expr.CodeScope, "date"},
		"twice":                   {expr.Scope{Vars: []expr.Var{{Name: "a", Type: yes}, {Name: "a", Type: num}}}, expr.CodeScope, "a"},
		"not ASCII":               {expr.Scope{Vars: []expr.Var{{Name: "罚款", Type: yes}}}, expr.CodeScope, "罚款"},
		"an empty segment":        {expr.Scope{Vars: []expr.Var{{Name: "a..b", Type: yes}}}, expr.CodeScope, "a..b"},
		"no type":                 {expr.Scope{Vars: []expr.Var{{Name: "a"}}}, expr.CodeScope, "没有类型"},
		"an unknown object":       {expr.Scope{Vars: []expr.Var{{Name: "a", Type: expr.Type{Kind: expr.Object, Of: "x"}}}}, expr.CodeScope, "没有声明"},
		"a guard that is nothing": {expr.Scope{Vars: []expr.Var{{Name: "a", Type: yes, Guard: "b"}}}, expr.CodeScope, "前提"},
		"a guard that is no bool": {expr.Scope{Vars: []expr.Var{{Name: "a", Type: yes, Guard: "b"}, {Name: "b", Type: num}}}, expr.CodeScope, "前提"},
		"an object field twice":   {expr.Scope{Objects: []expr.ObjectType{{Name: "o", Fields: []expr.Var{{Name: "a", Type: yes}, {Name: "a", Type: yes}}}}}, expr.CodeScope, "o"},
		"a term like a field":     {expr.Scope{Vars: []expr.Var{{Name: "a", Type: yes}}, Terms: []expr.Term{{Name: "a", Source: "true"}}}, expr.CodeScope, "术语"},
		"a term that is wrong":    {expr.Scope{Vars: []expr.Var{{Name: "abcd", Type: yes}}, Terms: []expr.Term{{Name: "t", Source: "!abdc"}}}, expr.CodeName, "术语“t”：没有“abdc”"},
		"terms in a circle":       {expr.Scope{Terms: []expr.Term{{Name: "a", Source: "b"}, {Name: "b", Source: "!c"}, {Name: "c", Source: "a"}}}, expr.CodeTerm, "a → b → c → a"},
		"a term of itself":        {expr.Scope{Terms: []expr.Term{{Name: "a", Source: "a || true"}}}, expr.CodeTerm, "a → a"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := expr.NewEnv(tc.scope)
			var ps expr.Problems
			if !errors.As(err, &ps) || ps[0].Code != tc.code || !strings.Contains(ps.Error(), tc.says) {
				t.Errorf("error %v, want %s with %q", err, tc.code, tc.says)
			}
			if inTerm := strings.Contains(ps.Error(), "术语"); inTerm != (ps[0].Term != "") {
				t.Errorf("term %q of %v", ps[0].Term, ps)
			}
		})
	}
}

func TestReads(t *testing.T) {
	e := newEnv(t)
	cases := map[string]struct {
		source string
		want   string // names, ! before one that is not guarded, @term after one read in a term, column
	}{
		"plain":                       {"fine > 3", "!fine 1"},
		"always":                      {"param.major_fine > 3", "param.major_fine 1"},
		"given alone":                 {"given(fine)", "fine 7"},
		"or":                          {"fine.or(0) > 3", "fine 1"},
		"or with another":             {"fine.or(count) > 3", "!count 9 fine 1"},
		"guarded by given":            {"given(fine) && fine > 3", "fine 7"},
		"guarded on the left":         {"fine > 3 && given(fine)", "fine 1"},
		"guarded by the negation":     {"!given(fine) || fine > 3", "fine 8"},
		"guarded the wrong way round": {"given(fine) || fine > 3", "!fine 16"},
		"guarded in a conditional":    {"given(fine) ? fine > 3 : urgent", "fine 7 !urgent 26"},
		"not in the other branch":     {"given(fine) ? urgent : fine > 3", "!fine 24 !urgent 15"},
		"guarded by both":             {"(given(fine) && given(count)) && fine > count", "count 23 fine 8"},
		"guarded by one of two":       {"(given(fine) || given(count)) && fine > 3", "count 23 !fine 34"},
		"guarded by two of two":       {"(given(fine) || given(fine)) && fine > 3", "fine 8"},
		"step done guards its date":   {"!step.hearing.done || step.hearing.date < legal_date", "legal_date 43 step.hearing.date 23 step.hearing.done 2"},
		"another step's does not":     {"step.decide.done && step.hearing.date < legal_date", "legal_date 41 step.decide.done 1 !step.hearing.date 21"},
		"the limit's guard":           {"step.decide.done && limit.decide.met", "limit.decide.met 21 step.decide.done 1"},
		"within a loop":               {"officers.all(o, o.valid && fine > 3)", "!fine 28 !officers 1"},
		"a loop variable is no field": {"tags.all(cause, cause == '')", "!tags 1"},
		"looks into terms":            {"urgent || major", "param.major_fine@major 11 !proposed_fine@major 11 step.hearing.done@major 11 !urgent 1"},
		"a term of a term":            {"grave", "param.major_fine@grave 1 !proposed_fine@grave 1 step.hearing.done@grave 1 !urgent@grave 1"},
		"given before a term":         {"given(proposed_fine) && major", "param.major_fine@major 25 proposed_fine 7 step.hearing.done@major 25"},
		"given of a term":             {"given(major)", "param.major_fine@major 7 proposed_fine@major 7 step.hearing.done@major 7"},
		"unguarded wins":              {"given(fine) && fine > 3 || fine > 2", "!fine 28"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			x, err := e.Compile(tc.source, yes)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range x.Reads() {
				s := r.Name
				if !r.Guarded {
					s = "!" + s
				}
				if r.Term != "" {
					s += "@" + r.Term
				}
				got = append(got, fmt.Sprintf("%s %d", s, r.Column))
			}
			if s := strings.Join(got, " "); s != tc.want {
				t.Errorf("got  %s\nwant %s", s, tc.want)
			}
		})
	}
}

// TestGuardedReadsAreNeverUnknown builds expressions at random and evaluates them with random values absent: where all
// reads are guarded, the answer is always known, and what is missing is always among the unguarded reads.
func TestGuardedReadsAreNeverUnknown(t *testing.T) {
	e := newEnv(t)
	atoms := []string{"fine > 3", "count > 3", "urgent", "given(fine)", "given(count)", "given(urgent)", "fine.or(0) > 3",
		"step.hearing.done", "step.hearing.date < legal_date", "major", "grave", "true", "false"}
	var build func(t *rapid.T, depth int) string
	build = func(t *rapid.T, depth int) string {
		if depth == 0 {
			return rapid.SampledFrom(atoms).Draw(t, "atom")
		}
		switch rapid.IntRange(0, 4).Draw(t, "op") {
		case 0:
			return "!(" + build(t, depth-1) + ")"
		case 1:
			return "(" + build(t, depth-1) + ") && (" + build(t, depth-1) + ")"
		case 2:
			return "(" + build(t, depth-1) + ") || (" + build(t, depth-1) + ")"
		case 3:
			return "((" + build(t, depth-1) + ") ? (" + build(t, depth-1) + ") : (" + build(t, depth-1) + "))"
		}
		return rapid.SampledFrom(atoms).Draw(t, "atom")
	}
	rapid.Check(t, func(t *rapid.T) {
		x, err := e.Compile(build(t, 3), yes)
		if err != nil {
			var ps expr.Problems
			if errors.As(err, &ps) && ps[0].Code == expr.CodeTooLong {
				return
			}
			t.Fatal(err)
		}
		s := state{}
		for _, v := range []struct {
			name  string
			value any
		}{{"fine", int64(4)}, {"count", int64(3)}, {"urgent", true}, {"proposed_fine", int64(9)}} {
			if rapid.Bool().Draw(t, v.name) {
				s[v.name] = v.value
			}
		}
		if rapid.Bool().Draw(t, "hearing") {
			s["step.hearing.done"], s["step.hearing.date"] = true, day(2026, 9, 1)
		}
		v, err := x.Eval(always(s))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range v.Missing {
			i := slices.IndexFunc(x.Reads(), func(r expr.Read) bool { return r.Name == name })
			if i < 0 || x.Reads()[i].Guarded {
				t.Fatalf("%s is unknown for want of %s, which is not an unguarded read: %+v", x.Source(), name, x.Reads())
			}
		}
	})
}

func TestCostIsBounded(t *testing.T) {
	e := newEnv(t)
	x, err := e.Compile("tags.all(a, tags.all(b, tags.all(c, a + b != c)))", yes)
	if err != nil {
		t.Fatal(err)
	}
	tags := make([]string, 300)
	for i := range tags {
		tags[i] = "tag"
	}
	if v, err := x.Eval(always(state{"tags": tags})); err == nil {
		t.Errorf("27 million rounds answered %v", v.Any())
	}
}

func TestConcurrentUse(t *testing.T) {
	e := newEnv(t)
	x, err := e.Compile("grave || officers.exists(o, o.valid) || fine > count", yes)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 200 {
				s := state{"officers": []expr.Obj{entry{"valid": false}}}
				if (n+i)%2 == 0 {
					s["fine"], s["count"] = 2, 1
				}
				v, err := x.Eval(always(s))
				if err != nil || v.Bool() != ((n+i)%2 == 0) {
					t.Errorf("round %d: %v %v", n, v, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"fine > 3 && major", "officers.all(o, o.valid)", "step.hearing.date + 3 < date('2026-01-01')", "given(x", "罚款 > 3", "fine.or(0)\n+ 1"} {
		f.Add(s)
	}
	e := newEnv(f)
	f.Fuzz(func(t *testing.T, source string) {
		x, err := e.Compile(source, yes)
		if err != nil {
			var ps expr.Problems
			if !errors.As(err, &ps) || len(ps) == 0 {
				t.Fatalf("error without problems: %v", err)
			}
			lines := strings.Split(source, "\n")
			for _, p := range ps {
				// One past the end is where a missing piece would stand.
				if p.Line < 1 || p.Line > len(lines)+1 || p.Column < 1 ||
					p.Line <= len(lines) && p.Column > len([]rune(lines[p.Line-1]))+2 || p.Message == "" || p.Code == "" {
					t.Fatalf("%q: problem out of place: %+v", source, p)
				}
			}
			return
		}
		for _, r := range x.Reads() {
			if r.Line < 1 || r.Column < 1 || r.Name == "" {
				t.Fatalf("%q: read out of place: %+v", source, r)
			}
		}
		v, err := x.Eval(always(nil))
		if err != nil {
			return
		}
		if v.Known == (len(v.Missing) > 0) {
			t.Fatalf("%q: known %v, missing %v", source, v.Known, v.Missing)
		}
	})
}

func BenchmarkNewEnv(b *testing.B) {
	for b.Loop() {
		newEnv(b)
	}
}

func BenchmarkCompile(b *testing.B) {
	e := newEnv(b)
	for b.Loop() {
		if _, err := e.Compile("!major || (step.legal_review.done && step.legal_review.outcome == 'pass')", yes); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	e := newEnv(b)
	s := always(state{"proposed_fine": int64(2_000_000), "step.legal_review.done": true, "step.legal_review.outcome": "pass",
		"step.hearing.done": true, "step.hearing.date": day(2026, 9, 1), "step.legal_review.date": day(2026, 9, 2),
		"officers": []expr.Obj{entry{"valid": true}, entry{"valid": true}}})
	for name, source := range map[string]string{
		"Dates":   "!step.hearing.done || (step.legal_review.done && step.legal_review.date >= step.hearing.date)",
		"Term":    "!major || (step.legal_review.done && step.legal_review.outcome == 'pass')",
		"Loop":    "officers.size() >= 2 && officers.all(o, o.valid)",
		"Unknown": "fine > 3 && step.hearing.done",
	} {
		b.Run(name, func(b *testing.B) {
			x, err := e.Compile(source, yes)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := x.Eval(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
