package admin

import (
	"cmp"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/unit"
)

// fault is wrong with a row as a whole, or with one of its columns.
func (c *registerCheck) fault(row *RegisterRow, column, value, say string) {
	c.run.Faults = append(c.run.Faults, CellFault{Row: row.Row, Column: column, Value: value, Say: say})
}

// complete gives new units what follows from the rest, as the page does: the region of the unit above, and a place at the
// end of the list.
func (c *registerCheck) complete() {
	region, last := map[string]string{}, int64(0)
	for _, u := range c.site.Tree().All() {
		region[u.Code], last = u.Region, max(last, u.Order)
	}
	layers, _ := c.run.order()
	for _, layer := range layers {
		for _, row := range layer {
			f := row.put.Fields
			if _, placed := f.Get("order"); row.New && !placed {
				last++
				f = f.With("order", matter.OfInt(last))
			}
			if row.New && f.Text("region") == "" {
				above := row.above["parent"]
				if v, ok := f.Get("parent"); ok && above == "" && v.Ref != nil {
					above = v.Ref.Key
				}
				if region[above] != "" {
					f = f.With("region", matter.OfText(region[above]))
				}
			}
			row.put.Fields, region[row.Key] = f, f.Text("region")
		}
	}
}

// tree checks that the units would still make a tree: names told apart, nobody above itself. Codes are keys.
func (c *registerCheck) tree() {
	c.complete()
	now := c.site.Tree()
	no := map[string]int64{} // by code; units of the file stand under numbers below zero
	units := now.All()
	at := map[int64]int{}
	for i, u := range units {
		no[u.Code], at[u.No] = u.No, i
	}
	for i := range c.run.Rows {
		if row := &c.run.Rows[i]; row.New {
			no[row.Key] = -int64(i + 1)
		} else if _, valid := at[row.put.No]; !valid {
			no[row.Key] = row.put.No
		}
	}
	names := map[string]string{}
	for _, u := range units {
		names[unit.Fold(u.Name)] = u.Code
	}
	for i := range c.run.Rows {
		row := &c.run.Rows[i]
		f := row.put.Fields
		name := f.Text("name")
		if other, taken := names[unit.Fold(name)]; taken && other != row.Key {
			c.fault(row, "全称", name, "已经是单位 "+other+" 的名称。")
		}
		names[unit.Fold(name)] = row.Key
		u := unit.Unit{
			No: no[row.Key], Code: row.Key, Name: name, Short: f.Text("short"), Standing: f.Text("standing"), Order: f.Int("order"),
			Parent: cmp.Or(no[row.above["parent"]], refNo(f, "parent")),
		}
		if k, there := at[u.No]; there {
			units[k] = u
		} else {
			units = append(units, u)
		}
	}
	if len(c.run.Faults) > 0 {
		return // the tree of a file with wrong cells says nothing
	}
	known := map[int64]bool{}
	for _, u := range units {
		known[u.No] = true
	}
	for i := range units {
		if !known[units[i].Parent] {
			units[i].Parent = 0 // above it is one that has not begun or has ended: as in the tree of a day
		}
	}
	if _, err := unit.New(units, nil); err != nil {
		c.run.Faults = append(c.run.Faults, CellFault{Column: "上级", Say: err.Error() + "。"})
	}
}

// posts keeps the three administrators apart (三员分立), from each other and from the work, within the file too.
func (c *registerCheck) posts() error {
	held, err := c.g.House.Posts(c.ctx, func(access.Post) bool { return true })
	if err != nil {
		return err
	}
	for i := range c.run.Rows {
		row := &c.run.Rows[i]
		f := row.put.Fields
		form := PostForm{Person: refNo(f, "person"), Unit: refNo(f, "unit"), Role: f.Text("role"), From: row.put.From, To: row.put.To}
		var others []Held
		kept := held[:0:0]
		for _, h := range held {
			if row.put.No != 0 && h.No == row.put.No {
				continue
			}
			kept = append(kept, h)
			if h.Person == form.Person {
				others = append(others, h)
			}
		}
		if err := separate(others, &form); err != nil {
			c.fault(row, "角色", form.Role, err.Error())
		}
		held = append(kept, Held{Post: access.Post{No: row.put.No, Person: form.Person, Unit: form.Unit, Role: form.Role, From: form.From, To: form.To}, Key: row.Key})
	}
	return nil
}

// parameters checks that each parameter is one of its procedure and has a value of its type: a wrong one would not be seen
// before a limit is reckoned with it.
func (c *registerCheck) parameters() {
	for i := range c.run.Rows {
		row := &c.run.Rows[i]
		name, code, own := strings.Cut(row.Key, "@")
		if _, there := c.site.Tree().Code(code); own && !there {
			c.fault(row, keyTitle(c.def), row.Key, "名录中没有编码为“"+code+"”的单位。")
		}
		proc, param, _ := strings.Cut(name, ".")
		value := row.put.Fields.Text("value")
		if name == siteFactsFrom {
			if !isDay(value) {
				c.fault(row, "取值", value, "应当是日期，写成 2026-01-01 这样。")
			}
			continue
		}
		def, ok := c.g.Acts.Book().Procedure(proc, c.today)
		if !ok {
			c.fault(row, keyTitle(c.def), row.Key, "应当写成“程序.参数”或者“程序.参数@单位编码”，没有程序“"+proc+"”。")
			continue
		}
		p := def.Param(param)
		if p == nil {
			c.fault(row, keyTitle(c.def), row.Key, "程序“"+def.Title+"”没有参数“"+param+"”。")
		} else if _, ok := procedure.ParseParam(p, value); !ok {
			c.fault(row, "取值", value, "不是“"+p.Title+"”的取值，例如 "+cmp.Or(p.Default, p.Trial, "3 workdays")+"。")
		}
	}
}

// modes checks that each entry names a procedure and a unit, and the other system where one leads.
func (c *registerCheck) modes() {
	for i := range c.run.Rows {
		row := &c.run.Rows[i]
		id, code, own := strings.Cut(row.Key, "@")
		if _, there := c.site.Tree().Code(code); own && !there {
			c.fault(row, keyTitle(c.def), row.Key, "名录中没有编码为“"+code+"”的单位。")
		}
		if _, ok := c.g.Acts.Book().Procedure(id, c.today); !ok {
			c.fault(row, keyTitle(c.def), row.Key, "应当写成“程序”或者“程序@单位编码”，没有程序“"+id+"”。")
		}
		if f := row.put.Fields; f.Text("mode") != act.Here && f.Text("system") == "" {
			c.fault(row, "其他系统的名称", "", "不在本平台主办的，请写明由哪个系统主办。")
		}
	}
}

// siteFactsFrom is the parameter of the site itself: the first day of counting.
const siteFactsFrom = "site.facts_from"
