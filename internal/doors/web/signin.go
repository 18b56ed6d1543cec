package web

import (
	"errors"
	"net/http"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
)

// Paths of the door.
const (
	pathSignIn   = "/signin"
	pathSignOut  = "/signout"
	pathPassword = "/account/password"
)

var signInTips = []view.Tip{
	{Lead: "不共用账号。", Text: "负责人在纸上签批的，由指定人员代录并附签批页，不借用负责人的账号。"},
	{Lead: "涉密不上网。", Text: "涉密文件、工作秘密不得录入、上传本平台。"},
	{Lead: "办理留有记录。", Text: "每一步办理都有存证编号，可以下载回执离线核验。"},
}

// signInShow is the door.
func (s *Server) signInShow(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visit(r)
	if err != nil {
		return err
	}
	if v != nil {
		http.Redirect(w, r, "/desk", http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, view.SignIn(s.door(r, "", r.URL.Query().Get("next"))))
}

func (s *Server) door(r *http.Request, account, next string) view.SignInPage {
	p := view.SignInPage{Page: s.frame(r, nil, "", "登录"), Action: pathSignIn, Account: account, Next: next, Tips: signInTips, Demo: s.Demo}
	p.For = "本平台供" + p.Body + "及其所属单位工作人员使用。"
	return p
}

// signIn checks the password and opens a session.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	login, next := r.PostFormValue("u"), r.PostFormValue("next")
	in, err := s.Accounts.SignIn(r.Context(), login, r.PostFormValue("p"))
	var wrong *admin.WrongPassword
	var locked *admin.Locked
	switch {
	case errors.As(err, &wrong):
		p := s.door(r, login, next)
		p.Flash = []view.Flash{view.WrongPassword(wrong.Left, admin.LockMinutes)}
		return s.render(w, r, http.StatusUnprocessableEntity, view.SignIn(p))
	case errors.As(err, &locked):
		p := s.door(r, login, next)
		p.Flash = []view.Flash{lockedFlash(locked)}
		return s.render(w, r, http.StatusUnprocessableEntity, view.SignIn(p))
	case err != nil:
		return err
	}
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	s.sessions.Put(r.Context(), keyPerson, in.Person)
	s.sessions.Put(r.Context(), keyChange, in.MustChange)
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		next = "/desk" // never lead to another site
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// lockedFlash says until when, or by whom, an account is locked.
func lockedFlash(l *admin.Locked) view.Flash {
	if l.ByAdministrator() {
		return view.Flash{Tone: "bad", Lead: "该账号由系统管理员锁定。", Text: "需要继续使用的，请联系系统管理员。"}
	}
	return view.Locked(l.Until.In(app.China).Format("15:04"))
}

// signOut ends the session.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, pathSignIn, http.StatusSeeOther)
	return nil
}

// passwordShow is the page to choose a password.
func (s *Server) passwordShow(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, http.StatusOK, view.ChangePassword(s.passwordPage(r, nil)))
}

func (s *Server) passwordPage(r *http.Request, faults []app.FieldFault) view.ChangePasswordPage {
	v := visitOf(r)
	form := view.Form{ID: "pw", Action: pathPassword, Submit: "修改密码", Fields: []view.Field{
		{Name: "old", Label: "原密码", Kind: view.Password, Complete: "current-password"},
		{Name: "fresh", Label: "新密码", Kind: view.Password, Complete: "new-password", Hint: "至少 10 个字符"},
		{Name: "again", Label: "再填一次新密码", Kind: view.Password, Complete: "new-password"},
	}}
	withFaults(&form, faults)
	p := view.ChangePasswordPage{
		Page: s.frame(r, v, "", "修改密码"), Form: form, First: v.MustChange,
		Rules: []string{"至少 10 个字符。", "不得与账号相同，不得与原密码相同。", "不要与其他系统使用同一个密码。"},
	}
	p.Errors = form.FieldErrors()
	return p
}

// passwordSave changes the password.
func (s *Server) passwordSave(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	err := s.Accounts.Change(r.Context(), v.Person, r.PostFormValue("old"), r.PostFormValue("fresh"), r.PostFormValue("again"))
	if faults := invalid(err); faults != nil {
		return s.render(w, r, http.StatusUnprocessableEntity, view.ChangePassword(s.passwordPage(r, faults)))
	}
	if err != nil {
		return err
	}
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	s.sessions.Put(r.Context(), keyChange, false)
	return s.redirect(w, r, "/desk", view.Flash{Tone: "ok", Lead: "密码已经修改。", Text: "下次登录请使用新密码。"})
}

// postChoose acts from another post from now on.
func (s *Server) postChoose(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	want := r.PostFormValue("post")
	for _, m := range v.Site.Rights.Mandates(v.Person, v.Today) {
		if postKey(m) == want {
			s.sessions.Put(r.Context(), keyPost, m.Post.No)
			s.sessions.Put(r.Context(), keyFor, m.For.No)
			return s.redirect(w, r, "/desk", view.Flash{Tone: "ok", Lead: "已经换到“" + v.Site.Tree().Name(m.For.Unit) + " · " + roleTitle(m.For.Role) + "”办理。"})
		}
	}
	return app.Wrong("post", "没有这个岗位，或者任期已经结束。")
}
