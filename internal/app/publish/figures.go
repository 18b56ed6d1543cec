package publish

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/doc/report"
)

// counting is one figure that counts tasks (or what happened to them). A token is its id, or its id @ a section (s1, s2 …)
// or a unit (u and its no): done, done@s2, tasks@u31.
type counting struct {
	id, name, unit string
	formula        string // in words, after the plan and the day
	pick           func(*Task) bool
	weigh          func(*Task) int64 // what each picked task counts; nil: 1
}

func lead(s Standing) func(*Task) bool {
	return func(t *Task) bool { return t.Lead && t.Standing == s }
}

func leads(t *Task) bool { return t.Lead }

func every(*Task) bool { return true }

// countings are the figures of plan reports. What adds up to measures is done, running, late, waiting and carried.
var countings = []counting{
	{id: "measures", name: "任务", unit: "项", formula: "计划下达给牵头单位的任务", pick: leads},
	{id: "done", name: "已完成", unit: "项", formula: "牵头单位的任务中，结果为验收完成的", pick: lead(Done)},
	{id: "running", name: "正在办理", unit: "项", formula: "牵头单位的任务中，已经签收、未到期且未完成的", pick: lead(Running)},
	{id: "late", name: "逾期", unit: "项", formula: "牵头单位的任务中，到期日已过而未验收完成的", pick: lead(Late)},
	{id: "waiting", name: "尚未开始", unit: "项", formula: "牵头单位的任务中，未到期且尚未签收的", pick: lead(Waiting)},
	{id: "carried", name: "结转", unit: "项", formula: "牵头单位的任务中，结转下一年度计划的", pick: lead(Carried)},
	{id: "on_time", name: "按期完成", unit: "项", formula: "已完成的任务中，验收日不晚于到期日（含批准的延期）的", pick: func(t *Task) bool { return t.Lead && t.Standing == Done && t.OnTime }},
	{id: "late_urged", name: "逾期已催办", unit: "项", formula: "逾期的任务中，发过催办的", pick: func(t *Task) bool { return t.Lead && t.Standing == Late && t.Urged }},
	{id: "tasks", name: "承担工作", unit: "件", formula: "下达给牵头单位和参与单位的全部事项", pick: every},
	{id: "tasks_done", name: "承担工作已完成", unit: "件", formula: "全部事项中，结果为验收完成的", pick: func(t *Task) bool { return t.Standing == Done }},
	{id: "tasks_running", name: "承担工作正在办理", unit: "件", formula: "全部事项中，已经签收、未到期且未完成的", pick: func(t *Task) bool { return t.Standing == Running }},
	{id: "tasks_late", name: "承担工作逾期", unit: "件", formula: "全部事项中，到期日已过而未验收完成的", pick: func(t *Task) bool { return t.Standing == Late }},
	{id: "tasks_waiting", name: "承担工作尚未开始", unit: "件", formula: "全部事项中，未到期且尚未签收的", pick: func(t *Task) bool { return t.Standing == Waiting }},
	{id: "tasks_carried", name: "承担工作结转", unit: "件", formula: "全部事项中，结转下一年度计划的", pick: func(t *Task) bool { return t.Standing == Carried }},
	{id: "late_parts", name: "参与单位逾期", unit: "件", formula: "参与单位承担的事项中，到期日已过而未验收完成的", pick: func(t *Task) bool { return !t.Lead && t.Standing == Late }},
	{id: "extended", name: "批准延期", unit: "次", formula: "本期批准的延期", pick: func(t *Task) bool { return t.Extended > 0 }, weigh: func(t *Task) int64 { return t.Extended }},
	{id: "targets", name: "量化指标", unit: "项", formula: "牵头单位的任务中列出的量化指标", pick: func(t *Task) bool { return len(t.Targets) > 0 }, weigh: func(t *Task) int64 { return int64(len(t.Targets)) }},
	{id: "reached", name: "已达到指标", unit: "项", formula: "量化指标中，累计上报数达到目标值的", pick: func(t *Task) bool { return t.met() > 0 }, weigh: (*Task).met},
}

