package act_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// kind is the kind of fault an error is, or -1 for none.
func kind(err error) int {
	if err == nil {
		return -1
	}
	return int(app.FaultOf(err).Kind)
}

func report(words string) procedure.Act {
	return procedure.Act{Step: "report", Input: matter.Values{}.With("progress", matter.OfText(words))}
}

func TestFaults(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		no := s.Task("NYJ", "规范农业行政处罚", "2026-10-31")
		tests := map[string]struct {
			who  string
			act  procedure.Act
			seen int64
			want app.Kind
			says string
		}{
			"not yet taken":          {"nyj03", report("已开展"), 0, app.Refused, "条件"},
			"another unit":           {"scj03", procedure.Act{Step: "take"}, 0, app.NotFound, "不在可以查看的范围"},
			"an administrator":       {"xitong", procedure.Act{Step: "take"}, 0, app.Denied, "三员分立"},
			"somebody was first":     {"nyj03", procedure.Act{Step: "take"}, 99, app.Conflict, "何砚秋"},
			"no such step":           {"nyj03", procedure.Act{Step: "nothing"}, 0, app.Invalid, "环节"},
			"a date in the future":   {"nyj03", procedure.Act{Step: "take", Legal: "2027-01-01"}, 0, app.Invalid, "晚于今天"},
			"the doer does not rule": {"nyj03", procedure.Act{Step: "accept"}, 0, app.Refused, "条件"},
		}
		for name, tc := range tests {
			t.Run(name, func(t *testing.T) {
				_, err := s.Acts.Do(t.Context(), act.Request{Who: s.Actor(tc.who), Matter: no, Seen: tc.seen, Act: tc.act})
				if kind(err) != int(tc.want) || !strings.Contains(app.FaultOf(err).Say, tc.says) {
					t.Errorf("got %v", err)
				}
			})
		}
		v, err := s.Acts.View(t.Context(), s.Actor("nyj03"), no)
		if err != nil {
			t.Fatal(err)
		}
		if v.State.Version != 1 {
			t.Errorf("a refused act left a record: version %d", v.State.Version)
		}
	})
}

func TestOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		no := s.Task("NYJ", "规范农业行政处罚", "2026-10-31")
		r := act.Request{ID: "0198a000-0000-7000-8000-00000000000a", Who: s.Actor("nyj03"), Matter: no, Act: procedure.Act{Step: "take"}}
		first, err := s.Acts.Do(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Acts.Do(t.Context(), r)
		if err != nil || !again.Repeated || again.Seq != first.Seq || again.Digest != first.Digest || again.Matter != no {
			t.Errorf("the repeat gave %+v, %v; first %+v", again, err, first)
		}
	})
}

// Many people report on one task at once: every report is kept, none twice, and the sum is right.
func TestTogether(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		who := s.Actor("tongchou")
		row := matter.Item{Fields: matter.Values{}.With("text", matter.OfText("评查案卷")).With("op", matter.OfText("ge")).With("value", matter.OfInt(9))}
		opened, err := s.Acts.Do(t.Context(), act.Request{Who: who, Procedure: "task", Act: procedure.Act{
			Step: "open", Unit: s.Units["NYJ"].Entry, Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: s.Acts.Today()}},
			Input: matter.Values{}.With("title", matter.OfText("案卷评查")).With("due", matter.OfDate("2026-10-31")).With("targets", matter.OfList(row)),
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Do("nyj03", opened.Matter, procedure.Act{Step: "take"}); err != nil {
			t.Fatal(err)
		}
		const people = 12
		hand := s.Actor("nyj03")
		kept, lost := 0, 0
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range people {
			wg.Go(func() {
				a := report("评查一卷")
				a.Input = a.Input.With("targets", matter.OfList(matter.Item{ID: "p1", Fields: matter.Values{}.With("reached", matter.OfInt(1))}))
				_, err := s.Acts.Do(context.Background(), act.Request{Who: hand, Matter: opened.Matter, Act: a})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					kept++
				case kind(err) == int(app.Conflict):
					lost++ // told who was first; nothing was saved
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		v, err := s.Acts.View(t.Context(), hand, opened.Matter)
		if err != nil {
			t.Fatal(err)
		}
		targets, _ := v.State.Get("targets")
		if got := targets.Items[0].Fields.Int("reached"); got != int64(kept) || kept == 0 || kept+lost != people {
			t.Errorf("kept %d, lost %d, sum %d", kept, lost, got)
		}
	})
}

func TestEntries(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		who := access.Actor{System: true}
		name := matter.Values{}.With("name", matter.OfText("行政执法部门"))
		group := act.Entry{Who: who, Register: act.RegisterGroup, Key: "g1", Fields: name.With("members", matter.OfList(matter.Item{ID: "p1", Value: matter.OfRef(s.Units["SCJ"])}))}
		done, err := s.Acts.PutEntry(t.Context(), group)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Acts.PutEntry(t.Context(), group); kind(err) != int(app.Conflict) {
			t.Errorf("the same key twice: %v", err)
		}
		wrong := group
		wrong.Key, wrong.Fields = "g2", matter.Values{}
		if _, err := s.Acts.PutEntry(t.Context(), wrong); kind(err) != int(app.Invalid) {
			t.Errorf("an entry without its fields: %v", err)
		}
		stale := act.Entry{Who: who, Register: act.RegisterGroup, Key: "g1", No: done.Matter, Seen: 7, Fields: group.Fields}
		if _, err := s.Acts.PutEntry(t.Context(), stale); kind(err) != int(app.Conflict) {
			t.Errorf("a version nobody has: %v", err)
		}
		err = s.Acts.Amend(t.Context(), act.Amendment{Who: who, Entry: done.Matter, Change: func(f matter.Values) matter.Values {
			return f.With("aliases", matter.OfList(matter.Item{ID: "p1", Value: matter.OfText("各执法部门")}))
		}})
		if err != nil {
			t.Fatal(err)
		}
		if g, ok := s.Site().Tree().Group("各执法部门"); !ok || len(g.Members) != 1 {
			t.Error("the amended group is not found by its alias at once")
		}
	})
}

