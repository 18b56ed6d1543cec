package plan

import (
	"strings"

	"zhunsheng/internal/doc/text"
)

// row is one row of a table of tasks.
type row struct {
	line    int
	node    int // the heading above the table, -1 if none
	columns *columns
	section string // text of a row that spans the table
}

// columns say what the columns of a table hold.
type columns struct {
	no, section int // -1: none
	task        []int
	units       map[int]string // column → role
	limit       int
}

var (
	noColumns      = strings.Fields("序号 编号 项号 序")
	sectionColumns = strings.Fields("类别 分类 工作类别 任务类别 领域 重点领域 板块 方面 项目类别 一级指标 一级任务 任务分类 工作分类 类型")
	taskColumns    = strings.Fields("工作任务 重点任务 主要任务 任务名称 工作内容 任务内容 工作事项 重点工作 工作项目 目标任务 任务 事项 内容 工作 项目 措施 具体措施 工作措施 " +
		"具体任务 主要内容 工作要点 具体内容 工作举措 主要措施 主要举措 具体举措 目标要求 工作目标 工作要求 二级指标 任务要求 具体要求 主要工作 重点内容 任务目标 工作名称 事项名称 项目名称 实施内容 重点举措 任务措施 工作任务及措施 重点事项")
)

// taskEndings are how further names of such columns end: 目标与任务, 改革事项.
var taskEndings = strings.Fields("任务 措施 内容 事项 举措 要点")

// readColumns takes a row for the head of a table of tasks; nil if it is none.
func (p *page) readColumns(ln line) *columns {
	c := &columns{no: -1, section: -1, limit: -1, units: map[int]string{}}
	for i, cl := range ln.cells {
		name := strings.NewReplacer("(", "", ")", "", ":", "").Replace(p.name(cl.a, cl.b))
		f := []rune(text.Simplify(name))
		if len(f) == 0 || len(f) > 12 {
			continue
		}
		switch w := string(f); {
		case in(w, noColumns):
			c.no = i
		case fieldRoles[longestPrefix(f, fieldLabels)] == fieldDeadline:
			c.limit = i
		case longestPrefix(f, fieldLabels) != "" && fieldRoles[longestPrefix(f, fieldLabels)] != fieldSkip:
			c.units[i] = fieldRoles[longestPrefix(f, fieldLabels)]
		case in(w, sectionColumns):
			c.section = i
		case in(w, taskColumns), longestSuffix(f, taskEndings) != "":
			c.task = append(c.task, i)
		}
	}
	if len(c.task) == 0 || len(c.units) == 0 && c.limit < 0 {
		return nil
	}
	return c
}

