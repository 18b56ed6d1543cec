package dispatch_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

var (
	take  = procedure.Act{Step: "take"}
	agree = procedure.Act{Step: "agree"}
)

func inspectors(t *testing.T) []byte {
	t.Helper()
	b, err := sheet.XLSX(sheet.Table{Name: "清单", Columns: []sheet.Column{{Title: "序号"}, {Title: "检查内容"}, {Title: "责任单位"}}, Rows: func(yield func([]any) bool) {
		_ = yield([]any{"1", "是否编制权责清单", "县农业农村局"}) && yield([]any{"2", "是否开展案卷评查", ""}) && yield([]any{"3", "是否制定地方性法规", ""})
	}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadListOfInspectors(t *testing.T) {
	cases := map[string]struct {
		name string
		body []byte
		want []dispatch.Listed
	}{
		"table": {"清单.xlsx", inspectors(t), []dispatch.Listed{{Text: "是否编制权责清单", Unit: "县农业农村局"}, {Text: "是否开展案卷评查"}, {Text: "是否制定地方性法规"}}},
		"lines": {"清单.txt", []byte("1\n\n1.是否制定年度计划\n2.是否公示\n"), []dispatch.Listed{{Text: "1.是否制定年度计划"}, {Text: "2.是否公示"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := dispatch.ReadList(c.name, c.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for name, body := range map[string]string{"清单.txt": "1\n2\n", "清单.docx": "PK\x03\x04broken", "清单.xlsx": "PK\x03\x04broken"} {
		if _, err := dispatch.ReadList(name, []byte(body)); err == nil || app.FaultOf(err).Kind != app.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadList(f *testing.F) {
	f.Add("a.csv", []byte("检查内容,单位\n是否公示,县司法局\n"))
	f.Add("a.txt", []byte("1.是否公示\n"))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		got, err := dispatch.ReadList(name, body)
		if err == nil && (len(got) == 0 || len(got) > 500) {
			t.Errorf("%d items and no error", len(got))
		}
		for _, l := range got {
			if strings.TrimSpace(l.Text) == "" || strings.ContainsAny(l.Text, "\n") {
				t.Errorf("an item without words or of two lines: %q", l.Text)
			}
		}
	})
}

func TestBinderFromListToZIP(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		o := officeOf(s)
		no := o.Task("NYJ", "编制并公布权责清单", "2026-12-31")
		o.Task("SCJ", "电梯安全检查", "2026-12-31")
		_, err := o.Do("nyj02", no, take)
		o.must(err)
		done, err := o.Do("nyj02", no, procedure.Act{
			Step: "report", Input: matter.Values{}.With("progress", matter.OfText("已公布")), Files: []matter.Attached{o.file("evidence", "权责清单.pdf")},
		})
		o.must(err)
		items, err := dispatch.ReadList("清单.xlsx", inspectors(t))
		o.must(err)
		made := dispatch.NewBinder{Request: "b1", Title: "省督察组检查", From: "省督察组", Day: "2026-10-20", Items: items}
		key, err := o.d.MakeBinder(o.ctx(), o.Actor("tongchou"), made)
		o.must(err)
		if again, err := o.d.MakeBinder(o.ctx(), o.Actor("tongchou"), made); err != nil || again != key {
			t.Fatalf("pressed again: %d, %v", again, err)
		}
		b := o.binder(key)
		if len(b.Items) != 3 || b.Gaps() != 3 {
			t.Fatalf("%d items, %d gaps", len(b.Items), b.Gaps())
		}
		offers, err := o.d.Offers(o.ctx(), o.Scope("tongchou"), b, "")
		o.must(err)
		if got := offers[b.Items[0].Entry]; len(got) != 1 || got[0].Matter != no || got[0].Files != 1 {
			t.Errorf("offered unasked: %+v", got)
		}
		o.Index()
		offers, err = o.d.Offers(o.ctx(), o.Scope("tongchou"), b, "权责清单")
		o.must(err)
		found := offers[b.Items[1].Entry]
		if len(found) != 2 || found[1].Name != "权责清单.pdf" || found[1].Record != done.Seq {
			t.Fatalf("found by name: %+v", found)
		}
		o.must(o.d.Fill(o.ctx(), o.Actor("tongchou"), o.Scope("tongchou"), b, b.Items[0].Entry, []string{found[1].ID()}, ""))
		o.must(o.d.NotConcerned(o.ctx(), o.Actor("tongchou"), b, b.Items[2].Entry, "县级没有立法权", ""))
		if err := o.d.Fill(o.ctx(), o.Actor("scj02"), o.Scope("scj02"), b, b.Items[1].Entry, []string{found[0].ID()}, ""); o.kind(err) != app.NotFound {
			t.Errorf("put what one does not see into a binder: %v", err)
		}
		if _, err := o.d.Binder(o.ctx(), o.Scope("scj02"), key); o.kind(err) != app.NotFound {
			t.Error("another unit sees the binder")
		}
		b = o.binder(key)
		if b.Gaps() != 1 {
			t.Errorf("%d gaps left, want 1", b.Gaps())
		}
		o.looks(b, done.Seq)
	})
}

func (o *office) binder(no int64) *dispatch.Binder {
	o.T.Helper()
	b, err := o.d.Binder(o.ctx(), o.Scope("tongchou"), no)
	o.must(err)
	return b
}

// looks opens the packed binder.
func (o *office) looks(b *dispatch.Binder, seq int64) {
	t := o.T
	t.Helper()
	packed, err := o.d.Pack(o.ctx(), o.Scope("tongchou"), b)
	o.must(err)
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	o.must(err)
	var names []string
	body := map[string][]byte{}
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		o.must(err)
		body[f.Name], err = io.ReadAll(r)
		o.must(err)
	}
	file := "001 是否编制权责清单/" + strconv.FormatInt(seq, 10) + "_权责清单.pdf"
	if diff := cmp.Diff([]string{"目录.docx", "目录.xlsx", "002 是否开展案卷评查/", file}, names); diff != "" {
		t.Error(diff)
	}
	if string(body[file]) != "权责清单.pdf" {
		t.Errorf("the file in the binder is %q", body[file])
	}
	sheets, err := sheet.Read("目录.xlsx", body["目录.xlsx"])
	o.must(err)
	rows := sheets[0].Rows
	if len(rows) != 4 || rows[1][5] != strconv.FormatInt(seq, 10) || len(rows[1][6]) != 64 || rows[2][2] != "缺项" || rows[3][2] != "不涉及：县级没有立法权" {
		t.Errorf("index: %q", rows)
	}
}
