// Package api is the JSON API under /api/v1 (docs/api.md): the same use cases as the pages, described by OpenAPI 3.1 at
// /api/openapi.json. Errors are application/problem+json; every answer is what the token's holder may see.
package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
)

// Config says what the API stands on; Log may be empty.
type Config struct {
	Acts     *act.Acts
	Dispatch *dispatch.Dispatch
	Accounts *admin.Accounts
	Log      *slog.Logger
}

type server struct{ Config }

// Version of the API's description.
const Version = "1"

// Register mounts the API on a mux.
func Register(mux *http.ServeMux, c Config) huma.API {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	config := huma.DefaultConfig("准绳", Version)
	config.OpenAPIPath = "/api/openapi"
	config.DocsPath = ""
	config.SchemasPath = ""
	config.CreateHooks = nil
	config.Info.Description = "法治政府建设工作平台的数据接口。错误以 application/problem+json 返回。"
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	api := humago.New(mux, config)
	s := &server{c}
	s.login(api)
	s.units(api)
	s.plans(api)
	s.matters(api)
	s.registers(api)
	return api
}

// Problem is an error as RFC 9457 has it. Unmet lists every condition of a refusal with its article.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Errors []Wrong `json:"errors,omitempty" doc:"每一处不对的内容"`
	Unmet  []Unmet `json:"unmet,omitempty" doc:"没有满足的每一项条件"`
}

// Wrong is what is wrong with one value of a request.
type Wrong struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

// Unmet is a condition that is not met.
type Unmet struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Say   string `json:"say"`
	Cites string `json:"cites,omitempty"`
	Hint  string `json:"hint,omitempty"`
	Force string `json:"force,omitempty" doc:"stop：法律禁止；explain：说明理由后可以办理"`
}

// Error is the problem in words.
func (p *Problem) Error() string { return p.Title + "：" + p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var kinds = map[app.Kind]Problem{
	app.Invalid:  {Type: "/problems/invalid", Title: "内容不合要求", Status: http.StatusUnprocessableEntity},
	app.NotFound: {Type: "/problems/not-found", Title: "没有找到", Status: http.StatusNotFound},
	app.Denied:   {Type: "/problems/denied", Title: "没有权限", Status: http.StatusForbidden},
	app.Refused:  {Type: "/problems/refused", Title: "现在不能办理", Status: http.StatusConflict},
	app.Conflict: {Type: "/problems/conflict", Title: "他人已经先办理", Status: http.StatusConflict},
	app.Internal: {Type: "/problems/internal", Title: "没有办成", Status: http.StatusInternalServerError},
}

// problem turns any error into one.
func (s *server) problem(err error) error {
	f := app.FaultOf(err)
	p := kinds[f.Kind]
	p.Detail = f.Say
	if f.Kind == app.Internal {
		s.Log.Error("api", "error", err)
	}
	for _, w := range f.Fields {
		p.Errors = append(p.Errors, Wrong{Location: w.Field, Message: w.Say})
	}
	for _, u := range f.Unmet {
		p.Unmet = append(p.Unmet, Unmet{Kind: u.Kind, ID: u.ID, Say: u.Say, Cites: u.Cites, Hint: u.Hint, Force: u.Force})
	}
	return &p
}

// token is what a bearer token stands for.
type token struct {
	Person int64 `json:"person"`
}

// tokenLife is how long a token is good for.
const tokenLife = 12 * time.Hour

// tokenKey is the key a token is kept under: the token itself is nowhere.
func tokenKey(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return "api-" + hex.EncodeToString(sum[:])
}

type loginIn struct {
	Body struct {
		Login    string `json:"login" doc:"账号" minLength:"1"`
		Password string `json:"password" doc:"密码" minLength:"1"`
	}
}

type loginOut struct {
	Body struct {
		Token   string    `json:"token" doc:"放在 Authorization: Bearer 之后"`
		Expires time.Time `json:"expires"`
		Posts   []Post    `json:"posts" doc:"可以从哪些岗位办理，放在请求头 X-Post"`
	}
}

// Post is a mandate a person may act from.
type Post struct {
	ID   string `json:"id"`
	Unit string `json:"unit"`
	Name string `json:"unit_name"`
	Role string `json:"role"`
	Kind string `json:"kind,omitempty" doc:"delegate 委托、cover 代理、record 代录；本人岗位为空"`
}

func (s *server) login(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "login", Method: http.MethodPost, Path: "/api/v1/login", Summary: "登录，取得令牌"},
		func(ctx context.Context, in *loginIn) (*loginOut, error) {
			who, err := s.Accounts.SignIn(ctx, in.Body.Login, in.Body.Password)
			if err != nil {
				return nil, s.problem(signInFault(err))
			}
			if who.MustChange {
				return nil, s.problem(app.Faultf(app.Denied, "首次登录应当先在网页上修改密码。"))
			}
			var b [32]byte
			_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program first
			out := &loginOut{}
			out.Body.Token, out.Body.Expires = hex.EncodeToString(b[:]), s.Acts.Now().Add(tokenLife).In(app.China)
			body, err := json.Marshal(token{Person: who.Person})
			if err != nil {
				return nil, s.problem(err)
			}
			if err := s.Accounts.CommitCtx(ctx, tokenKey(out.Body.Token), body, out.Body.Expires); err != nil {
				return nil, s.problem(err)
			}
			site, err := s.Acts.Site(ctx)
			if err != nil {
				return nil, s.problem(err)
			}
			for _, m := range site.Rights.Mandates(who.Person, s.Acts.Today()) {
				u, _ := site.Tree().Get(m.For.Unit)
				out.Body.Posts = append(out.Body.Posts, Post{ID: postID(m), Unit: u.Code, Name: u.Name, Role: m.For.Role, Kind: m.Kind})
			}
			return out, nil
		})
}

