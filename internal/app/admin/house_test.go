package admin_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/norm/procedure"
)

// kindOf is the kind of a fault; it fails where there is none.
func kindOf(t *testing.T, err error) app.Kind {
	t.Helper()
	if err == nil {
		t.Fatal("no fault")
	}
	f := app.FaultOf(err)
	if f.Kind == app.Internal {
		t.Fatal(err)
	}
	return f.Kind
}

// fieldsOf are the fields that a fault names.
func fieldsOf(err error) []string {
	if err == nil {
		return nil
	}
	var out []string
	for _, f := range app.FaultOf(err).Fields {
		out = append(out, f.Field)
	}
	return out
}

func TestWhoKeepsUnits(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	nyj := s.Units["NYJ"].Entry
	cases := map[string]struct {
		login string
		unit  string
		kind  app.Kind
		ok    bool
	}{
		"the coordinator keeps any":     {login: "tongchou", unit: "WXZ", ok: true},
		"a liaison keeps the own":       {login: "nyj02", unit: "NYJ", ok: true},
		"a liaison keeps no other":      {login: "nyj02", unit: "SCJ", kind: app.Denied},
		"a handler keeps none":          {login: "nyj03", unit: "NYJ", kind: app.Denied},
		"an administrator keeps none":   {login: "xitong", unit: "NYJ", kind: app.Denied},
		"the security admin keeps none": {login: "anquan", unit: "NYJ", kind: app.Denied},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := s.House.AddAlias(ctx, s.Actor(c.login), "", s.Units[c.unit].Entry, c.login+c.unit+"所")
			if c.ok {
				if err != nil {
					t.Fatal(err)
				}
				u, ok := s.Site().Tree().Match(c.login + c.unit + "所")
				if !ok || u.No != s.Units[c.unit].Entry {
					t.Fatalf("alias leads to %v, %v", u.Name, ok)
				}
				return
			}
			if got := kindOf(t, err); got != c.kind {
				t.Fatalf("kind %d, want %d", got, c.kind)
			}
		})
	}
	if err := s.House.AddAlias(ctx, s.Actor("tongchou"), "", nyj, "县司法局"); kindOf(t, err) != app.Invalid {
		t.Error("an alias that is another unit's name was taken")
	}
	if err := s.House.AddAlias(ctx, s.Actor("tongchou"), "", nyj, "各有关部门"); kindOf(t, err) != app.Invalid {
		t.Error("a collective name was taken for an alias")
	}
	if err := s.House.DropAlias(ctx, s.Actor("nyj02"), "", nyj, "nyj02NYJ所"); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Site().Tree().Match("nyj02NYJ所"); ok {
		t.Error("the alias is still known")
	}
}

func TestNewUnitAndChange(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	who := s.Actor("tongchou")
	form := admin.UnitForm{
		Code: "ZHJ", Name: "衡平县综合行政执法局", Short: "县执法局", Sign: "衡执", Kind: "department", Standing: "supervised",
		Parent: s.Units["HP"].Entry, Reason: "衡编发〔2026〕3号",
	}
	no, err := s.House.NewUnit(ctx, who, "", form)
	if err != nil {
		t.Fatal(err)
	}
	u, ok := s.Site().Tree().Get(no)
	if !ok || u.Region != "990127" || u.Parent != s.Units["HP"].Entry {
		t.Fatalf("unit is %+v, %v", u, ok)
	}
	again := form
	again.Code, again.Name = "ZHJ2", "衡平县综合执法二局"
	for range 2 { // a form sent twice
		if _, err := s.House.NewUnit(ctx, who, "5b1c", again); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		change func(*admin.UnitForm)
		want   []string
	}{
		"a code twice":       {func(f *admin.UnitForm) { f.Code = "NYJ" }, []string{"code"}},
		"a name twice":       {func(f *admin.UnitForm) { f.Name = "县司法局" }, []string{"name"}},
		"no reason":          {func(f *admin.UnitForm) { f.Reason = " " }, []string{"reason"}},
		"a circle":           {func(f *admin.UnitForm) { f.Parent = no }, []string{"parent"}},
		"a standing unknown": {func(f *admin.UnitForm) { f.Standing = "liked" }, []string{"standing"}},
		"a kind unknown":     {func(f *admin.UnitForm) { f.Kind = "club" }, []string{"kind"}},
		"before it began":    {func(f *admin.UnitForm) { f.From = "2020-01-01" }, []string{"from"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := form
			c.change(&f)
			if diff := cmp.Diff(c.want, fieldsOf(s.House.ChangeUnit(ctx, who, "", no, 0, f))); diff != "" {
				t.Error(diff)
			}
		})
	}
	form.Name, form.Reason = "衡平县综合执法局", "更名"
	if err := s.House.ChangeUnit(ctx, who, "", no, 1, form); err != nil {
		t.Fatal(err)
	}
	_, history, err := s.House.Unit(ctx, no)
	if err != nil {
		t.Fatal(err)
	}
	if len(history) != 2 || history[0].Reason != "更名" || history[0].Person != s.People["tongchou"].Entry {
		t.Errorf("history is %+v", history)
	}
	if err := s.House.ChangeUnit(ctx, who, "", no, 1, form); kindOf(t, err) != app.Conflict {
		t.Error("a form over an older version was taken")
	}
}

