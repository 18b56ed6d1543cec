package rows

import (
	"slices"

	"zhunsheng/internal/matter"
)

// entry adds the rows of an entry and, for units, persons and posts, of its projection.
func (a *Act) entry(s *Set, seq any) {
	e := a.Entry
	v := e.Versions[len(e.Versions)-1]
	no, o := seq, InsertEntry
	if a.EntryBefore != nil {
		no, o = a.EntryBefore.No, UpdateEntry
	}
	fields := string(matter.AppendValues(nil, v.Fields))
	s.Add(o, no, e.ID, e.Register, e.Key, e.Version, seq, v.From, v.To, fields)
	s.Add(InsertVersion, no, v.Version, v.From, v.To, seq, fields)
	switch e.Register {
	case "unit":
		s.Add(PutUnit, no, text(v, "code", e.Key), v.Fields.Text("sign"), v.Fields.Text("name"), v.Fields.Text("short"), v.Fields.Text("kind"),
			v.Fields.Text("standing"), ref(v, "parent"), v.Fields.Text("region"), v.Fields.Int("order"), v.From, v.To, ref(v, "successor"))
		var before []string
		if a.EntryBefore != nil {
			old := a.EntryBefore.Versions
			before = aliases(old[len(old)-1])
		}
		now := aliases(v)
		for _, alias := range before {
			if !slices.Contains(now, alias) {
				s.Add(DeleteAlias, alias, no)
			}
		}
		for _, alias := range now {
			if !slices.Contains(before, alias) {
				s.Add(InsertAlias, alias, no)
			}
		}
	case "person":
		s.Add(PutPerson, no, v.Fields.Text("name"))
	case "post":
		s.Add(PutPost, no, ref(v, "person"), ref(v, "unit"), v.Fields.Text("role"), v.Fields.Text("title"), v.From, v.To, ref(v, "acts_for"))
	}
}

// text is a field, or the entry's key where the field is empty.
func text(v matter.EntryVersion, field, fallback string) string {
	if t := v.Fields.Text(field); t != "" {
		return t
	}
	return fallback
}

func ref(v matter.EntryVersion, field string) int64 {
	value, _ := v.Fields.Get(field)
	if value.Ref == nil {
		return 0
	}
	return value.Ref.Entry
}

func aliases(v matter.EntryVersion) []string {
	list, _ := v.Fields.Get("aliases")
	var out []string
	for _, it := range list.Items {
		if t := it.Value.Text; t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
