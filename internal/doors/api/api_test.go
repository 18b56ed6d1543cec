package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/api"
)

var update = flag.Bool("update", false, "write golden files anew")

const password = "wangxiu-shuiku-2026"

// client calls the API as one person.
type client struct {
	t     *testing.T
	mux   *http.ServeMux
	token string
}

func newClient(t *testing.T, s *apptest.Site, login string) *client {
	t.Helper()
	mux := http.NewServeMux()
	api.Register(mux, api.Config{Acts: s.Acts, Dispatch: &dispatch.Dispatch{Acts: s.Acts}, Accounts: s.Accounts})
	c := &client{t: t, mux: mux}
	if err := s.Accounts.Set(t.Context(), s.People[login].Entry, login, password, false); err != nil {
		t.Fatal(err)
	}
	var out struct{ Token string }
	c.call("POST", "/api/v1/login", map[string]any{"login": login, "password": password}, http.StatusOK, &out)
	c.token = out.Token
	return c
}

// call sends a request and reads the answer, which must have the status.
func (c *client) call(method, path string, in any, status int, out any) http.Header {
	c.t.Helper()
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			c.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, path, &body)
	r.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	w := httptest.NewRecorder()
	c.mux.ServeHTTP(w, r)
	if w.Code != status {
		c.t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			c.t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
		}
	}
	return w.Header()
}

type done struct {
	ID       string
	Record   int64
	Repeated bool
}

func openTask(c *client) done {
	c.t.Helper()
	var d done
	c.call("POST", "/api/v1/matters", map[string]any{
		"procedure": "task", "unit": "NYJ", "request": "0198a000-0000-7000-8000-000000000001",
		"roles": []map[string]string{{"unit": "SFJ", "role": "superior"}},
		"input": map[string]any{
			"title": "开展农业行政处罚案卷评查", "due": "2026-10-31",
			"targets": []map[string]any{{"text": "评查案卷", "op": "ge", "value": 2, "unit": "卷"}},
		},
	}, http.StatusCreated, &d)
	return d
}

func TestOneTask(t *testing.T) {
	s := apptest.New(t)
	boss, hand := newClient(t, s, "tongchou"), newClient(t, s, "nyj03")
	d := openTask(boss)
	if again := openTask(boss); again.ID != d.ID || !again.Repeated {
		t.Errorf("a repeat made something new: %+v", again)
	}
	path := "/api/v1/matters/" + d.ID
	hand.call("POST", path+"/steps/take", map[string]any{}, http.StatusOK, nil)
	hand.call("POST", path+"/steps/report", map[string]any{
		"input": map[string]any{"progress": "已评查一卷", "targets": []map[string]any{{"id": "p1", "reached": 1}}},
	}, http.StatusOK, nil)
	var m struct {
		Open   bool
		Values map[string]json.RawMessage
		Steps  []struct {
			ID, Status string
			Ready      bool
		}
		Limits []struct {
			ID, State string
			Due       *string
			Why       []struct{ Date, Text string }
		}
		Records []struct{ Step, By string }
	}
	hand.call("GET", path, nil, http.StatusOK, &m)
	if !m.Open || len(m.Records) != 3 || m.Records[1].By != "沈喆" {
		t.Errorf("got %+v", m.Records)
	}
	for _, l := range m.Limits {
		if l.ID == "due" && (l.Due == nil || *l.Due != "2026-10-31" || len(l.Why) == 0) {
			t.Errorf("the limit is %+v", l)
		}
	}
	if !strings.Contains(string(m.Values["targets"]), `"reached":1`) {
		t.Errorf("the sum is not there: %s", m.Values["targets"])
	}
}

func TestProblems(t *testing.T) {
	s := apptest.New(t)
	boss, hand, other := newClient(t, s, "tongchou"), newClient(t, s, "nyj03"), newClient(t, s, "scj03")
	d := openTask(boss)
	path := "/api/v1/matters/" + d.ID
	type problem struct {
		Type, Detail string
		Unmet        []struct{ Kind, ID, Say string }
		Errors       []struct{ Location, Message string }
	}
	tests := map[string]struct {
		who    *client
		method string
		path   string
		body   any
		status int
		want   string
	}{
		"refused":       {hand, "POST", path + "/steps/submit", map[string]any{"input": map[string]any{"result": "完成"}}, 409, "/problems/refused"},
		"conflict":      {hand, "POST", path + "/steps/take", map[string]any{"seen": 99}, 409, "/problems/conflict"},
		"invalid":       {hand, "POST", path + "/steps/report", map[string]any{"input": map[string]any{"percent": "多"}}, 422, "/problems/invalid"},
		"unknown field": {hand, "POST", path + "/steps/report", map[string]any{"input": map[string]any{"nothing": "x"}}, 422, "/problems/invalid"},
		"not seen":      {other, "GET", path, nil, 404, "/problems/not-found"},
		"no such unit":  {boss, "GET", "/api/v1/matters?unit=XX", nil, 422, "/problems/invalid"},
		"not for all":   {boss, "GET", "/api/v1/registers/audit/entries", nil, 403, "/problems/denied"},
		"no register":   {boss, "GET", "/api/v1/registers/none/entries", nil, 404, "/problems/not-found"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			tc.who.t = t
			var p problem
			head := tc.who.call(tc.method, tc.path, tc.body, tc.status, &p)
			if p.Type != tc.want || p.Detail == "" {
				t.Errorf("got %+v", p)
			}
			if kind := head.Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("content type %s", kind)
			}
			if name == "refused" && (len(p.Unmet) == 0 || p.Unmet[0].Say == "") {
				t.Errorf("no unmet condition in %+v", p)
			}
		})
	}
	t.Run("no token", func(t *testing.T) {
		c := &client{t: t, mux: boss.mux}
		c.call("GET", "/api/v1/units", nil, http.StatusUnauthorized, nil)
	})
}

func TestLists(t *testing.T) {
	s := apptest.New(t)
	boss, other := newClient(t, s, "tongchou"), newClient(t, s, "scj03")
	openTask(boss)
	type list struct {
		Items []struct{ Title, Unit, Light string }
		Next  int64
	}
	var mine, theirs list
	boss.call("GET", "/api/v1/matters?procedure=task", nil, http.StatusOK, &mine)
	other.call("GET", "/api/v1/matters?procedure=task", nil, http.StatusOK, &theirs)
	if len(mine.Items) != 1 || mine.Items[0].Unit != "NYJ" || mine.Items[0].Light != "waiting" {
		t.Errorf("got %+v", mine)
	}
	if len(theirs.Items) != 0 {
		t.Errorf("another unit sees %+v", theirs)
	}
	var units struct {
		Items []struct{ Code, Parent string }
	}
	other.call("GET", "/api/v1/units", nil, http.StatusOK, &units)
	if len(units.Items) != 6 || units.Items[1].Parent != "HP" {
		t.Errorf("got %+v", units.Items)
	}
	var people struct {
		Items []struct{ Fields map[string]any }
	}
	other.call("GET", "/api/v1/registers/person/entries", nil, http.StatusOK, &people)
	for _, p := range people.Items {
		if _, shown := p.Fields["phone"]; shown {
			t.Error("a personal field is handed out in a list")
		}
	}
}

// The description is a promise: a change of it is seen in review.
func TestDescription(t *testing.T) {
	mux := http.NewServeMux()
	api.Register(mux, api.Config{})
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/api/openapi.json", nil))
	var got bytes.Buffer
	if err := json.Indent(&got, w.Body.Bytes(), "", "  "); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/openapi.json"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the description has changed (go test ./internal/doors/api -update): %s", diff)
	}
}