func TestSeparationOfAdministrators(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	give := func(giver, to, unit, role string) error {
		_, err := s.House.GivePost(ctx, s.Actor(giver), "", admin.PostForm{
			Person: s.People[to].Entry, Unit: s.Units[unit].Entry, Role: role, Reason: "任职",
		})
		return err
	}
	cases := map[string]struct {
		giver, to, unit, role string
		kind                  app.Kind
		ok                    bool
	}{
		"two administrators in one":           {giver: "anquan", to: "xitong", unit: "HP", role: access.Auditor, kind: app.Invalid},
		"an administrator who handles":        {giver: "tongchou", to: "shenji", unit: "NYJ", role: access.Handler, kind: app.Invalid},
		"a handler who administers":           {giver: "anquan", to: "nyj03", unit: "HP", role: access.SystemAdmin, kind: app.Invalid},
		"the coordinator makes no head":       {giver: "tongchou", to: "nyj03", unit: "NYJ", role: access.Head, kind: app.Denied},
		"the security admin makes heads":      {giver: "anquan", to: "nyj03", unit: "NYJ", role: access.Head, ok: true},
		"the security admin makes no handler": {giver: "anquan", to: "nyj04", unit: "SCJ", role: access.Handler, kind: app.Denied},
		"a liaison gives in the own unit":     {giver: "scj02", to: "scj03", unit: "SCJ", role: "reviewer", ok: true},
		"a liaison gives in no other":         {giver: "scj02", to: "scj03", unit: "NYJ", role: access.Handler, kind: app.Denied},
		"the same post twice":                 {giver: "tongchou", to: "wxz03", unit: "WXZ", role: access.Handler, kind: app.Invalid},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := give(c.giver, c.to, c.unit, c.role)
			if c.ok {
				if err != nil {
					t.Fatal(err)
				}
				if !s.Site().Rights.Holds(s.People[c.to].Entry, c.role, apptest.Today) {
					t.Error("the post is not held")
				}
				return
			}
			if got := kindOf(t, err); got != c.kind {
				t.Errorf("kind %d, want %d: %v", got, c.kind, err)
			}
		})
	}
}