// A right that ends, ends at once: the next act of the same person finds it gone.
func TestRevoked(t *testing.T) {
	s := apptest.New(t)
	no := s.Task("NYJ", "规范农业行政处罚", "2026-10-31")
	who := s.Actor("nyj03")
	if _, err := s.Acts.Do(t.Context(), act.Request{Who: who, Matter: no, Act: procedure.Act{Step: "take"}}); err != nil {
		t.Fatal(err)
	}
	err := s.Acts.Amend(t.Context(), act.Amendment{
		Who: access.Actor{System: true}, Entry: who.Post.No, From: "2020-01-01", To: apptest.Today, Reason: "调离",
		Change: func(f matter.Values) matter.Values { return f },
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Acts.Do(t.Context(), act.Request{Who: who, Matter: no, Act: report("已开展")}); err == nil {
		t.Error("a post that has ended still acts")
	}
}

func TestAdmit(t *testing.T) {
	s := apptest.New(t)
	tests := map[string]struct {
		name, body string
		want       int
	}{
		"a note":             {"说明.txt", "工作情况说明\n已经完成。", -1},
		"a photo":            {"现场.jpg", "\xff\xd8\xff\xe0photo", -1},
		"nothing":            {"空.txt", "", int(app.Invalid)},
		"a secret":           {"通知.txt", "机密★1年\n\n关于某事项的通知\n正文。", int(app.Invalid)},
		"a secret in a name": {"方案（秘密级）.jpg", "\xff\xd8\xff\xe0photo", int(app.Invalid)},
		"a word, not a mark": {"总结.txt", "工作总结\n开展保守国家秘密宣传教育三次。", -1},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			blob, err := s.Acts.Admit(t.Context(), tc.name, []byte(tc.body))
			if kind(err) != tc.want {
				t.Fatalf("got %v", err)
			}
			if err != nil {
				if strings.Contains(tc.name+tc.body, "密") && !strings.Contains(app.FaultOf(err).Say, "保守国家秘密法") {
					t.Errorf("no article in %v", err)
				}
				return
			}
			got, err := s.Acts.Blob(t.Context(), blob.Hash)
			if err != nil || string(got) != tc.body {
				t.Errorf("kept %q, %v", got, err)
			}
		})
	}
}

// Rules stay what they were: a database opened again with the same pack loads nothing twice.
func TestLoad(t *testing.T) {
	s := apptest.New(t)
	if err := s.Acts.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	no := s.Task("NYJ", "规范农业行政处罚", "2026-10-31")
	if err := s.Acts.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	next := s.Task("NYJ", "规范许可", "2026-10-31")
	if next != no+1 {
		t.Errorf("loading the same pack again made a record: %d after %d", next, no)
	}
	v, err := s.Acts.View(t.Context(), s.Actor("nyj03"), no)
	if err != nil || v.Def.Step("open") == nil || v.Def.Step("open").Title == "open" {
		t.Errorf("the definition lost its words: %v", err)
	}
}

func TestClosed(t *testing.T) {
	s := apptest.New(t)
	no := s.Task("NYJ", "规范农业行政处罚", "2026-10-31")
	if err := s.Acts.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	_, err := s.Do("nyj03", no, procedure.Act{Step: "take"})
	if f := app.FaultOf(err); err == nil || f.Kind != app.Internal || !strings.Contains(f.Say, "没有保存") {
		t.Errorf("got %v", err)
	}
	var fault *app.Fault
	if !errors.As(err, &fault) {
		t.Error("the person gets no sentence")
	}
}