func signInFault(err error) error {
	var wrong *admin.WrongPassword
	var locked *admin.Locked
	if errors.As(err, &wrong) || errors.As(err, &locked) {
		return app.Faultf(app.Denied, "%s", err.Error())
	}
	return err
}

func postID(m access.Mandate) string {
	return strconv.FormatInt(m.Post.No, 10) + "-" + strconv.FormatInt(m.For.No, 10)
}

// Auth is what every call but login carries.
type Auth struct {
	Authorization string `header:"Authorization" doc:"Bearer 令牌"`
	Post          string `header:"X-Post" doc:"从哪个岗位办理（登录时返回的 id），不填的用第一个岗位"`
}

// caller is who calls, over one snapshot.
type caller struct {
	site  *act.Site
	actor access.Actor
	scope access.Scope
	today string
}

func (s *server) caller(ctx context.Context, a Auth) (*caller, error) {
	secret, ok := strings.CutPrefix(a.Authorization, "Bearer ")
	unknown := &Problem{Type: "/problems/unauthorized", Title: "没有登录", Status: http.StatusUnauthorized, Detail: "令牌不正确或者已经到期，请重新登录。"}
	if !ok {
		return nil, unknown
	}
	body, found, err := s.Accounts.FindCtx(ctx, tokenKey(secret))
	if err != nil {
		return nil, s.problem(err)
	}
	var t token
	if !found || json.Unmarshal(body, &t) != nil {
		return nil, unknown
	}
	site, err := s.Acts.Site(ctx)
	if err != nil {
		return nil, s.problem(err)
	}
	c := &caller{site: site, today: s.Acts.Today()}
	mandates := site.Rights.Mandates(t.Person, c.today)
	for i, m := range mandates {
		if a.Post == "" && i == 0 || postID(m) == a.Post {
			c.actor = access.Actor{Person: t.Person, Mandate: m}
		}
	}
	if c.actor.Person == 0 {
		return nil, s.problem(app.Faultf(app.Denied, "没有这个岗位，或者任期已经结束。"))
	}
	c.scope = site.Rights.Scope(t.Person, c.today)
	return c, nil
}

// secured marks an operation as one that needs a token.
var secured = []map[string][]string{{"token": {}}}