func TestDelegations(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	head, clerk, handler := s.Post("nyj01"), s.Post("nyj02"), s.Post("nyj03")
	form := func(from, to int64, kind, until string) admin.DelegationForm {
		return admin.DelegationForm{From: from, To: to, Kind: kind, Until: until, Reason: "事由"}
	}
	if err := s.House.Delegate(ctx, s.Actor("nyj02"), "", form(head, clerk, access.Record, "")); kindOf(t, err) != app.Denied {
		t.Error("a clerk gave himself the right to record for the head")
	}
	if err := s.House.Delegate(ctx, s.Actor("nyj01"), "", form(head, clerk, access.Record, "")); err != nil {
		t.Fatal(err)
	}
	if err := s.House.Delegate(ctx, s.Actor("nyj01"), "", form(handler, clerk, access.Record, "")); kindOf(t, err) != app.Invalid {
		t.Error("a handler's act may be recorded by a clerk")
	}
	if err := s.House.Delegate(ctx, s.Actor("nyj02"), "", form(handler, clerk, access.Cover, "")); kindOf(t, err) != app.Invalid {
		t.Error("leave cover without an end was taken")
	}
	if err := s.House.Delegate(ctx, s.Actor("nyj02"), "", form(handler, clerk, access.Cover, "2026-10-01")); err != nil {
		t.Fatal(err)
	}
	if err := s.House.Delegate(ctx, s.Actor("anquan"), "", form(s.Post("shenji"), clerk, access.Cover, "2026-10-01")); kindOf(t, err) != app.Invalid {
		t.Error("an administrator's post was delegated")
	}
	if n := len(s.Site().Rights.Mandates(s.People["nyj02"].Entry, apptest.Today)); n != 3 {
		t.Fatalf("the clerk has %d mandates, want 3", n)
	}
	all, err := s.House.Delegations(ctx, []int64{clerk})
	if err != nil || len(all) != 2 {
		t.Fatalf("%d delegations, %v", len(all), err)
	}
	for _, d := range all {
		if err := s.House.EndDelegation(ctx, s.Actor("nyj02"), "", d.No, ""); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.Site().Rights.Mandates(s.People["nyj02"].Entry, apptest.Today)); n != 1 {
		t.Errorf("the clerk has %d mandates after the end, want 1", n)
	}
}

func TestMerger(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		ctx := context.Background()
		open := []int64{s.Task("SCJ", "开展涉企检查", "2026-12-31"), s.Task("SCJ", "公布裁量基准", "2026-11-30")}
		who := s.Actor("tongchou")
		_, err := s.House.EndUnit(ctx, who, "", admin.Ending{Unit: s.Units["SCJ"].Entry, Reason: "撤销"})
		if diff := cmp.Diff([]string{"successor"}, fieldsOf(err)); diff != "" {
			t.Fatalf("ended with open matters: %s", diff)
		}
		if _, err := s.House.SetGroup(ctx, who, "", 0, "各监管部门", nil, []int64{s.Units["SCJ"].Entry, s.Units["NYJ"].Entry}); err != nil {
			t.Fatal(err)
		}
		end := admin.Ending{Unit: s.Units["SCJ"].Entry, Successor: s.Units["NYJ"].Entry, Reason: "衡编发〔2026〕9号"}
		moved, err := s.House.EndUnit(ctx, who, "3f1d", end)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(admin.Moved{Matters: 2, Posts: 2}, moved); diff != "" {
			t.Fatal(diff)
		}
		if moved, err = s.House.EndUnit(ctx, who, "3f1d", end); err != nil || moved.Matters != 0 {
			t.Errorf("pressed twice: %+v, %v", moved, err)
		}
		for _, no := range open {
			v, err := s.Acts.View(ctx, s.Actor("nyj03"), no)
			if err != nil {
				t.Fatal(err)
			}
			if v.State.Unit != s.Units["NYJ"].Entry || !v.State.Done("handover") {
				t.Errorf("matter %d is led by %d", no, v.State.Unit)
			}
		}
		if _, err := s.Do("scj03", open[0], procedure.Act{Step: "take"}); err != nil {
			t.Errorf("the handler cannot go on in the successor: %v", err)
		}
		site := s.Site()
		if _, ok := site.Tree().Get(s.Units["SCJ"].Entry); ok {
			t.Error("the unit is still in the tree of today")
		}
		before, err := site.TreeAt("2026-09-22")
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := before.Get(s.Units["SCJ"].Entry); !ok {
			t.Error("the unit is gone from the tree of yesterday")
		}
		g, _ := site.Tree().Group("各监管部门")
		if diff := cmp.Diff([]int64{s.Units["NYJ"].Entry}, g.Members); diff != "" {
			t.Error(diff)
		}
	})
}
