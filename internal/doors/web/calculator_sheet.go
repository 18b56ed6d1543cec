package web

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/procedure"
)

var clockTime = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})$`)

// moments reads the dates of one step: one or several, each a day or a day with its time of day in China.
func moments(text string) []string {
	var out []string
	for _, t := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,；;", r) }) {
		t = strings.TrimSpace(t)
		if m := clockTime.FindStringSubmatch(t); m != nil {
			if len(m[2]) == 4 {
				m[2] = "0" + m[2]
			}
			t = m[1] + "T" + m[2] + ":00+08:00"
		}
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}

// give notes what the computation rests on, for the sheet.
func (c *calculator) give(term, text string) {
	c.given = append(c.given, view.Pair{Term: term, Text: text})
}

// trial is the course of dates that the form describes.
func (c *calculator) trial() procedure.Trial {
	t := procedure.Trial{Today: cmp.Or(c.form("today"), c.visit.Today), Params: map[string]string{}, Usual: true}
	for _, s := range c.stepsAsked() {
		for _, when := range moments(c.form("d." + s.ID)) {
			t.Events = append(t.Events, procedure.TrialEvent{Step: s.ID, When: when})
			c.give(s.Title, strings.TrimSuffix(strings.Replace(when, "T", " ", 1), ":00+08:00"))
		}
	}
	for _, p := range c.pauses() {
		from, to := c.form("p."+p.ID+".from"), c.form("p."+p.ID+".to")
		if from == "" && to == "" {
			continue
		}
		t.Pauses = append(t.Pauses, procedure.TrialPause{Ground: p.ID, From: from, To: to})
		c.give("不计入："+cmp.Or(p.Title, p.ID), strings.TrimSpace(from+" 至 "+cmp.Or(to, "尚未结束")))
	}
	c.extensions(func(l *procedure.Limit, x procedure.ExtensionRule) {
		approved, until := c.form("x."+x.ID), c.form("x."+x.ID+".until")
		if approved == "" && until == "" {
			return
		}
		t.Extends = append(t.Extends, procedure.TrialExtend{Limit: x.ID, Approved: approved, Until: until})
		c.give("延长“"+l.Title+"”", strings.TrimSpace(approved+" 批准 "+until))
	})
	c.params(&t)
	return t
}

// params gives what is not the pack's own: the unit's setting, or what was typed.
func (c *calculator) params(t *procedure.Trial) {
	for i := range c.def.Params {
		p := &c.def.Params[i]
		value := cmp.Or(c.form("v."+p.ID), c.usual(p))
		if value != "" && value != cmp.Or(p.Trial, p.Default) {
			t.Params[p.ID] = value
			c.give(p.Title, paramWords(p, value))
		}
	}
	for _, f := range c.fieldsAsked() {
		if value := c.form("v." + f.ID); value != "" {
			t.Params[f.ID] = value
			if i := slices.IndexFunc(f.Options, func(o procedure.Choice) bool { return o.ID == value }); i >= 0 {
				value = f.Options[i].Title
			}
			c.give(f.Title, boolWords(value))
		}
	}
}

func paramWords(p *procedure.Param, value string) string {
	if p.Type == procedure.TypeBool {
		return boolWords(value)
	}
	return value
}

func boolWords(value string) string {
	switch value {
	case "true":
		return "是"
	case "false":
		return "否"
	}
	return value
}

// sheet is the page to lay before whoever asks why: what was given, every limit with its day, and the reasons.
func (c *calculator) sheet(def *procedure.Definition, limits []procedure.LimitView, today string) view.CalculatorSheet {
	given := append([]view.Pair{{Term: "程序", Text: def.Title + "（" + versionDays(def) + "的文本）"}, {Term: "以哪一日为今天", Text: today}}, c.given...)
	return c.server.limitSheet(c.visit, def, limits, today, given)
}

// limitSheet is one page of limits with their reasons (期限计算单), of a course of dates or of a matter.
func (s *Server) limitSheet(v *visit, def *procedure.Definition, limits []procedure.LimitView, today string, given []view.Pair) view.CalculatorSheet {
	book := s.Acts.Book()
	out := view.CalculatorSheet{
		Heading: "期限计算单", Sign: v.Site.Tree().Name(v.Actor.Unit()), Day: chinese(v.Today), Given: given,
		Notes: []string{"本单按与办理事项相同的规则计算，供说明理由用。节假日依国务院办公厅历年通知；通知尚未公布的日期为暂定。规则包校验值 " + shortHash(book.Digest()) + "，程序规则校验值 " + shortHash(def.Digest) + "。"},
	}
	for _, l := range limits {
		rule := def.Limit(l.ID)
		if rule == nil || l.State == procedure.NotStarted || l.State == procedure.NotNeeded {
			continue
		}
		shown := limitView(l, today)
		shown.Opened = true
		row := view.CalculatorRow{Light: shown.Light, Title: l.Title, Due: shown.Due, Cites: citeLink(book, rule.Cites, def.InForce), Breach: breach(def, rule)}
		if l.Due == "" && l.Earliest != "" {
			row.Due = "最早 " + l.Earliest
		}
		if l.Promise {
			row.Title += "（承诺）"
		}
		if l.Provisional {
			row.Due += "（暂定）"
		}
		if l.Precision == "day" {
			out.Notes = append(out.Notes, "“"+l.Title+"”以小时计，只给了日期，按当日计算到日。")
		}
		out.Rows = append(out.Rows, row)
		out.Limits = append(out.Limits, shown)
	}
	return out
}
