package matter

// effects takes an effects part; its members stand in the order in which they are written.
func (r *reader) effects(e *Effects) {
	r.object(func(key []byte) bool {
		switch string(key) {
		case "adds":
			e.Adds = readList(r, r.add)
		case "cleared":
			e.Cleared = r.texts()
		case "close":
			e.Close = r.text()
		case "def":
			e.Def = r.text()
		case "entry":
			e.Entry = r.entryChange()
		case "erase":
			e.Erase = r.erasure()
		case "event":
			e.Event = r.event()
		case "extends":
			e.Extends = readList(r, r.extension)
		case "facets":
			e.Facets = readList(r, r.facet)
		case "facts":
			e.Facts = readList(r, r.fact)
		case "flags":
			e.Flags = r.flags()
		case "gates":
			e.Gates = readList(r, r.gate)
		case "lead":
			e.Lead = r.whole()
		case "limits":
			e.Limits = readList(r, r.limitMark)
		case "links":
			e.Links = readList(r, r.tie)
		case "moved":
			e.Moved = readList(r, r.movedEvent)
		case "open":
			e.Open = r.opening()
		case "pauses":
			e.Pauses = readList(r, r.pause)
		case "persons":
			e.Persons = r.wholes()
		case "reach":
			e.Reach = r.wholes()
		case "reopen":
			e.Reopen = r.truth()
		case "reset":
			e.Reset = r.texts()
		case "roles":
			e.Roles = readList(r, r.role)
		case "void":
			e.Void = r.wholes()
		default:
			return false
		}
		return true
	})
}

func (r *reader) add(a *Add, key []byte) bool {
	switch string(key) {
	case "by":
		a.By = r.whole()
	case "field":
		a.Field = r.text()
	case "item":
		a.Item = r.text()
	case "sub":
		a.Sub = r.text()
	default:
		return false
	}
	return true
}

func (r *reader) entryChange() *EntryChange {
	c := &EntryChange{}
	r.object(func(key []byte) bool {
		switch string(key) {
		case "from":
			c.From = r.text()
		case "id":
			c.ID = r.text()
		case "key":
			c.Key = r.text()
		case "register":
			c.Register = r.text()
		case "to":
			c.To = r.text()
		case "version":
			c.Version = r.whole()
		default:
			return false
		}
		return true
	})
	return c
}

func (r *reader) erasure() *Erasure {
	x := &Erasure{}
	r.object(func(key []byte) bool {
		switch string(key) {
		case "parts":
			x.Parts = r.texts()
		case "record":
			x.Record = r.whole()
		default:
			return false
		}
		return true
	})
	return x
}

func (r *reader) event() *Event {
	v := &Event{}
	r.object(func(key []byte) bool {
		switch string(key) {
		case "files":
			v.Files = r.whole()
		case "flags":
			v.Flags = r.flags()
		case "key":
			v.Key = r.text()
		case "legal":
			v.Legal = r.text()
		case "n":
			v.N = r.whole()
		case "outcome":
			v.Outcome = r.text()
		case "step":
			v.Step = r.text()
		case "time":
			v.Time = r.text()
		default:
			return false
		}
		return true
	})
	return v
}

func (r *reader) extension(x *Extension, key []byte) bool {
	switch string(key) {
	case "approved":
		x.Approved = r.text()
	case "key":
		x.Key = r.text()
	case "length":
		x.Length = r.text()
	case "limit":
		x.Limit = r.text()
	case "until":
		x.Until = r.text()
	default:
		return false
	}
	return true
}

func (r *reader) facet(f *Facet, key []byte) bool {
	switch string(key) {
	case "field":
		f.Field = r.text()
	case "value":
		f.Value = r.text()
	default:
		return false
	}
	return true
}

func (r *reader) fact(f *Fact, key []byte) bool {
	switch string(key) {
	case "fact":
		f.Fact = r.text()
	case "month":
		f.Month = r.text()
	case "unit":
		f.Unit = r.whole()
	case "value":
		f.Value = r.whole()
	default:
		return false
	}
	return true
}

func (r *reader) gate(g *GateVerdict, key []byte) bool {
	switch string(key) {
	case "gate":
		g.Gate = r.text()
	case "ground":
		g.Ground = r.text()
	case "verdict":
		g.Verdict = r.text()
	default:
		return false
	}
	return true
}

func (r *reader) limitMark(m *LimitMark, key []byte) bool {
	switch string(key) {
	case "date":
		m.Date = r.text()
	case "due":
		m.Due = r.text()
	case "key":
		m.Key = r.text()
	case "limit":
		m.Limit = r.text()
	case "n":
		m.N = r.whole()
	case "start":
		m.Start = r.text()
	case "verdict":
		m.Verdict = r.text()
	default:
		return false
	}
	return true
}

func (r *reader) tie(t *Tie, key []byte) bool {
	switch string(key) {
	case "end":
		t.End = r.truth()
	case "kind":
		t.Kind = r.text()
	case "other":
		t.Other = r.whole()
	default:
		return false
	}
	return true
}

func (r *reader) movedEvent(m *Moved, key []byte) bool {
	switch string(key) {
	case "legal":
		m.Legal = r.text()
	case "outcome":
		m.Outcome = r.text()
	case "record":
		m.Record = r.whole()
	default:
		return false
	}
	return true
}

func (r *reader) opening() *Opening {
	o := &Opening{}
	r.object(func(key []byte) bool {
		switch string(key) {
		case "date":
			o.Date = r.text()
		case "def":
			o.Def = r.text()
		case "id":
			o.ID = r.text()
		case "origin":
			o.Origin = r.text()
		case "paper_only":
			o.PaperOnly = r.truth()
		case "procedure":
			o.Procedure = r.text()
		case "sealed":
			o.Sealed = r.truth()
		case "unit":
			o.Unit = r.whole()
		default:
			return false
		}
		return true
	})
	return o
}

func (r *reader) pause(p *Pause, key []byte) bool {
	switch string(key) {
	case "from":
		p.From = r.text()
	case "ground":
		p.Ground = r.text()
	case "to":
		p.To = r.text()
	default:
		return false
	}
	return true
}

func (r *reader) role(o *Role, key []byte) bool {
	switch string(key) {
	case "from":
		o.From = r.text()
	case "role":
		o.Role = r.text()
	case "to":
		o.To = r.text()
	case "unit":
		o.Unit = r.whole()
	default:
		return false
	}
	return true
}
