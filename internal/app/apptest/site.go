// Package apptest makes a small site for tests of use cases and pages: a county with a government, three departments and
// a township, people in every role and the embedded pack, on a real database and through app/act like everything else.
package apptest

import (
	"context"
	"fmt"
	"io/fs"
	"sync"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/norm/source"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/pack"
)

// Today is the day on which the site stands: a Wednesday, as in the drawings of the pages.
const Today = "2026-09-23"

// Site is the site with everything to act on it.
type Site struct {
	T        testing.TB
	DB       *store.DB
	Acts     *act.Acts
	Accounts *admin.Accounts
	House    *admin.House
	Clock    *Clock
	Units    map[string]matter.Ref // by code
	People   map[string]matter.Ref // by login
	Posts    map[string]matter.Ref // by login/unit/role
}

// Clock is a clock that a test moves.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the moment; it moves on by a millisecond with each look.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

// Turn moves the clock to ten o'clock of a day.
func (c *Clock) Turn(t testing.TB, day string) {
	t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, day, app.China)
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at.Add(10 * time.Hour)
}

// New makes the site on SQLite in a folder of the test's own.
func New(t testing.TB) *Site {
	t.Helper()
	return On(t, storetest.SQLite())
}

// Each runs a test on the site of each engine.
func Each(t *testing.T, fn func(t *testing.T, s *Site)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) { fn(t, On(t, e)) })
}

// EachOver runs a test on the site of each engine, with overlays over the embedded pack.
func EachOver(t *testing.T, overlays []fs.FS, fn func(t *testing.T, s *Site)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) { fn(t, On(t, e, overlays...)) })
}

// embedded is the embedded pack, read once for all sites of a test program.
var embedded = sync.OnceValue(func() *rulebook.Book {
	book, diags := rulebook.LoadRules(pack.Files)
	if book == nil {
		panic(fmt.Sprintf("load the pack: %v", diags)) // its own tests say more
	}
	return book
})