// met counts the targets of a task that are reached.
func (t *Task) met() int64 {
	var n int64
	for _, g := range t.Targets {
		if g.Met {
			n++
		}
	}
	return n
}

// share is a percentage of two countings.
type share struct{ id, name, part, whole string }

var shares = []share{
	{"done_rate", "完成率", "done", "measures"},
	{"on_time_rate", "按期完成率", "on_time", "done"},
	{"tasks_done_rate", "承担工作完成率", "tasks_done", "tasks"},
}

// facts are figures summed over fact rows of the task procedure.
var factFigures = map[string]struct{ name, formula string }{
	"returned": {"退回", "本期验收时退回的次数（数据项 task.returned）"},
	"urged":    {"催办", "本期发出的催办（数据项 task.urged）"},
	"noticed":  {"通报", "本期作出的通报（数据项 task.noticed）"},
}

// Behind is one thing a figure counts.
type Behind struct {
	Matter int64
	Seq    int64 // record of a fact, 0 where the figure counts tasks as they stood
	Title  string
	Unit   int64
	State  string
	Day    string // due day, or day of completion
	Value  int64
}

// Answer is a figure with what it counts.
type Answer struct {
	Figure report.Figure
	Behind []Behind
}

// unknownToken is said of a token that means nothing.
func unknownToken(token string) error {
	return fmt.Errorf("没有名为“%s”的数字。可以用的标记见“可用标记”", token)
}

// Answer computes a token that is a figure; its error is a Chinese sentence.
func (b *Basis) Answer(token string) (Answer, error) {
	id, place, err := b.place(token)
	if err != nil {
		return Answer{}, err
	}
	if i := slices.IndexFunc(countings, func(c counting) bool { return c.id == id }); i >= 0 {
		return b.count(token, countings[i], place), nil
	}
	if i := slices.IndexFunc(shares, func(s share) bool { return s.id == id }); i >= 0 {
		return b.share(token, shares[i])
	}
	if f, ok := factFigures[id]; ok {
		return b.fact(token, id, f.name, f.formula, place), nil
	}
	return b.special(token)
}

// place reads where a token counts: everywhere, in a section or in a unit.
func (b *Basis) place(token string) (id string, in func(*Task) bool, err error) {
	id, at, _ := strings.Cut(token, "@")
	if at == "" {
		return id, every, nil
	}
	n, err := strconv.ParseInt(at[1:], 10, 64)
	switch {
	case err == nil && at[0] == 's' && n >= 1 && int(n) <= len(b.Sections):
		section := b.Sections[n-1]
		return id, func(t *Task) bool { return t.Section == section }, nil
	case err == nil && at[0] == 'u':
		return id, func(t *Task) bool { return t.Unit == n }, nil
	}
	return "", nil, unknownToken(token)
}

// where says the place of a token in words.
func (b *Basis) where(token string) string {
	_, at, _ := strings.Cut(token, "@")
	if at == "" {
		return ""
	}
	n, _ := strconv.ParseInt(at[1:], 10, 64) // place has read it before
	if at[0] == 'u' {
		return "，" + b.Site.Tree().Name(n)
	}
	return "，“" + b.Sections[n-1] + "”部分"
}

// figure fills what all figures keep: formula, period, snapshot.
func (b *Basis) figure(token, name, formula, unit string, value float64) report.Figure {
	scope := ""
	if b.About != 0 {
		scope = "，限于" + b.Site.Tree().Name(b.About) + "及其下级"
	}
	return report.Figure{
		ID: token, Name: name, Unit: unit, Value: value, Period: b.Span.First + "/" + b.Until, Snapshot: b.Snapshot,
		Formula: "《" + b.Plan.Title + "》" + formula + b.where(token) + scope + "；截至" + chineseDay(b.Until),
	}
}

