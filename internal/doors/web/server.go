// Package web serves the staff pages: it parses a request, lets one use case do the work and shows what came of it.
// Rules are asked, never kept here; every read carries the viewer's scope.
package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/static"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/proof/ledger"
)

// Config says what the pages stand on; Log and Demo may be empty.
type Config struct {
	Acts     *act.Acts
	Dispatch *dispatch.Dispatch
	Accounts *admin.Accounts
	House    *admin.House
	Log      *slog.Logger
	Key      ledger.Key         // public key of the log (存证公钥); zero while the site has none: then no receipt is issued
	Demo     []view.DemoAccount // accounts shown at the door, in the demo only
}

// Server is the handler of all staff pages.
type Server struct {
	Config
	proof    *admin.Proof
	opening  *admin.Opening
	sessions *scs.SessionManager
	assets   *static.Assets
	names    view.Assets
	handler  http.Handler
}

// Limits of every request.
const (
	maxForm = 2 << 20  // bytes of a form without files
	maxFile = 52 << 20 // bytes of a form with files: one document of 50 MB and its fields
)

// New builds the handler.
func New(c Config) (*Server, error) {
	if c.Acts == nil || c.Dispatch == nil || c.Accounts == nil || c.House == nil {
		return nil, errors.New("web.Config: Acts, Dispatch, Accounts and House are needed")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	assets, err := static.Load()
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, assets: assets, sessions: newSessions(c.Accounts)}
	s.proof = &admin.Proof{Acts: c.Acts, Key: c.Key}
	s.opening = &admin.Opening{Acts: c.Acts, House: c.House}
	s.names = view.Assets{Sheet: assets.Path("base.css"), Htmx: assets.Path("htmx.min.js"), Script: assets.Path("app.js"), Icon: assets.Path("icon.svg")}
	mux := http.NewServeMux()
	mux.Handle("GET "+static.Prefix, assets)
	s.routes(mux)
	guard := http.NewCrossOriginProtection()
	s.handler = headers(guard.Handler(s.sessions.LoadAndSave(mux)))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// headers adds the strict policy under which every page runs.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// handle is a page: what it returns as an error becomes a page as well.
type handle func(w http.ResponseWriter, r *http.Request) error

// staff registers a page for people who are signed in.
func (s *Server) staff(mux *http.ServeMux, pattern string, h handle) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxFile)
		request := uuid.NewString()
		v, err := s.visit(r)
		if err == nil && v == nil {
			http.Redirect(w, r, "/signin?next="+queryEscape(r), http.StatusSeeOther)
			return
		}
		if err == nil && v.MustChange && r.URL.Path != pathPassword && r.URL.Path != pathSignOut {
			http.Redirect(w, r, pathPassword, http.StatusSeeOther)
			return
		}
		if err == nil {
			r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, v, request, err)
		}
	})
}

// open registers a page for anyone.
func (s *Server) open(mux *http.ServeMux, pattern string, h handle) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := h(w, r); err != nil {
			s.fail(w, r, nil, uuid.NewString(), err)
		}
	})
}

// render draws a page into a buffer first, so that a page is shown whole or not at all.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader has gone away: nothing is left to tell it
	return nil
}

// redirect leads on after an act, with what happened kept for the next page.
func (s *Server) redirect(w http.ResponseWriter, r *http.Request, to string, flash ...view.Flash) error {
	s.keepFlash(r, flash)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// fail shows an error as a page of its own.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, v *visit, request string, err error) {
	f := app.FaultOf(err)
	status := map[app.Kind]int{
		app.Invalid: http.StatusUnprocessableEntity, app.NotFound: http.StatusNotFound, app.Denied: http.StatusForbidden,
		app.Refused: http.StatusConflict, app.Conflict: http.StatusConflict, app.Internal: http.StatusInternalServerError,
	}[f.Kind]
	if f.Kind == app.Internal {
		s.Log.Error("request", "id", request, "method", r.Method, "path", r.URL.Path, "error", err)
	}
	page := s.frame(r, v, "", f.Say)
	m := view.MessagePage{Page: page, Lead: f.Say, Links: []view.Link{{Text: "返回工作台", Href: "/desk"}}, Outside: v == nil}
	switch f.Kind {
	case app.NotFound:
		m = view.NotFound(page)
		m.Lead, m.Outside = f.Say, v == nil
	case app.Internal:
		m = view.Fault(page, request)
		m.Outside = v == nil
		if f.Say != "" {
			m.Lead = f.Say
		}
	case app.Refused:
		m.Page.Title = "现在不能办理"
		m.Refusal = refusalView(f.Say, f.Unmet)
		m.Lead = ""
	case app.Conflict:
		m.Page.Title = "内容没有提交"
	case app.Denied:
		m.Page.Title = "没有办理权限"
	case app.Invalid:
		m.Page.Title = "内容没有接受"
	}
	if err := s.render(w, r, status, view.Message(m)); err != nil {
		s.Log.Error("show an error page", "id", request, "error", err)
		http.Error(w, "系统出现问题，请求编号 "+request, http.StatusInternalServerError)
	}
}

// clock is the moment pages show and print.
func (s *Server) clock() time.Time { return s.Acts.Now().In(app.China) }
