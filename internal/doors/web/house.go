package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/unit"
)

// houseRoutes registers the pages of units, people, administrators, proofs, files and opening balances.
func (s *Server) houseRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /units", s.unitsShow)
	s.staff(mux, "GET /units/export.xlsx", s.unitsExport)
	s.staff(mux, "GET /units/people.xlsx", s.peopleExport)
	s.staff(mux, "GET /units/new", s.unitNewShow)
	s.staff(mux, "POST /units/new", s.unitNew)
	s.staff(mux, "GET /units/{no}", s.unitShow)
	s.staff(mux, "POST /units/{no}/change", s.unitChange)
	s.staff(mux, "POST /units/{no}/alias", s.unitAlias)
	s.staff(mux, "POST /units/{no}/alias/drop", s.unitAliasDrop)
	s.staff(mux, "POST /units/{no}/relation", s.unitRelation)
	s.staff(mux, "POST /units/{no}/person", s.unitPerson)
	s.staff(mux, "POST /units/{no}/end", s.unitEnd)
	s.staff(mux, "GET /groups/new", s.groupShow)
	s.staff(mux, "GET /groups/{no}", s.groupShow)
	s.staff(mux, "POST /groups/new", s.groupSave)
	s.staff(mux, "POST /groups/{no}", s.groupSave)
	s.staff(mux, "GET /people/{no}", s.personShow)
	s.staff(mux, "POST /people/{no}/name", s.personName)
	s.staff(mux, "POST /people/{no}/post", s.personPost)
	s.staff(mux, "POST /people/{no}/end", s.personPostEnd)
	s.staff(mux, "POST /people/{no}/delegate", s.personDelegate)
	s.staff(mux, "POST /people/{no}/undelegate/{delegation}", s.personUndelegate)
	s.staff(mux, "GET /posts/{no}/handover", s.handoverShow)
	s.staff(mux, "POST /posts/{no}/handover", s.handoverDo)
	s.staff(mux, "GET /system", s.systemShow)
	s.staff(mux, "GET /system/accounts", s.accountsShow)
	s.staff(mux, "POST /system/accounts", s.accountsDo)
	s.staff(mux, "POST /system/accounts/new", s.accountsNew)
	s.staff(mux, "GET /system/grants", s.grantsShow)
	s.staff(mux, "POST /system/grants", s.grantsEnd)
	s.staff(mux, "POST /system/grants/new", s.grantsNew)
	s.staff(mux, "GET /system/audit", s.auditShow)
	s.staff(mux, "POST /system/audit.xlsx", s.auditExport)
	s.staff(mux, "GET /proof", s.proofShow)
	s.staff(mux, "POST /proof/verify", s.proofVerify)
	s.staff(mux, "GET /proof/{seq}", s.recordShow)
	s.staff(mux, "GET /proof/{seq}/receipt", s.receiptDownload)
	s.staff(mux, "GET /proof/{seq}/receipt.svg", s.receiptCode)
	s.open(mux, "GET /log/checkpoint", s.logCheckpoint)
	s.open(mux, "GET /log/key", s.logKey)
	s.open(mux, "GET /log/tile/{path...}", s.logTile)
	s.staff(mux, "GET /files/{hash}", s.fileShow)
	s.staff(mux, "GET /opening", s.openingShow)
	s.staff(mux, "POST /opening", s.openingCheck)
	s.staff(mux, "POST /opening/import", s.openingImport)
	s.staff(mux, "POST /opening/balance", s.openingBalance)
	s.staff(mux, "GET /opening/template.xlsx", s.openingTemplate)
}

// sent is a form that was not accepted: which one, what it held and what is wrong.
type sent struct {
	form   string
	values url.Values
	faults []app.FieldFault
}

// rejected keeps a form whose act was refused for what it says; nil where err is something else.
func rejected(r *http.Request, form string, err error) *sent {
	faults := invalid(err)
	if faults == nil {
		return nil
	}
	return &sent{form, r.PostForm, faults}
}

// status is the answer to a page that may show a rejected form.
func (b *sent) status() int {
	if b == nil {
		return http.StatusOK
	}
	return http.StatusUnprocessableEntity
}

// fill gives a form back as it was sent, with what is wrong at its fields; it returns the summary of the page.
func (b *sent) fill(form *view.Form) []view.FieldError {
	if b == nil || b.form != form.ID {
		return nil
	}
	for i := range form.Fields {
		f := &form.Fields[i]
		texts, ok := b.values[f.Name]
		switch f.Kind {
		case view.Upload, view.Password:
			continue
		case view.Select, view.Radio, view.Ticks:
			for k := range f.Options {
				f.Options[k].Chosen = slices.Contains(texts, f.Options[k].Value)
			}
		case view.Tick:
			f.Ticked = ok
		default:
			if ok {
				f.Value = strings.Join(texts, "\n")
			}
		}
	}
	withFaults(form, b.faults)
	errs := form.FieldErrors()
	for _, fault := range b.faults {
		if !slices.ContainsFunc(form.Fields, func(f view.Field) bool { return f.Name == fault.Field }) {
			errs = append(errs, view.FieldError{Text: fault.Say})
		}
	}
	return errs
}

