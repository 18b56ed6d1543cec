package rulebook

import (
	"strings"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/source"
)

// Try answers the limits of a course of dates without a matter: what `zhunsheng limit` and the calculator page (期限计算器)
// show. day chooses the text that applies; "" takes that of the day on which the matter would have been opened, else of the
// earliest date given, else of today. The error is a *procedure.Misuse where something asked for does not exist, a
// *procedure.Off where an extension is not in use.
func (b *Book) Try(id, day string, t procedure.Trial) (*procedure.Definition, []procedure.LimitView, error) {
	if len(b.procedures[id]) == 0 {
		say := "没有程序“" + id + "”"
		if near := source.Nearest(id, b.order); near != "" {
			say += "，是不是“" + near + "”"
		}
		return nil, nil, &procedure.Misuse{Say: say + "；已有：" + strings.Join(b.order, " ")}
	}
	if day == "" {
		day = b.trialDay(id, t)
	} else if _, err := calendar.Parse(day); err != nil {
		return nil, nil, &procedure.Misuse{Say: "版本：" + err.Error()}
	}
	d, _ := b.Procedure(id, day)
	limits, err := d.Try(t, b.calendar)
	return d, limits, err
}

// trialDay is the day whose text applies to a course of dates.
func (b *Book) trialDay(id string, t procedure.Trial) string {
	opens := map[string]bool{"open": true}
	for _, d := range b.procedures[id] {
		opens[d.Opens] = true
	}
	earliest, opened := "", ""
	for _, e := range t.Events {
		day := e.When
		if strings.Contains(day, "T") {
			if m, err := calendar.ParseMoment(day); err == nil {
				day = m.Date().String()
			}
		}
		if earliest == "" || day < earliest {
			earliest = day
		}
		if opens[e.Step] && (opened == "" || day < opened) {
			opened = day
		}
	}
	switch {
	case opened != "":
		return opened
	case earliest != "":
		return earliest
	}
	return t.Today
}
