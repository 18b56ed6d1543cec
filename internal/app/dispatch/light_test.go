package dispatch_test

import (
	"testing"

	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// TestLight judges matters by the limit that runs out first where no limit is their own.
func TestLight(t *testing.T) {
	late := procedure.LimitView{ID: "decide", Title: "作出处罚决定", Due: "2026-09-20", State: procedure.Overdue}
	hours := procedure.LimitView{ID: "transfer", Title: "向公安机关移送", Due: "2026-09-24T16:30+08:00", State: procedure.DueSoon}
	far := procedure.LimitView{ID: "publish", Title: "公开", Due: "2026-12-01", State: procedure.Running}
	met := procedure.LimitView{ID: "serve", Title: "送达", Due: "2026-09-01", State: procedure.Met}
	cases := map[string]struct {
		state  matter.State
		limits []procedure.LimitView
		want   dispatch.Task
		words  string
	}{
		"a case that is late":     {matter.State{Procedure: "penalty", Open: true}, []procedure.LimitView{met, far, late}, dispatch.Task{Light: dispatch.Red, Due: "2026-09-20", Limit: "作出处罚决定", Days: -3}, "逾期 3 天"},
		"a limit in hours":        {matter.State{Procedure: "transfer", Open: true}, []procedure.LimitView{far, hours}, dispatch.Task{Light: dispatch.Yellow, Due: "2026-09-24", Limit: "向公安机关移送", Days: 1}, "剩 1 天"},
		"far away":                {matter.State{Procedure: "penalty", Open: true}, []procedure.LimitView{far}, dispatch.Task{Light: dispatch.Green, Due: "2026-12-01", Limit: "公开", Days: 69}, "剩 69 天"},
		"nothing runs":            {matter.State{Procedure: "penalty", Open: true}, []procedure.LimitView{met}, dispatch.Task{Light: dispatch.Waiting}, "未定期限"},
		"closed":                  {matter.State{Procedure: "penalty"}, []procedure.LimitView{late}, dispatch.Task{Light: dispatch.Done, Due: "2026-09-20", Limit: "作出处罚决定", Days: -3}, "已办结"},
		"a task nobody has taken": {matter.State{Procedure: "task", Open: true}, nil, dispatch.Task{Light: dispatch.Waiting}, "未定期限"},
	}
	for name, c := range cases {
		got := dispatch.TaskOf(&c.state, c.limits, "2026-09-23")
		if got.Light != c.want.Light || got.Due != c.want.Due || got.Limit != c.want.Limit || got.Days != c.want.Days || got.Words() != c.words {
			t.Errorf("%s: %+v, %s", name, got, got.Words())
		}
	}
}
