package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doors/web/view"
)

// visit is who asks, from which post, over which snapshot.
type visit struct {
	Person     int64
	MustChange bool
	Actor      access.Actor
	Scope      access.Scope
	Site       *act.Site
	Today      string
}

type visitKey struct{}

// visitOf returns the visit of a staff page.
func visitOf(r *http.Request) *visit { return r.Context().Value(visitKey{}).(*visit) }

// Keys of a session.
const (
	keyPerson = "person"
	keyPost   = "post"
	keyFor    = "for"
	keyFlash  = "flash"
	keyChange = "change"
)

// Life of a session: until it was idle so long, and in all.
const (
	idleTimeout  = 2 * time.Hour
	wholeSession = 12 * time.Hour
)

// sessionStore keeps sessions; it is called with the request's context.
type sessionStore interface {
	FindCtx(ctx context.Context, token string) (b []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error
	DeleteCtx(ctx context.Context, token string) error
}

func newSessions(store sessionStore) *scs.SessionManager {
	m := scs.New()
	m.Store = contextStore{store}
	m.IdleTimeout = idleTimeout
	m.Lifetime = wholeSession
	m.Cookie.Name = "zs"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	return m
}

// contextStore lets scs call the store with the request's context; the calls without one never happen.
type contextStore struct{ sessionStore }

func (c contextStore) Find(token string) ([]byte, bool, error) {
	return c.FindCtx(context.Background(), token)
}

func (c contextStore) Commit(token string, b []byte, expiry time.Time) error {
	return c.CommitCtx(context.Background(), token, b, expiry)
}

func (c contextStore) Delete(token string) error { return c.DeleteCtx(context.Background(), token) }

// visit reads who is signed in; nil where nobody is.
func (s *Server) visit(r *http.Request) (*visit, error) {
	ctx := r.Context()
	person := s.sessions.GetInt64(ctx, keyPerson)
	if person == 0 {
		return nil, nil
	}
	if usable, err := s.Accounts.Usable(ctx, person); err != nil || !usable {
		return nil, err // locked or ended by the administrator: at once
	}
	site, err := s.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	v := &visit{
		Person: person, MustChange: s.sessions.GetBool(ctx, keyChange), Site: site, Today: s.Acts.Today(),
	}
	mandates := site.Rights.Mandates(person, v.Today)
	if len(mandates) == 0 {
		return nil, nil // every post has ended: the right ends at once
	}
	m := mandates[max(0, slices.IndexFunc(mandates, func(c access.Mandate) bool { return c.Kind == "" && c.For.Role == access.Coordinator }))]
	post, acting := s.sessions.GetInt64(ctx, keyPost), s.sessions.GetInt64(ctx, keyFor)
	if i := slices.IndexFunc(mandates, func(c access.Mandate) bool { return c.Post.No == post && c.For.No == acting }); i >= 0 {
		m = mandates[i]
	}
	v.Actor = access.Actor{Person: person, Mandate: m}
	v.Scope = site.Rights.Scope(person, v.Today)
	return v, nil
}

// holds tells whether the visitor holds one of the roles in any mandate.
func (v *visit) holds(roles ...string) bool {
	return slices.ContainsFunc(roles, func(role string) bool { return v.Site.Rights.Holds(v.Person, role, v.Today) })
}

// postKey names a mandate in the choice of posts.
func postKey(m access.Mandate) string {
	return strconv.FormatInt(m.Post.No, 10) + "-" + strconv.FormatInt(m.For.No, 10)
}

// frame fills what every page has around its content. v may be nil before the door.
func (s *Server) frame(r *http.Request, v *visit, place, title string) view.Page {
	now := s.clock()
	p := view.Page{
		Assets: s.names, Site: "法治政府工作平台", Title: title, Time: now.Format("2006-01-02 15:04"),
		Printed: now.Format("2006年1月2日 15:04"), Home: "/desk",
	}
	site := s.siteFor(r, v)
	if site != nil {
		if root, ok := site.Root(); ok {
			p.Body, p.Site = root.Name, strings.TrimSuffix(root.Name, "人民政府")+"法治政府工作平台"
		}
		p.Office = officeOf(site, s.Acts.Today())
	}
	if v == nil {
		return p
	}
	p.Search = "/search"
	p.Flash = s.takeFlash(r)
	p.User = s.userOf(v)
	p.Menu = view.Menu(place, func(id string) bool { return mayOpen(v, id) && s.kept(id) })
	return p
}

func (s *Server) siteFor(r *http.Request, v *visit) *act.Site {
	if v != nil {
		return v.Site
	}
	site, err := s.Acts.Site(r.Context())
	if err != nil {
		s.Log.Error("load the site for a page", "error", err)
		return nil
	}
	return site
}

// officeOf is the unit that keeps the platform: where most coordinators sit, else the government itself.
func officeOf(site *act.Site, today string) string {
	root, _ := site.Root()
	name, most := root.Name, 0
	for _, u := range site.Tree().All() {
		if n := len(site.Rights.Holders(u.No, access.Coordinator, today)); n > most {
			name, most = u.Name, n
		}
	}
	return name
}

func (s *Server) userOf(v *visit) view.User {
	u := view.User{
		Name: v.Site.Person(v.Person), Unit: v.Site.Tree().Name(v.Actor.Unit()), Post: postKey(v.Actor.Mandate),
		AccountHref: "/account", PostAction: "/account/post", SignOutAction: pathSignOut,
	}
	for _, m := range v.Site.Rights.Mandates(v.Person, v.Today) {
		text := v.Site.Tree().Name(m.For.Unit) + " · " + roleTitle(m.For.Role)
		if m.Kind != "" {
			text += "（代 " + v.Site.Person(m.For.Person) + "）"
		}
		u.Posts = append(u.Posts, view.Option{Value: postKey(m), Text: text, Chosen: postKey(m) == u.Post})
	}
	if v.Actor.Kind != "" {
		u.DelegatedBy = v.Site.Person(v.Actor.For.Person)
	}
	return u
}

// kept tells whether a place of the menu has something to show: a line of work needs one of its procedures in the pack.
func (s *Server) kept(id string) bool {
	l, ok := view.LineByID(id)
	return !ok || slices.ContainsFunc(l.Procedures(), func(p string) bool { return len(s.Acts.Book().Versions(p)) > 0 })
}

// mayOpen tells which places of the menu a person has a post for.
func mayOpen(v *visit, id string) bool {
	switch id {
	case "system":
		return v.holds(access.SystemAdmin, access.SecurityAdmin, access.Auditor)
	case "opening":
		return v.holds(access.Coordinator)
	case "import", "supervision", "binders":
		return v.holds(access.Coordinator, access.Supervisor)
	case "proof", "units", "laws", "procedures":
		return true
	}
	return !v.holds(access.SystemAdmin, access.SecurityAdmin, access.Auditor)
}

// keepFlash keeps what happened for the next page; takeFlash shows it once.
func (s *Server) keepFlash(r *http.Request, flash []view.Flash) {
	if len(flash) > 0 {
		s.sessions.Put(r.Context(), keyFlash, encodeFlash(flash))
	}
}

func (s *Server) takeFlash(r *http.Request) []view.Flash {
	return decodeFlash(s.sessions.PopBytes(r.Context(), keyFlash))
}

func queryEscape(r *http.Request) string {
	if r.Method != http.MethodGet {
		return url.QueryEscape("/desk")
	}
	return url.QueryEscape(r.URL.RequestURI())
}