// On makes the site on an engine, with overlays over the embedded pack.
func On(t testing.TB, e storetest.Engine, overlays ...fs.FS) *Site {
	t.Helper()
	s := &Site{
		T: t, Clock: &Clock{}, Units: map[string]matter.Ref{}, People: map[string]matter.Ref{}, Posts: map[string]matter.Ref{},
	}
	s.Clock.Turn(t, Today)
	s.DB = e.Open(t)
	book := embedded()
	if len(overlays) > 0 {
		var diags source.Diagnostics
		if book, diags = rulebook.Load(pack.Files, overlays...); book == nil {
			t.Fatalf("load the pack: %v", diags)
		}
	}
	var err error
	s.Acts, err = act.New(act.Config{DB: s.DB, Blobs: &blob.Memory{Now: s.Clock.Now}, Book: book, Now: s.Clock.Now})
	s.must(err)
	t.Cleanup(func() {
		if err := s.Acts.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s.Accounts = &admin.Accounts{DB: s.DB, Now: s.Clock.Now}
	s.House = &admin.House{Acts: s.Acts, Accounts: s.Accounts}
	s.settle()
	return s
}

func (s *Site) must(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

// units of the site: code, name, short, sign, kind, standing, parent.
var units = [][7]string{
	{"HP", "衡平县人民政府", "县政府", "衡政", "government", "supervised", ""},
	{"SFJ", "衡平县司法局", "县司法局", "衡司", "department", "supervised", "HP"},
	{"NYJ", "衡平县农业农村局", "县农业农村局", "衡农", "department", "supervised", "HP"},
	{"SCJ", "衡平县市场监督管理局", "县市场监管局", "衡市监", "department", "supervised", "HP"},
	{"WXZ", "望岫镇人民政府", "望岫镇", "望政", "township", "supervised", "HP"},
	{"SWJ", "国家税务总局衡平县税务局", "县税务局", "衡税", "vertical", "invited", "HP"},
}

// people of the site: login, name, unit, role, title.
var people = [][5]string{
	{"tongchou", "何砚秋", "SFJ", access.Coordinator, "法治调研督察股股长"},
	{"sfj", "许文澜", "SFJ", access.Liaison, "办公室主任"},
	{"jiandu", "宋允之", "HP", access.Supervisor, "督查室主任"},
	{"xianzhang", "程允中", "HP", access.GovHead, "县长"},
	{"nyj01", "梁一川", "NYJ", access.Head, "局长"},
	{"nyj02", "顾堃", "NYJ", access.Liaison, "办公室主任"},
	{"nyj03", "沈喆", "NYJ", access.Handler, "政策法规股股长"},
	{"nyj04", "陆镕", "NYJ", access.Handler, "政策法规股科员"},
	{"scj02", "秦怀瑾", "SCJ", access.Liaison, "办公室主任"},
	{"scj03", "白栩", "SCJ", access.Handler, "法规股股长"},
	{"wxz02", "叶知微", "WXZ", access.Liaison, "党政办主任"},
	{"wxz03", "陶然", "WXZ", access.Handler, "综合执法队队长"},
	{"xitong", "方其", "HP", access.SystemAdmin, ""},
	{"anquan", "罗述", "HP", access.SecurityAdmin, ""},
	{"shenji", "江岷", "HP", access.Auditor, ""},
}

// settle enters units and people as a new site's first import does: the program itself enters them.
func (s *Site) settle() {
	s.T.Helper()
	for i, u := range units {
		f := matter.Values{}
		for k, name := range []string{"code", "name", "short", "sign", "kind", "standing"} {
			f = f.With(name, matter.OfText(u[k]))
		}
		f = f.With("region", matter.OfText("990127")).With("order", matter.OfInt(int64(i+1)))
		if u[6] != "" {
			f = f.With("parent", matter.OfRef(s.Units[u[6]]))
		}
		s.Units[u[0]] = s.Enter(act.RegisterUnit, u[0], "2019-03-01", f)
	}
	for _, p := range people {
		s.People[p[0]] = s.Enter(act.RegisterPerson, p[0], "2019-03-01", matter.Values{}.With("name", matter.OfText(p[1])))
		f := matter.Values{}.With("person", matter.OfRef(s.People[p[0]])).With("unit", matter.OfRef(s.Units[p[2]])).With("role", matter.OfText(p[3]))
		if p[4] != "" {
			f = f.With("title", matter.OfText(p[4]))
		}
		key := p[0] + "/" + p[2] + "/" + p[3]
		s.Posts[key] = s.Enter(act.RegisterPost, key, "2020-01-01", f)
	}
}

// Enter records an entry as the program and returns a reference to it.
func (s *Site) Enter(register, key, from string, fields matter.Values) matter.Ref {
	s.T.Helper()
	done, err := s.Acts.PutEntry(context.Background(), act.Entry{
		Who: access.Actor{System: true}, Register: register, Key: key, From: from, Fields: fields, Reason: "建库时导入",
	})
	s.must(err)
	return matter.Ref{Register: register, Entry: done.Matter, Version: 1, Key: key, Name: fields.Text("name")}
}

// Site is the snapshot as it is now.
func (s *Site) Site() *act.Site {
	s.T.Helper()
	site, err := s.Acts.Site(context.Background())
	s.must(err)
	return site
}

// Actor is a person acting from the first post held.
func (s *Site) Actor(login string) access.Actor {
	s.T.Helper()
	person := s.People[login].Entry
	mandates := s.Site().Rights.Mandates(person, s.Acts.Today())
	if person == 0 || len(mandates) == 0 {
		s.T.Fatalf("%s holds no post", login)
	}
	return access.Actor{Person: person, Mandate: mandates[0]}
}

// Scope is what a person sees.
func (s *Site) Scope(login string) access.Scope {
	s.T.Helper()
	return s.Site().Rights.Scope(s.People[login].Entry, s.Acts.Today())
}

// Post is the no of a person's first post.
func (s *Site) Post(login string) int64 { return s.Actor(login).Post.No }

// Task opens a task of a unit, as the coordinator dispatches it, and returns its no.
func (s *Site) Task(code, title, due string) int64 {
	s.T.Helper()
	who := s.Actor("tongchou")
	done, err := s.Acts.Do(context.Background(), act.Request{
		Who: who, Procedure: "task",
		Act: procedure.Act{
			Step: "open", Unit: s.Units[code].Entry, Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: s.Acts.Today()}},
			Input: matter.Values{}.With("title", matter.OfText(title)).With("due", matter.OfDate(due)),
		},
	})
	s.must(err)
	return done.Matter
}

// Do carries out an act of a person on a matter.
func (s *Site) Do(login string, no int64, a procedure.Act) (act.Done, error) {
	s.T.Helper()
	return s.Acts.Do(context.Background(), act.Request{Who: s.Actor(login), Matter: no, Act: a})
}

// Account gives a person an account with a password that need not be changed.
func (s *Site) Account(login string) (password string) {
	s.T.Helper()
	password = fmt.Sprintf("%s-2026-demo", login)
	s.must(s.Accounts.Set(context.Background(), s.People[login].Entry, login, password, false))
	return password
}
