package admin_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/pack"
)

// bare is a house on a database that nobody has founded.
func bare(t *testing.T, e storetest.Engine) *admin.House {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 4, 1, 2, 0, 0, 0, time.UTC) }
	db := e.Open(t)
	book, problems := rulebook.Load(pack.Files)
	if book == nil {
		t.Fatal(problems)
	}
	acts, err := act.New(act.Config{DB: db, Blobs: &blob.Memory{Now: now}, Book: book, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := acts.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &admin.House{Acts: acts, Accounts: &admin.Accounts{DB: db, Now: now}}
}

func county() admin.Founding {
	return admin.Founding{Name: " 衡平县人民政府", Region: "990127", Sign: "衡政", Admins: [3]admin.Founder{
		{Name: "方其", Login: "xitong"}, {Name: "罗述", Login: "anquan"}, {Name: "江岷", Login: "shenji"},
	}}
}

func TestFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := bare(t, e)
		done, err := h.Found(t.Context(), county())
		if err != nil {
			t.Fatal(err)
		}
		site, err := h.Acts.Site(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		root, _ := site.Root()
		if root.No != done.Unit || root.Name != "衡平县人民政府" || root.Region != "990127" || root.Sign != "衡政" {
			t.Errorf("root %+v", root)
		}
		var roles []string
		for _, a := range done.Accounts {
			in, err := h.Accounts.SignIn(t.Context(), a.Login, a.Password)
			if err != nil || !in.MustChange {
				t.Errorf("%s: %+v, %v", a.Login, in, err)
			}
			for _, p := range site.Rights.Posts(in.Person, h.Acts.Today()) {
				roles = append(roles, p.Role)
			}
		}
		if d := cmp.Diff([]string{access.SystemAdmin, access.SecurityAdmin, access.Auditor}, roles); d != "" {
			t.Error(d)
		}
		if _, err := h.Found(t.Context(), county()); app.FaultOf(err).Kind != app.Refused {
			t.Errorf("founded twice: %v", err)
		}
	})
}

// A founding that was cut off before its accounts is finished by asking again.
func TestFoundResumes(t *testing.T) {
	h := bare(t, storetest.SQLite())
	put := func(id, code string) error {
		_, err := h.Acts.PutEntry(t.Context(), act.Entry{
			ID: id, Who: access.Actor{System: true}, Register: act.RegisterUnit, Key: code,
			Fields: matter.Values{}.With("code", matter.OfText(code)).With("name", matter.OfText("衡平县人民政府")).
				With("kind", matter.OfText("government")).With("standing", matter.OfText("supervised")),
		})
		return err
	}
	if err := put("init/unit", "990127"); err != nil {
		t.Fatal(err)
	}
	if done, err := h.Found(t.Context(), county()); err != nil || len(done.Accounts) != 3 {
		t.Fatal(done, err)
	}
	other := bare(t, storetest.SQLite())
	if h = other; put("else", "1") != nil {
		t.Fatal("no unit")
	}
	if _, err := h.Found(t.Context(), county()); app.FaultOf(err).Kind != app.Refused {
		t.Errorf("founded beside another's unit: %v", err)
	}
}

func TestFoundingCheck(t *testing.T) {
	cases := map[string]struct {
		change func(f *admin.Founding)
		fields []string
	}{
		"right":             {func(*admin.Founding) {}, nil},
		"no name":           {func(f *admin.Founding) { f.Name = " " }, []string{"name"}},
		"short region":      {func(f *admin.Founding) { f.Region = "99" }, []string{"region"}},
		"region in letters": {func(f *admin.Founding) { f.Region = "99012x" }, []string{"region"}},
		"one person twice":  {func(f *admin.Founding) { f.Admins[2].Name = "方其" }, []string{"auditor"}},
		"one login twice":   {func(f *admin.Founding) { f.Admins[1].Login = "xitong" }, []string{"security"}},
		"no login":          {func(f *admin.Founding) { f.Admins[1].Login = "" }, []string{"security"}},
		"nobody":            {func(f *admin.Founding) { f.Admins = [3]admin.Founder{} }, []string{"admin", "security", "auditor"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			f := county()
			tc.change(&f)
			var fields []string
			_, err := bareFound(t, f)
			if err != nil {
				for _, x := range app.FaultOf(err).Fields {
					fields = append(fields, x.Field)
				}
			}
			if d := cmp.Diff(tc.fields, fields); d != "" {
				t.Error(d)
			}
		})
	}
}

func bareFound(t *testing.T, f admin.Founding) (admin.Founded, error) {
	t.Helper()
	return bare(t, storetest.SQLite()).Found(t.Context(), f)
}

func TestWaiting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := bare(t, e)
		if _, err := h.Found(t.Context(), county()); err != nil {
			t.Fatal(err)
		}
		jobs, notices, records, err := h.Waiting(t.Context())
		if err != nil || jobs != 0 || notices != 0 || records < 7 {
			t.Errorf("%d jobs, %d notices, %d records, %v", jobs, notices, records, err)
		}
	})
}
