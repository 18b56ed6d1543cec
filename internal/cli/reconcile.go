package cli

import (
	"context"
	"fmt"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/admin"
)

// reconcileCmd compares with another system (对账).
type reconcileCmd struct {
	database
	output
	Procedure string `arg:"" help:"程序，例如 task 任务。"`
	File      string `arg:"" help:"对方导出的 XLSX 或者 CSV 文件；- 为标准输入的 CSV。应有“编号”列，或者“名称”和“单位”列；有“日期”列的，按月计数。"`
	Map       string `placeholder:"文件" help:"列对应表，一行一列：“编号: 对方的列名”；可以写编号、名称、单位、日期。"`
	From      string `placeholder:"日期" help:"只比较这一日以后的；--from、--to 都省略时，比较文件涉及的各月。"`
	To        string `placeholder:"日期" help:"只比较这一日以前的。"`
}

// reconcileAnswer is the JSON of reconcile.
type reconcileAnswer struct {
	OK        bool           `json:"ok"`
	Procedure string         `json:"procedure"`
	From      string         `json:"from"`
	To        string         `json:"to"`
	Rows      int            `json:"rows"`    // theirs within the bounds
	Matters   int            `json:"matters"` // ours within the bounds
	Matched   int            `json:"matched"`
	OnlyThere []sidedAnswer  `json:"only_there"`
	OnlyHere  []sidedAnswer  `json:"only_here"`
	Differ    []differAnswer `json:"differ"`
	Months    []monthAnswer  `json:"months"`
}

type sidedAnswer struct {
	Row    int    `json:"row,omitempty"`
	Matter int64  `json:"matter,omitempty"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Unit   string `json:"unit"`
	Date   string `json:"date"`
}

type differAnswer struct {
	Row    int    `json:"row"`
	Matter int64  `json:"matter"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Say    string `json:"say"`
}

type monthAnswer struct {
	Month string `json:"month"` // "" without a date
	Here  int    `json:"here"`
	There int    `json:"there"`
}

// Run lists what one side has and the other has not; exit 1 where there is any.
func (c reconcileCmd) Run(env *Env) error {
	name, b, err := readBytes(env, c.File, "标准输入.csv")
	if err != nil {
		return err
	}
	mapping, err := readMapping(env, c.Map, admin.ReconcileColumns)
	if err != nil {
		return err
	}
	var r *admin.Reconciliation
	err = c.with(env, func(ctx context.Context, s *system) (err error) {
		r, err = s.house.Reconcile(ctx, access.Scope{System: true}, admin.ReconcileFile{
			Procedure: c.Procedure, Name: name, Bytes: b, Map: mapping, From: c.From, To: c.To,
		})
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		err = env.printJSON(reconciled(r))
	} else {
		c.print(env, r)
	}
	if err == nil && !r.Agreed() {
		return wrong("两边不一致：对方有而本平台没有 %d 件，本平台有而对方没有 %d 件，内容不同 %d 件。", len(r.OnlyThere), len(r.OnlyHere), len(r.Differ))
	}
	return err
}

func reconciled(r *admin.Reconciliation) reconcileAnswer {
	a := reconcileAnswer{
		OK: r.Agreed(), Procedure: r.Procedure, From: r.From, To: r.To, Rows: r.Rows, Matters: r.Matters, Matched: r.Matched,
		OnlyThere: sidedAnswers(r.OnlyThere), OnlyHere: sidedAnswers(r.OnlyHere), Differ: []differAnswer{}, Months: []monthAnswer{},
	}
	for _, d := range r.Differ {
		a.Differ = append(a.Differ, differAnswer{d.There.Row, d.Here.Matter, d.Here.Number, d.Here.Title, d.Say})
	}
	for _, m := range r.Months {
		a.Months = append(a.Months, monthAnswer(m))
	}
	return a
}

func sidedAnswers(list []admin.Sided) []sidedAnswer {
	out := []sidedAnswer{}
	for _, s := range list {
		out = append(out, sidedAnswer(s))
	}
	return out
}

func (c reconcileCmd) print(env *Env, r *admin.Reconciliation) {
	span := "全部"
	if r.From != "" || r.To != "" {
		span = orDash(r.From) + " 至 " + orDash(r.To)
	}
	fmt.Fprintf(env.Out, "%s　%s　本平台 %d 件，对方 %d 件，对上 %d 件\n", r.Title, span, r.Matters, r.Rows, r.Matched)
	var t table
	t.add("月份", "本平台", "对方")
	for _, m := range r.Months {
		t.add(orDash(m.Month), strconv.Itoa(m.Here), strconv.Itoa(m.There))
	}
	t.print(env.Out)
	for _, side := range []struct {
		what string
		list []admin.Sided
	}{{"对方有而本平台没有", r.OnlyThere}, {"本平台有而对方没有", r.OnlyHere}} {
		if len(side.list) == 0 {
			continue
		}
		fmt.Fprintf(env.Out, "\n%s（%d）\n", side.what, len(side.list))
		var t table
		t.add("所在", "编号", "名称", "单位", "日期")
		for _, s := range side.list {
			at := "事项 " + strconv.FormatInt(s.Matter, 10)
			if s.Row != 0 {
				at = "第 " + strconv.Itoa(s.Row) + " 行"
			}
			t.add(at, orDash(s.Number), s.Title, orDash(s.Unit), orDash(s.Date))
		}
		t.print(env.Out)
	}
	if len(r.Differ) > 0 {
		fmt.Fprintf(env.Out, "\n内容不同（%d）\n", len(r.Differ))
		for _, d := range r.Differ {
			fmt.Fprintf(env.Out, "事项 %d（第 %d 行）%s　%s\n", d.Here.Matter, d.There.Row, d.Here.Title, d.Say)
		}
	}
}
