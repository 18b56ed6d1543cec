package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zhunsheng/internal/app"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Unit is a unit as of a day.
type Unit struct {
	No        int64    `json:"no"`
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Short     string   `json:"short,omitempty"`
	Sign      string   `json:"sign,omitempty" doc:"机关代字"`
	Kind      string   `json:"kind,omitempty"`
	Standing  string   `json:"standing" enum:"supervised,invited,partner"`
	Parent    string   `json:"parent,omitempty" doc:"上级单位的编码"`
	Region    string   `json:"region,omitempty"`
	Aliases   []string `json:"aliases,omitempty"`
	From      string   `json:"from"`
	To        string   `json:"to,omitempty"`
	Successor string   `json:"successor,omitempty" doc:"承继单位的编码"`
}

type unitsIn struct {
	Auth
	On string `query:"on" doc:"哪一天的名录，默认今天" format:"date"`
}

type unitsOut struct {
	Body struct {
		Items []Unit `json:"items"`
	}
}

func (s *server) units(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "units", Method: http.MethodGet, Path: "/api/v1/units", Summary: "单位名录", Security: secured},
		func(ctx context.Context, in *unitsIn) (*unitsOut, error) {
			c, err := s.caller(ctx, in.Auth)
			if err != nil {
				return nil, err
			}
			day := in.On
			if day == "" {
				day = c.today
			}
			tree, err := c.site.TreeAt(day)
			if err != nil {
				return nil, s.problem(err)
			}
			out := &unitsOut{}
			out.Body.Items = []Unit{}
			code := func(no int64) string { u, _ := tree.Get(no); return u.Code }
			for _, u := range tree.All() {
				out.Body.Items = append(out.Body.Items, Unit{
					No: u.No, Code: u.Code, Name: u.Name, Short: u.Short, Sign: u.Sign, Kind: u.Kind, Standing: u.Standing, Parent: code(u.Parent),
					Region: u.Region, Aliases: u.Aliases, From: u.From, To: u.To, Successor: code(u.Successor),
				})
			}
			return out, nil
		})
}

// Plan is a plan that was dispatched.
type Plan struct {
	No     int64  `json:"no"`
	Title  string `json:"title"`
	Number string `json:"number,omitempty"`
	Issuer string `json:"issuer,omitempty"`
	Issued string `json:"issued,omitempty"`
	Year   int    `json:"year"`
	Tasks  struct {
		Done    int `json:"done"`
		Green   int `json:"green"`
		Yellow  int `json:"yellow"`
		Red     int `json:"red"`
		Waiting int `json:"waiting"`
	} `json:"tasks" doc:"调用者可以看到的任务，按灯色"`
}

type plansIn struct{ Auth }

type plansOut struct {
	Body struct {
		Items []Plan `json:"items"`
	}
}

func (s *server) plans(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "plans", Method: http.MethodGet, Path: "/api/v1/plans", Summary: "年度计划", Security: secured},
		func(ctx context.Context, in *plansIn) (*plansOut, error) {
			c, err := s.caller(ctx, in.Auth)
			if err != nil {
				return nil, err
			}
			plans, err := s.Dispatch.Plans(ctx)
			if err != nil {
				return nil, s.problem(err)
			}
			out := &plansOut{}
			out.Body.Items = []Plan{}
			for _, p := range plans {
				tasks, err := s.Dispatch.Tasks(ctx, c.scope, p)
				if err != nil {
					return nil, s.problem(err)
				}
				item := Plan{No: p.No, Title: p.Title, Number: p.Number, Issuer: p.Issuer, Issued: p.Issued, Year: p.Year}
				t := tallyOf(tasks)
				item.Tasks.Done, item.Tasks.Green, item.Tasks.Yellow, item.Tasks.Red, item.Tasks.Waiting = t.Done, t.Green, t.Yellow, t.Red, t.Waiting
				out.Body.Items = append(out.Body.Items, item)
			}
			return out, nil
		})
}

// Entry is a version of an entry of a register.
type Entry struct {
	No      int64  `json:"no"`
	Key     string `json:"key"`
	Version int64  `json:"version"`
	From    string `json:"from"`
	To      string `json:"to,omitempty"`
	Record  int64  `json:"record" doc:"使它为人所知的存证编号"`
	Fields  Values `json:"fields"`
}

type entriesIn struct {
	Auth
	ID string `path:"id" doc:"名录"`
	On string `query:"on" doc:"哪一天有效的条目，默认今天" format:"date"`
}

type entriesOut struct {
	Body struct {
		Items []Entry `json:"items"`
	}
}

// shared are the registers every member of staff may read whole: entries have no reach. What a register tells of single
// matters or of who exported what (binders, reports, audit) has pages of its own, which ask for more.
var shared = map[string]bool{
	"unit": true, "unit_group": true, "person": true, "post": true, "officer": true, "parameter": true, "plan": true,
}

func (s *server) registers(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "entries", Method: http.MethodGet, Path: "/api/v1/registers/{id}/entries", Summary: "名录的条目", Security: secured},
		func(ctx context.Context, in *entriesIn) (*entriesOut, error) {
			c, err := s.caller(ctx, in.Auth)
			if err != nil {
				return nil, err
			}
			def, ok := s.Acts.Book().Register(in.ID)
			if !ok {
				return nil, s.problem(app.Faultf(app.NotFound, "没有名为“%s”的名录。", in.ID))
			}
			if !shared[in.ID] {
				return nil, s.problem(app.Faultf(app.Denied, "名录“%s”不对全体工作人员开放。", def.Title))
			}
			day := in.On
			if day == "" {
				day = c.today
			}
			out := &entriesOut{}
			out.Body.Items = []Entry{}
			err = s.Acts.DB.Read(ctx, func(tx *store.Tx) error {
				all, err := read.Register(ctx, tx, in.ID)
				for _, e := range all {
					if v, ok := e.AsOf(day, 0); ok {
						open, _, _ := def.Split(v.Fields) // names and words that are personal or sealed are not handed out in lists
						out.Body.Items = append(out.Body.Items, Entry{No: e.No, Key: e.Key, Version: v.Version, From: v.From, To: v.To, Record: v.Seq, Fields: valuesOf(open)})
					}
				}
				return err
			})
			if errors.Is(err, read.ErrNone) {
				err = nil
			}
			if err != nil {
				return nil, s.problem(err)
			}
			return out, nil
		})
}