// act makes a form of its own box, with the id that makes its act happen once.
func (b *sent) act(p *view.Page, title, note string, form view.Form) view.StepForm {
	form.Hidden = append(form.Hidden, view.Hidden{Name: "request", Value: uuid.NewString()})
	p.Errors = append(p.Errors, b.fill(&form)...)
	return view.StepForm{Anchor: form.ID + "-box", Title: title, Note: note, Form: form, Folded: b == nil || b.form != form.ID}
}

// requestOf is the id under which a form's act happens once; "" where the form carries none.
func requestOf(r *http.Request) string {
	id, err := uuid.Parse(r.PostFormValue("request"))
	if err != nil {
		return ""
	}
	return id.String()
}

// posted reads a form, so that a rejected one can be shown again.
func posted(r *http.Request) (formValues, error) { return parseForm(r) }

// span says from when to when in words: the last day is told, not the first without.
func span(from, to string) string {
	switch to {
	case "":
		return from + " 起"
	case from:
		return from + " 当日结束"
	}
	last, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return from + " 至 " + to
	}
	return from + " 至 " + last.AddDate(0, 0, -1).Format(time.DateOnly)
}

// choose makes options of a closed list.
func choose(all []register.Choice, chosen string) []view.Option {
	out := make([]view.Option, len(all))
	for i, c := range all {
		out[i] = view.Option{Value: c.ID, Text: c.Title, Chosen: c.ID == chosen}
	}
	return out
}

// titleOf is the word for one of a closed list.
func titleOf(all []register.Choice, id string) string {
	for _, c := range all {
		if c.ID == id {
			return c.Title
		}
	}
	return id
}

// unitOptions offers the organisation list, with words for none where none is allowed.
func unitOptions(tree *unit.Tree, chosen int64, none string) []view.Option {
	var out []view.Option
	if none != "" {
		out = append(out, view.Option{Text: none})
	}
	for _, u := range tree.All() {
		out = append(out, view.Option{Value: decimal(u.No), Text: u.Name, Chosen: u.No == chosen})
	}
	return out
}

// Roles that pages offer, in order; the second group is given by the security administrator.
var (
	plainRoles   = []string{access.Liaison, access.Handler, "reviewer"}
	guardedRoles = []string{
		access.Head, access.GovHead, access.Coordinator, access.Supervisor, access.SystemAdmin, access.SecurityAdmin, access.Auditor,
	}
)

func roleOptions(roles []string) []view.Option {
	out := make([]view.Option, len(roles))
	for i, r := range roles {
		out[i] = view.Option{Value: r, Text: roleTitle(r)}
	}
	return out
}

// grantable are the roles that a visitor may give in a unit.
func (s *Server) grantable(v *visit, u int64) []string {
	var out []string
	for _, role := range slices.Concat(plainRoles, guardedRoles) {
		if _, ok := s.House.Officer(v.Site, v.Actor, func(a access.Actor) bool { return admin.MayGrant(a, role, u) }); ok {
			out = append(out, role)
		}
	}
	return out
}

// keeps tells whether a visitor keeps a unit's data, 0: the whole tree's.
func (s *Server) keeps(v *visit, u int64) bool {
	_, ok := s.House.Officer(v.Site, v.Actor, func(a access.Actor) bool {
		if u == 0 {
			return admin.MayKeepAll(a)
		}
		return admin.MayKeep(a, u)
	})
	return ok
}

func unitPath(no int64) string   { return "/units/" + decimal(no) }
func personPath(no int64) string { return "/people/" + decimal(no) }
func groupPath(no int64) string  { return "/groups/" + decimal(no) }

// viewer is the visitor as the use cases of proof know who looks.
func (v *visit) viewer() *admin.Viewer {
	return &admin.Viewer{Actor: v.Actor, Scope: v.Scope, Site: v.Site, Today: v.Today}
}

// words splits what was typed into several names: by lines, commas and 、.
func words(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\n,，、；;", r) }) {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// day is a day of the address, today where there is none or it is none.
func dayOf(r *http.Request, name, today string) string {
	if d := r.FormValue(name); d != "" {
		if _, err := time.Parse(time.DateOnly, d); err == nil {
			return d
		}
	}
	return cmp.Or(today)
}
