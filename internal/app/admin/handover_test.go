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
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/side"
)

func TestHandoverOfALeaver(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		ctx := context.Background()
		leaver, heir := s.Post("nyj03"), s.Post("nyj04")
		tasks := []int64{s.Task("NYJ", "编制权责清单", "2026-10-31"), s.Task("NYJ", "清理规范性文件", "2026-11-30"), s.Task("NYJ", "开展案卷评查", "2026-12-31")}
		for _, no := range tasks[:2] {
			if _, err := s.Do("nyj02", no, procedure.Act{Step: "assign", Role: access.Handler, Post: leaver}); err != nil {
				t.Fatal(err)
			}
		}
		taken, err := s.Do("nyj03", tasks[0], procedure.Act{Step: "take"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.House.Delegate(ctx, s.Actor("nyj03"), "", admin.DelegationForm{From: leaver, To: s.Post("nyj02"), Kind: access.Delegate}); err != nil {
			t.Fatal(err)
		}
		if err := s.DB.Write(ctx, func(tx *store.Tx) error { return side.PutDraft(ctx, tx, leaver, "report/1", []byte("{}"), 1) }); err != nil {
			t.Fatal(err)
		}
		l, _, err := s.House.Leaving(ctx, s.Actor("nyj02"), leaver)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Matters) != 2 || len(l.Delegations) != 1 || l.Drafts != 1 {
			t.Fatalf("%d matters, %d delegations, %d drafts", len(l.Matters), len(l.Delegations), l.Drafts)
		}
		if l.Matters[0].Due == "" || l.Matters[0].Limits == 0 {
			t.Errorf("limits are not told: %+v", l.Matters[0])
		}
		if _, _, err := s.House.Leaving(ctx, s.Actor("scj02"), leaver); kindOf(t, err) != app.Denied {
			t.Error("another unit's liaison sees what a leaver has")
		}
		_, err = s.House.HandOver(ctx, s.Actor("nyj02"), "", admin.Handover{Post: leaver})
		if diff := cmp.Diff([]string{"to"}, fieldsOf(err)); diff != "" {
			t.Fatal(diff)
		}
		if _, err = s.House.HandOver(ctx, s.Actor("nyj02"), "", admin.Handover{Post: leaver, To: admin.Successor{Post: s.Post("scj03"), Person: s.People["scj03"].Entry}}); kindOf(t, err) != app.Invalid {
			t.Error("a successor in another unit was taken")
		}
		moved, err := s.House.HandOver(ctx, s.Actor("nyj02"), "9a2e", admin.Handover{
			Post: leaver, To: admin.Successor{Post: heir, Person: s.People["nyj04"].Entry}, Reason: "调离",
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(admin.Moved{Matters: 2, Posts: 1}, moved); diff != "" {
			t.Fatal(diff)
		}
		again := admin.Handover{Post: leaver, To: admin.Successor{Post: heir, Person: s.People["nyj04"].Entry}, Reason: "调离"}
		if moved, err = s.House.HandOver(ctx, s.Actor("nyj02"), "9a2e", again); err != nil || moved.Posts != 0 {
			t.Errorf("pressed twice: %+v, %v", moved, err)
		}
		for _, no := range tasks[:2] {
			v, err := s.Acts.View(ctx, s.Actor("nyj04"), no)
			if err != nil {
				t.Fatal(err)
			}
			if got := procedure.Assigned(v.State, access.Handler); got != heir {
				t.Errorf("task %d is assigned to %d, want %d", no, got, heir)
			}
			for _, h := range v.History {
				if h.Head.Seq == taken.Seq && h.Head.By.Person != s.People["nyj03"].Entry {
					t.Error("the leaver's signature is gone")
				}
			}
		}
		if n := len(s.Site().Rights.Posts(s.People["nyj03"].Entry, apptest.Today)); n != 0 {
			t.Errorf("the leaver holds %d posts", n)
		}
		if n := len(s.Site().Rights.Mandates(s.People["nyj02"].Entry, apptest.Today)); n != 1 {
			t.Errorf("the liaison still acts for the leaver: %d mandates", n)
		}
		err = s.DB.Read(ctx, func(tx *store.Tx) error {
			_, ok, err := side.Draft(ctx, tx, heir, "report/1")
			if err == nil && !ok {
				t.Error("the draft did not go to the successor")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestHandoverToSomeoneNew(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	s.Task("SCJ", "公布裁量基准", "2026-11-30")
	leaver := s.Post("scj03")
	l, _, err := s.House.Leaving(ctx, s.Actor("scj02"), leaver)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Matters) != 1 { // the only handler of the unit: what waits for handlers waits for him
		t.Fatalf("%d matters", len(l.Matters))
	}
	to := admin.Successor{Person: s.People["scj02"].Entry}
	if diff := cmp.Diff([]admin.Successor{to}, l.Successors); diff != "" {
		t.Fatal(diff)
	}
	if _, err := s.House.HandOver(ctx, s.Actor("scj02"), "77", admin.Handover{Post: leaver, To: to}); err != nil {
		t.Fatal(err)
	}
	if !s.Site().Rights.Holds(s.People["scj02"].Entry, access.Handler, apptest.Today) {
		t.Error("the successor was not given the post")
	}
}
