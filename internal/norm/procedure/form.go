package procedure

import (
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/register"
)

// maxItems bounds the elements of a list.
const maxItems = 2_000

// readForm checks the input against a form, lays it over the state for judging, and sorts it into the parts of the
// record by class.
func (x *doing) readForm(form []formEntry) {
	for _, n := range x.a.Input {
		if !slices.ContainsFunc(form, func(e formEntry) bool { return e.field.ID == n.Name }) {
			x.wrong(n.Name, "“"+x.sp.Title+"”的表单没有字段“"+n.Name+"”")
		}
	}
	for _, e := range form {
		in, given := x.a.Input.Get(e.field.ID)
		if !given || register.Blank(in) {
			x.absent(e, given)
			continue
		}
		x.take(e, in)
	}
}

// absent is a field that was not filled in: one held already stays, an emptied one is cleared.
func (x *doing) absent(e formEntry, emptied bool) {
	held, have := x.s.Get(e.field.ID)
	if !e.optional && e.sub == nil && !(have && !emptied && !e.field.Sum) {
		if x.asked() && !(x.onPaper() && !wordless(e.field)) {
			x.wrong(e.field.ID, "请填写“"+e.field.Title+"”")
		}
		return
	}
	if emptied && have && e.sub == nil && !e.field.Sum && held.Kind != matter.None {
		x.rec.Effects.Cleared = append(x.rec.Effects.Cleared, e.field.ID)
		x.input = x.input.With(e.field.ID, matter.Value{})
		if e.field.Facet {
			x.rec.Effects.Facets = append(x.rec.Effects.Facets, matter.Facet{Field: e.field.ID})
		}
	}
}

// take reads one field that was filled in.
func (x *doing) take(e formEntry, in matter.Value) {
	f := e.field
	held, have := x.s.Get(f.ID)
	switch {
	case e.sub != nil:
		x.addRows(e, held, in)
		return
	case f.Sum:
		if !x.fits(f, f.ID, in) || in.Int == 0 {
			return
		}
		x.rec.Effects.Adds = append(x.rec.Effects.Adds, matter.Add{Field: f.ID, By: in.Int})
		x.input = x.input.With(f.ID, matter.OfInt(held.Int+in.Int))
		return
	}
	value, ok := x.shape(f, held, have, in)
	if !ok {
		return
	}
	// A value is recorded also where it is the one held: this record says it, too, and may be corrected by itself.
	x.set(f, value)
}

// set puts a value into the part of its class and over the state.
func (x *doing) set(f *Field, value matter.Value) {
	part := &x.rec.Open
	switch f.Class {
	case "personal":
		part = &x.rec.Personal
	case "sealed":
		part = &x.rec.Sealed
	}
	part.Values = part.Values.With(f.ID, value)
	x.input = x.input.With(f.ID, value)
	if facet := (matter.Facet{Field: f.ID, Value: facetText(value)}); f.Facet && !slices.Contains(x.s.Facets, facet) {
		x.rec.Effects.Facets = append(x.rec.Effects.Facets, facet)
	}
}

// addRows adds what was reported to the sums in the rows of a list.
func (x *doing) addRows(e formEntry, held, in matter.Value) {
	rows := slices.Clone(held.Items)
	for i, it := range in.Items {
		path := e.field.ID + "." + strconv.Itoa(i+1)
		at := slices.IndexFunc(rows, func(r matter.Item) bool { return r.ID == it.ID })
		if at < 0 || it.ID == "" {
			x.wrong(path, "“"+e.field.Title+"”没有这一行")
			continue
		}
		by, ok := it.Fields.Get(e.sub.ID)
		if !ok || register.Blank(by) || by.Int == 0 {
			continue
		}
		if !x.fits(e.sub, path+"."+e.sub.ID, by) {
			continue
		}
		x.rec.Effects.Adds = append(x.rec.Effects.Adds, matter.Add{Field: e.field.ID, Item: it.ID, Sub: e.sub.ID, By: by.Int})
		rows[at].Fields = rows[at].Fields.With(e.sub.ID, matter.OfInt(rows[at].Fields.Int(e.sub.ID)+by.Int))
	}
	if len(rows) > 0 {
		x.input = x.input.With(e.field.ID, matter.OfList(rows...))
	}
}

// shape checks a value and gives the elements of lists their ids.
func (x *doing) shape(f *Field, held matter.Value, have bool, in matter.Value) (matter.Value, bool) {
	if !f.Rows() {
		ok := x.fits(f, f.ID, in)
		if f.Type == TypeText {
			in.Text = strings.TrimSpace(in.Text)
		}
		return in, ok
	}
	if in.Kind != matter.List {
		x.wrong(f.ID, "“"+f.Title+"”应当是列表")
		return in, false
	}
	if len(in.Items) > maxItems {
		x.wrong(f.ID, "“"+f.Title+"”最多"+strconv.Itoa(maxItems)+"项")
		return in, false
	}
	if f.Type == TypeParty && !f.Many && len(in.Items) > 1 {
		x.wrong(f.ID, "“"+f.Title+"”只能有一个")
	}
	next := x.nextID(f.ID, held)
	items := slices.Clone(in.Items)
	good := true
	for i := range items {
		it := &items[i]
		path := f.ID + "." + strconv.Itoa(i+1)
		switch {
		case it.ID == "":
			it.ID = "p" + strconv.Itoa(next)
			next++
		case !have || !slices.ContainsFunc(held.Items, func(h matter.Item) bool { return h.ID == it.ID }):
			if x.before != nil { // an opening may bring its own ids
				x.wrong(path, "“"+f.Title+"”没有编号为"+it.ID+"的一项")
				good = false
			}
		case slices.ContainsFunc(items[:i], func(o matter.Item) bool { return o.ID == it.ID }):
			x.wrong(path, "“"+f.Title+"”的同一项出现了两次")
			good = false
		}
		good = x.fitsItem(f, path, it) && good
	}
	return matter.OfList(items...), good
}

func (x *doing) fitsItem(f *Field, path string, it *matter.Item) bool {
	columns := f.Columns()
	if columns == nil {
		return x.fits(f, path, it.Value)
	}
	good := true
	for _, n := range it.Fields {
		i := slices.IndexFunc(columns, func(c Field) bool { return c.ID == n.Name })
		if i < 0 {
			x.wrong(path+"."+n.Name, "“"+f.Title+"”没有“"+n.Name+"”这一列")
			good = false
			continue
		}
		if !register.Blank(n.Value) {
			good = x.fits(&columns[i], path+"."+n.Name, n.Value) && good
		}
	}
	for i := range columns {
		if v, ok := it.Fields.Get(columns[i].ID); !columns[i].Optional && !columns[i].Sum && (!ok || register.Blank(v)) && x.asked() {
			x.wrong(path+"."+columns[i].ID, "请填写“"+f.Title+"”的“"+columns[i].Title+"”")
			good = false
		}
	}
	return good
}

// nextID finds the first id that no element of the list has, nor any event that spoke of one.
func (x *doing) nextID(_ string, held matter.Value) int {
	next := 1
	see := func(id string) {
		if n, err := strconv.Atoi(strings.TrimPrefix(id, "p")); err == nil && n >= next {
			next = n + 1
		}
	}
	for _, it := range held.Items {
		see(it.ID)
	}
	for _, e := range x.s.Events {
		see(e.Key)
	}
	return next
}

// fits checks one plain value against its field.
func (x *doing) fits(f *Field, path string, v matter.Value) bool {
	if say := register.Fits(f, v); say != "" {
		x.wrong(path, say)
		return false
	}
	return true
}