func (b *Basis) count(token string, c counting, in func(*Task) bool) Answer {
	a := Answer{}
	var sum int64
	for i := range b.Tasks {
		t := &b.Tasks[i]
		if !c.pick(t) || !in(t) {
			continue
		}
		n := int64(1)
		if c.weigh != nil {
			n = c.weigh(t)
		}
		sum += n
		d := t.Due
		if t.Closed != "" {
			d = t.Closed
		}
		a.Behind = append(a.Behind, Behind{Matter: t.No, Title: t.Title, Unit: t.Unit, State: t.Standing.Words(), Day: d, Value: n})
	}
	a.Figure = b.figure(token, c.name, c.formula, c.unit, float64(sum))
	return a
}

// share answers a rate; where there is nothing to divide by it has no value and the sentence has to go.
func (b *Basis) share(token string, s share) (Answer, error) {
	part, err := b.Answer(strings.Replace(token, s.id, s.part, 1))
	if err != nil {
		return Answer{}, err
	}
	whole, err := b.Answer(strings.Replace(token, s.id, s.whole, 1))
	if err != nil {
		return Answer{}, err
	}
	if whole.Figure.Value == 0 {
		return Answer{}, fmt.Errorf("%s没有可以计算的数值：%s为 0，请删去这一句", s.name, whole.Figure.Name)
	}
	rate := math.Round(part.Figure.Value/whole.Figure.Value*1000) / 10
	a := Answer{Figure: b.figure(token, s.name, part.Figure.Name+"÷"+whole.Figure.Name, "%", rate), Behind: part.Behind}
	a.Figure.Decimals = 1
	return a, nil
}

func (b *Basis) fact(token, id, name, formula string, in func(*Task) bool) Answer {
	a := Answer{}
	var sum int64
	for i := range b.Tasks {
		t := &b.Tasks[i]
		if !in(t) {
			continue
		}
		for _, d := range b.Facts[id] {
			if d.Matter == t.No {
				sum += d.Value
				a.Behind = append(a.Behind, Behind{Matter: t.No, Seq: d.Seq, Title: t.Title, Unit: d.Unit, State: name, Day: d.Month, Value: d.Value})
			}
		}
	}
	a.Figure = b.figure(token, name, formula, "次", float64(sum))
	return a
}

// special answers the figures that count something other than tasks.
func (b *Basis) special(token string) (Answer, error) {
	switch token {
	case "units":
		a := Answer{}
		for _, u := range b.Units {
			n := int64(0)
			for i := range b.Tasks {
				if b.Tasks[i].Unit == u {
					n++
				}
			}
			a.Behind = append(a.Behind, Behind{Title: b.Site.Tree().Name(u), Unit: u, State: fmt.Sprintf("承担 %d 件", n), Value: 1})
		}
		a.Figure = b.figure(token, "单位", "承担任务的单位", "个", float64(len(b.Units)))
		return a, nil
	case "late_units":
		late, err := b.Answer("late")
		if err != nil {
			return Answer{}, err
		}
		seen := map[int64]bool{}
		for _, x := range late.Behind {
			seen[x.Unit] = true
		}
		return Answer{Figure: b.figure(token, "逾期单位", "有逾期任务的牵头单位", "个", float64(len(seen))), Behind: late.Behind}, nil
	case "next":
		a := Answer{}
		for i := range b.Tasks {
			if t := &b.Tasks[i]; b.comesNext(t) {
				a.Behind = append(a.Behind, Behind{Matter: t.No, Title: t.Title, Unit: t.Unit, State: t.Standing.Words(), Day: t.Due, Value: 1})
			}
		}
		a.Figure = b.figure(token, "下一期到期", "牵头单位未完成的任务中，"+chineseDay(b.Span.Next)+"以前到期的", "项", float64(len(a.Behind)))
		return a, nil
	}
	return Answer{}, unknownToken(token)
}

// comesNext tells whether a task falls due in the time after the report.
func (b *Basis) comesNext(t *Task) bool {
	return t.Lead && (t.Standing == Running || t.Standing == Waiting) && t.Due >= b.Until && t.Due <= b.Span.Next
}
