package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/unit"
)

// unitCmd is about the tree of units (单位). Many at once come in by register import unit.
type unitCmd struct {
	List unitListCmd `cmd:"" help:"单位名录，可以按某一日。"`
	Add  unitAddCmd  `cmd:"" help:"登记一个单位。"`
	End  unitEndCmd  `cmd:"" help:"撤销一个单位，或者并入承接单位：未办结事项、岗位、下属单位一并转入。"`
}

// unitAnswer is a unit in JSON.
type unitAnswer struct {
	No       int64    `json:"no"`
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Short    string   `json:"short"`
	Sign     string   `json:"sign"`
	Kind     string   `json:"kind"`
	Standing string   `json:"standing"`
	Parent   string   `json:"parent"` // code, "" at the top
	Region   string   `json:"region"`
	Aliases  []string `json:"aliases"`
	From     string   `json:"from"`
	To       string   `json:"to"` // "" open
}

type unitListCmd struct {
	database
	output
	At string `placeholder:"日期" help:"按这一日的名录，缺省为今天。"`
}

// Run lists the units of a day, each below the one above it.
func (c unitListCmd) Run(env *Env) error {
	if c.At != "" {
		if _, err := time.Parse(time.DateOnly, c.At); err != nil {
			return misuse("--at %s 不是日期，请写成 2026-09-24。", c.At)
		}
	}
	var tree *unit.Tree
	err := c.with(env, func(ctx context.Context, s *system) error {
		site, err := s.acts.Site(ctx)
		if err != nil {
			return err
		}
		if tree = site.Tree(); c.At != "" {
			tree, err = site.TreeAt(c.At)
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		out := []unitAnswer{}
		walk(tree, 0, 0, func(u unit.Unit, _ int) { out = append(out, answerOf(tree, u)) })
		return env.printJSON(map[string]any{"units": out})
	}
	var t table
	t.add("编码", "名称", "代字", "类别", "监督关系", "别名")
	walk(tree, 0, 0, func(u unit.Unit, depth int) {
		t.add(u.Code, strings.Repeat("　", depth)+u.Name, orDash(u.Sign), u.Kind, u.Standing, orDash(strings.Join(u.Aliases, "、")))
	})
	t.print(env.Out)
	return nil
}

// walk visits the units below one, each before those below it.
func walk(tree *unit.Tree, no int64, depth int, visit func(u unit.Unit, depth int)) {
	for _, child := range tree.Children(no) {
		if u, ok := tree.Get(child); ok {
			visit(u, depth)
			walk(tree, child, depth+1, visit)
		}
	}
}

func answerOf(tree *unit.Tree, u unit.Unit) unitAnswer {
	a := unitAnswer{
		No: u.No, Code: u.Code, Name: u.Name, Short: u.Short, Sign: u.Sign, Kind: u.Kind, Standing: u.Standing, Region: u.Region,
		Aliases: append([]string{}, u.Aliases...), From: u.From, To: u.To,
	}
	if above, ok := tree.Get(u.Parent); ok {
		a.Parent = above.Code
	}
	return a
}

// unitOf finds a unit by code, else by name, short name or alias.
func unitOf(site *act.Site, said string) (unit.Unit, error) {
	if u, ok := site.Tree().Code(said); ok {
		return u, nil
	}
	if u, ok := site.Tree().Match(said); ok {
		return u, nil
	}
	say := fmt.Sprintf("名录中没有单位“%s”。", said)
	if near := site.Tree().Near(said, 3); len(near) > 0 {
		names := make([]string, len(near))
		for i, u := range near {
			names[i] = u.Code + " " + u.Name
		}
		say += "相近的有：" + strings.Join(names, "、") + "。"
	}
	return unit.Unit{}, app.Faultf(app.NotFound, "%s", say)
}

type unitAddCmd struct {
	database
	output
	Code     string `arg:"" help:"单位编码，不能与现有单位重复。"`
	Name     string `arg:"" help:"全称。"`
	Parent   string `placeholder:"单位" help:"上级单位的编码或者名称，缺省为本级政府。"`
	Kind     string `default:"department" enum:"government,department,township,party,congress,judicial,vertical,agency,body,institution,village,other" placeholder:"类别" help:"类别：government 人民政府、department 工作部门、township 乡镇街道、party 党委及其部门、congress 人大政协、judicial 法院检察院监察机关、vertical 垂直管理机构、agency 派出机关、body 议事协调机构、institution 事业单位、village 村社区、other 其他。"`
	Standing string `default:"supervised" enum:"supervised,invited,partner" placeholder:"关系" help:"监督关系：supervised 监督对象、invited 邀请参加、partner 协作单位。"`
	Short    string `placeholder:"简称" help:"简称。"`
	Sign     string `placeholder:"代字" help:"机关代字。"`
	Region   string `placeholder:"代码" help:"行政区划代码，缺省同上级。"`
	Order    int64  `placeholder:"序号" help:"在名录中的次序，缺省排在最后。"`
	From     string `placeholder:"日期" help:"自哪一日起，缺省为今天。"`
	Reason   string `required:"" placeholder:"依据" help:"依据，例如机构改革方案的文号。"`
}

// Run registers a unit.
func (c unitAddCmd) Run(env *Env) error {
	var answer unitAnswer
	err := c.with(env, func(ctx context.Context, s *system) error {
		if err := s.founded(ctx); err != nil {
			return err
		}
		site, err := s.acts.Site(ctx)
		if err != nil {
			return err
		}
		above, _ := site.Root()
		if c.Parent != "" {
			if above, err = unitOf(site, c.Parent); err != nil {
				return err
			}
		}
		no, err := s.house.NewUnit(ctx, operator, "", admin.UnitForm{
			Code: c.Code, Name: c.Name, Short: c.Short, Sign: c.Sign, Kind: c.Kind, Standing: c.Standing, Region: c.Region, Parent: above.No,
			Order: c.Order, From: c.From, Reason: c.Reason,
		})
		if err != nil {
			return err
		}
		if site, err = s.acts.Site(ctx); err != nil {
			return err
		}
		answer = unitAnswer{No: no, Code: c.Code, Name: c.Name, From: c.From, Parent: above.Code, Aliases: []string{}}
		if u, ok := site.Tree().Get(no); ok { // not yet, where it begins on a later day
			answer = answerOf(site.Tree(), u)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c.json() {
		return env.printJSON(answer)
	}
	return env.printLines(fmt.Sprintf("已经登记 %s %s，条目编号 %d。", answer.Code, answer.Name, answer.No))
}

type unitEndCmd struct {
	database
	output
	Unit      string `arg:"" help:"单位的编码或者名称。"`
	Successor string `placeholder:"单位" help:"承接单位的编码或者名称；还有未办结事项或者下属单位的，必须写明。"`
	Day       string `placeholder:"日期" help:"自哪一日起撤销，缺省为今天。"`
	Reason    string `required:"" placeholder:"依据" help:"依据，例如机构改革方案的文号。"`
}

// unitEndAnswer is the JSON of unit end.
type unitEndAnswer struct {
	Unit      string   `json:"unit"`
	Successor string   `json:"successor"`
	Matters   int      `json:"matters"`
	Posts     int      `json:"posts"`
	Left      []string `json:"left"`
}

// Run ends a unit; what could not be moved keeps it standing, is named and makes exit 1.
func (c unitEndCmd) Run(env *Env) error {
	answer := unitEndAnswer{Left: []string{}}
	err := c.with(env, func(ctx context.Context, s *system) error {
		site, err := s.acts.Site(ctx)
		if err != nil {
			return err
		}
		u, err := unitOf(site, c.Unit)
		if err != nil {
			return err
		}
		end := admin.Ending{Unit: u.No, Day: c.Day, Reason: c.Reason}
		if c.Successor != "" {
			next, err := unitOf(site, c.Successor)
			if err != nil {
				return err
			}
			end.Successor, answer.Successor = next.No, next.Code
		}
		moved, err := s.house.EndUnit(ctx, operator, "", end)
		answer.Unit, answer.Matters, answer.Posts, answer.Left = u.Code, moved.Matters, moved.Posts, append(answer.Left, moved.Left...)
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		err = env.printJSON(answer)
	} else {
		fmt.Fprintf(env.Out, "转入承接单位：事项 %d 件，岗位 %d 个。\n", answer.Matters, answer.Posts)
		for _, l := range answer.Left {
			fmt.Fprintln(env.Out, "没有转成  "+l)
		}
	}
	if err == nil && len(answer.Left) > 0 {
		return wrong("还有 %d 件没有转成，单位没有撤销。", len(answer.Left))
	}
	return err
}