func in(w string, words []string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

// readRows finds the rows of the tables of tasks.
func (d *document) readRows() {
	var c *columns
	section, node := "", -1
	for i, ln := range d.lines {
		for node+1 < len(d.nodes) && d.nodes[node+1].first <= i {
			node++
		}
		if len(ln.cells) == 0 {
			if ln.b-ln.a > 40 || d.p.title(ln) != "" { // a heading between rows keeps the table, prose ends it
				c = nil
			} else {
				section = ""
			}
			continue
		}
		if head := d.p.readColumns(ln); head != nil {
			c, section = head, ""
			continue
		}
		if c == nil || d.ruler(ln) {
			continue
		}
		filled, one := 0, ""
		for _, cl := range ln.cells {
			if t := d.flat(cl.a, cl.b); t != "" && (!cl.merged || t != one) {
				filled, one = filled+1, t
			}
		}
		switch {
		case filled == 0:
		case filled == 1 && len(ln.cells) > 2: // a row across the table is a heading
			section = strings.TrimRight(one, "。;:")
		case c.text(d, ln, c.task...) == "":
		default:
			d.rows = append(d.rows, row{line: i, node: node, columns: c, section: section})
		}
	}
}

// ruler says whether a row is the line under the head of a table in plain text.
func (d *document) ruler(ln line) bool {
	for i := ln.a; i < ln.b; i++ {
		if c := d.p.f[i]; !blank(c) && c != '-' && c != ':' && c != '|' && c != '=' {
			return false
		}
	}
	return true
}

// text joins the cells of the given columns.
func (c *columns) text(d *document, ln line, cols ...int) string {
	var parts []string
	for _, k := range cols {
		if k >= 0 && k < len(ln.cells) {
			if t := d.flat(ln.cells[k].a, ln.cells[k].b); t != "" {
				parts = append(parts, t)
			}
		}
	}
	return strings.Join(parts, " ")
}

// rowMeasures reads the rows of tables as measures.
func (d *document) rowMeasures() []Measure {
	out := make([]Measure, 0, len(d.rows))
	count := 0
	var above []named        // units of the row above, for 同上
	var aboveLimits [][2]int // its time limits
	for i, r := range d.rows {
		c, ln := r.columns, d.lines[r.line]
		if i == 0 || d.rows[i-1].columns != c {
			count = 0
		}
		count++
		m := Measure{No: count, Kind: KindMeasure, Text: d.p.n.String(ln.a, ln.b), SectionPath: d.path(r.node), Units: []Unit{}}
		m.Start, m.End = d.p.n.Source(ln.a, ln.b)
		if s := c.text(d, ln, c.section); s != "" {
			m.SectionPath = append(m.SectionPath, s)
		} else if r.section != "" {
			m.SectionPath = append(m.SectionPath, r.section)
		}
		title := c.task[0]
		if len(c.task) > 1 && title < len(ln.cells) && (ln.cells[title].merged || d.repeats(i, title) || c.text(d, ln, title) == "") {
			if s := c.text(d, ln, title); s != "" {
				m.SectionPath = append(m.SectionPath, d.cellTitle(ln.cells[title]))
			}
			title = c.task[1]
		}
		if n := len(m.SectionPath); n > 0 {
			m.Section = m.SectionPath[n-1]
		}
		if title < len(ln.cells) {
			cl := ln.cells[title]
			if lab := readLabel(d.p.f[cl.a:cl.b]); lab.n > 0 {
				m.No, m.Label = lab.no, d.p.name(cl.a, cl.a+lab.n)
			}
			m.Title = d.cellTitle(cl)
		}
		if c.no >= 0 && c.no < len(ln.cells) {
			cl := ln.cells[c.no]
			if v, n := text.Number(d.p.f[cl.a:cl.b]); n > 0 && v >= 1 && v < 10000 {
				m.No, m.Label = int(v), d.p.name(cl.a, cl.b)
			} else if lab := readLabel(d.p.f[cl.a:cl.b]); lab.n > 0 {
				m.No, m.Label = lab.no, d.p.name(cl.a, cl.b)
			}
		}
		units, limits := d.rowUnits(ln, c, above)
		if c.limit >= 0 && c.limit < len(ln.cells) {
			cl := ln.cells[c.limit]
			if d.p.name(cl.a, cl.b) == "同上" {
				limits = aboveLimits
			} else if cl.a < cl.b {
				limits = append(limits, [2]int{cl.a, cl.b})
			}
		}
		above, aboveLimits = units, limits
		for _, u := range units {
			m.Units = append(m.Units, u.Unit)
		}
		d.fillRow(&m, ln, c, limits)
		m.Confidence = 0.8
		if len(m.Units) > 0 {
			m.Confidence = 0.95
		}
		out = append(out, m)
	}
	return out
}

// repeats says whether a cell tells the same as the row above or below.
func (d *document) repeats(i, col int) bool {
	t := d.rows[i].columns.text(d, d.lines[d.rows[i].line], col)
	for _, k := range []int{i - 1, i + 1} {
		if k >= 0 && k < len(d.rows) && d.rows[k].columns == d.rows[i].columns && d.rows[k].columns.text(d, d.lines[d.rows[k].line], col) == t {
			return true
		}
	}
	return false
}

// cellTitle is the first sentence of a cell, without its number.
func (d *document) cellTitle(cl cell) string {
	a, b := cl.a, cl.b
	a += readLabel(d.p.f[a:b]).n
	for i := a; i < b; i++ {
		if d.p.f[i] == '。' && !d.p.mask[i] {
			b = i
			break
		}
	}
	for b > a && strings.ContainsRune("。;:,.", d.p.f[b-1]) {
		b--
	}
	return d.flat(a, b)
}

// rowUnits reads the columns of units of a row.
func (d *document) rowUnits(ln line, c *columns, above []named) (units []named, limits [][2]int) {
	for i, cl := range ln.cells {
		role, ok := c.units[i]
		if !ok || cl.a >= cl.b {
			continue
		}
		l := d.p.readUnits(cl.a, cl.b, role)
		if l.ditto && len(l.units) == 0 {
			for _, u := range above {
				if u.Role == role || len(c.units) == 1 {
					l.units = append(l.units, u)
				}
			}
		}
		for _, u := range l.units {
			if !hasUnit(units, u.Name) {
				units = append(units, u)
			}
		}
		limits = append(limits, l.deadlines...)
	}
	return units, limits
}

// fillRow reads deadlines and targets of a row: prose in the columns of tasks, limits in their own column.
func (d *document) fillRow(m *Measure, ln line, c *columns, limits [][2]int) {
	ds := dates{p: d.p, year: d.year, out: []Deadline{}}
	ts := targets{p: d.p, out: []Target{}}
	for _, k := range c.task {
		if k < len(ln.cells) {
			ds.scan(ln.cells[k].a, ln.cells[k].b, false)
			ts.scan(ln.cells[k].a, ln.cells[k].b)
		}
	}
	for _, s := range limits {
		ds.scan(s[0], s[1], true)
	}
	m.Deadlines, m.Targets = ds.out, ts.out
}
