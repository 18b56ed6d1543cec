package papers_test

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/papers"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/pack"
)

func party(name, address string) matter.Item {
	f := matter.Values{}.With("name", matter.OfText(name))
	if address != "" {
		f = f.With("address", matter.OfText(address))
	}
	return matter.Item{Fields: f}
}

// world is a site with one matter of the sample procedure.
type world struct {
	*apptest.Site
	papers *papers.Papers
	no     int64
}

func open(t *testing.T, s *apptest.Site) *world {
	t.Helper()
	done, err := s.Acts.Do(context.Background(), act.Request{Who: s.Actor("nyj03"), Procedure: "sample", Act: procedure.Act{
		Step: "open", Unit: s.Units["NYJ"].Entry, Roles: []matter.Role{{Unit: s.Units["SFJ"].Entry, Role: "superior", From: s.Acts.Today()}},
		Input: matter.Values{}.With("item", matter.OfText("种子经营")).With("parties", matter.OfList(party("甲公司", "一路1号"), party("乙合作社", ""))).
			With("assisting", matter.OfList(matter.Item{Value: matter.OfRef(s.Units["SFJ"])})),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &world{Site: s, papers: &papers.Papers{Acts: s.Acts}, no: done.Matter}
}

func (w *world) do(t *testing.T, login string, a procedure.Act) int64 {
	t.Helper()
	done, err := w.Do(login, w.no, a)
	if err != nil {
		t.Fatalf("%s: %v", a.Step, err)
	}
	return done.Seq
}

func (w *world) view(t *testing.T, login string) *act.View {
	t.Helper()
	v, err := w.Acts.View(context.Background(), w.Actor(login), w.no)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w *world) make(t *testing.T, login string, seq, at int64) *papers.Made {
	t.Helper()
	m, err := w.papers.Make(context.Background(), w.view(t, login), seq, at)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var decision = matter.Values{}.With("fee", matter.OfInt(12050)).With("basis", matter.OfText("符合条件")).With("kind", matter.OfText("new")).
	With("visits", matter.OfList(matter.Item{Fields: matter.Values{}.With("place", matter.OfText("仓库|北门")).With("day", matter.OfDate("2026-09-24"))}))

// TestPapers goes from the preview to the issued paper, its correction, and the sealed copy.
func TestPapers(t *testing.T) {
	apptest.EachOver(t, []fs.FS{apptest.Sample()}, func(t *testing.T, s *apptest.Site) {
		ctx := context.Background()
		w := open(t, s)

		t.Run("notice for each", func(t *testing.T) {
			if diff := cmp.Diff([]papers.Listed{
				{Step: "notify", Key: "p1", Title: "陈述意见告知书", Element: "甲公司"}, {Step: "notify", Key: "p2", Title: "陈述意见告知书", Element: "乙合作社"},
			}, w.papers.Coming(w.view(t, "nyj03"))); diff != "" {
				t.Error(diff)
			}
			seq := w.do(t, "nyj03", procedure.Act{Step: "notify", Key: "p2"})
			m := w.make(t, "nyj03", seq, 0)
			want := "陈述意见告知书\n乙合作社：\n种子经营一案，你（单位）可以在3个工作日内陈述意见。送达地址：〔缺申请人的住址或者住所〕。本机关至迟于2026年10月13日作出决定。\n衡平县农业农村局\n2026年9月23日\n"
			if diff := cmp.Diff(want, m.Text()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"申请人的住址或者住所"}, m.Missing); diff != "" {
				t.Error(diff)
			}
		})

		w.do(t, "nyj02", procedure.Act{Step: "review", Outcome: "pass", Input: matter.Values{}.With("opinion", matter.OfText("材料齐全"))})
		preview, err := w.papers.Preview(ctx, w.view(t, "nyj01"), papers.Sketch{Step: "decide", Outcome: "refuse", Unit: s.Units["NYJ"].Entry, Input: decision})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(preview.Missing, "编号") || !strings.Contains(preview.Text(), "决定不予，理由：符合条件。") {
			t.Errorf("preview misses %v:\n%s", preview.Missing, preview.Text())
		}
		if n := len(w.view(t, "nyj01").History); n != 3 {
			t.Errorf("%d records after a preview, want 3", n)
		}

		seq := w.do(t, "nyj01", procedure.Act{Step: "decide", Outcome: "grant", Input: decision})
		issued := w.make(t, "nyj01", seq, 0)
		want := `衡农许〔2026〕1号
行政许可决定书
甲公司、乙合作社：
申请人1：甲公司，住所一路1号
申请人2：乙合作社，住所〔缺申请人的住址或者住所〕
本机关于2026年9月23日收到种子经营的申请（新设，收件单位衡平县农业农村局），协助单位：衡平县司法局。
地点	日期
仓库|北门	2026年9月24日
决定准予，费用120.50元。
如不服本决定，可以依照《中华人民共和国行政复议法》第二十条的规定，自收到本决定书之日起六十日内向衡平县人民政府申请行政复议；也可以依照《中华人民共和国行政诉讼法》第四十六条的规定，自收到本决定书之日起六个月内直接向有管辖权的人民法院提起行政诉讼。
衡平县农业农村局
2026年9月23日
`
		if diff := cmp.Diff(want, issued.Text()); diff != "" {
			t.Error(diff)
		}
		if issued.Number != "衡农许〔2026〕1号" || issued.Def != w.view(t, "nyj01").Def.Digest || len(issued.Digest) != 64 {
			t.Errorf("issued as %+v", issued.Listed)
		}

		t.Run("later acts do not change it", func(t *testing.T) {
			s.Clock.Turn(t, "2026-09-24")
			fix := w.do(t, "tongchou", procedure.Act{Step: "correct", Record: seq, Reason: "费用录入有误", Input: matter.Values{}.With("fee", matter.OfInt(10000))})
			again := w.make(t, "nyj01", seq, 0)
			if again.Text() != issued.Text() || again.Digest != issued.Digest || again.Changed != fix {
				t.Errorf("made again: %s\n%+v", cmp.Diff(issued.Text(), again.Text()), again.Listed)
			}
			if right := w.make(t, "nyj01", seq, fix); !strings.Contains(right.Text(), "费用100元") || right.Digest == issued.Digest {
				t.Errorf("after the correction:\n%s", right.Text())
			}
		})

		t.Run("sealed copy", func(t *testing.T) {
			docx, err := issued.DOCX()
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				name string
				data []byte
			}{
				{"决定书.docx", docx}, {"改过的.txt", []byte(strings.Replace(docText(t, docx), "120.50", "12050", 1))},
				{"扫描件.png", []byte("\x89PNG\r\n\x1a\n")}, {"不是文档.docx", []byte("\x00\x01")},
			} {
				blob, err := s.Acts.Keep(ctx, c.name, c.data)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := w.papers.Attach(ctx, w.Actor("nyj03"), "", w.view(t, "nyj03"), issued, []matter.Blob{blob}); err != nil {
					t.Fatal(err)
				}
			}
			v := w.view(t, "nyj03")
			copies, err := w.papers.Copies(ctx, v, w.make(t, "nyj03", seq, 0))
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, c := range copies {
				said := "不能比较"
				if c.Compared {
					said = "一致"
				}
				for _, l := range c.Lines {
					if l.In != papers.InBoth {
						said += "\n" + l.In + " " + l.Text
					}
				}
				got[c.Blob.Name] = said
				if c.Of != issued.Digest {
					t.Errorf("%s is bound to %q", c.Blob.Name, c.Of)
				}
			}
			if diff := cmp.Diff(map[string]string{
				"决定书.docx": "一致", "改过的.txt": "一致\nreviewed 决定准予，费用120.50元。\ncopy 决定准予，费用12050元。", "扫描件.png": "不能比较", "不是文档.docx": "不能比较",
			}, got); diff != "" {
				t.Error(diff)
			}
			if listed := w.papers.Of(v); !listed[1].Sealed || listed[0].Sealed {
				t.Errorf("listed %+v", listed)
			}
			if _, err := w.papers.Attach(ctx, w.Actor("nyj03"), "", v, issued, nil); app.FaultOf(err).Kind != app.Invalid {
				t.Errorf("attached nothing: %v", err)
			}
		})

		t.Run("signing sheet", func(t *testing.T) {
			sheet := w.papers.Sheet(w.view(t, "nyj01"), w.make(t, "nyj01", seq, 0))
			if sheet.Drafted.Step != "告知" || sheet.Signed.Step != "决定" || !strings.Contains(sheet.Signed.Who, "梁一川") {
				t.Errorf("drafted %+v, signed %+v", sheet.Drafted, sheet.Signed)
			}
			if diff := cmp.Diff("审核 衡平县农业农村局 顾堃 同意。材料齐全", sheet.Opinions[0].Step+" "+sheet.Opinions[0].Who+" "+sheet.Opinions[0].Said); len(sheet.Opinions) != 1 || diff != "" {
				t.Errorf("%d opinions, %s", len(sheet.Opinions), diff)
			}
			if form := sheet.Form(); !form.Fits() {
				t.Error("the sheet does not fit on a page")
			}
			b, err := sheet.Form().DOCX()
			if err != nil || !strings.Contains(docText(t, b), issued.Digest) {
				t.Errorf("sheet as a document: %v", err)
			}
		})

		t.Run("who only looks on sees no paper", func(t *testing.T) {
			if _, err := w.papers.Make(ctx, w.view(t, "jiandu"), seq, 0); app.FaultOf(err).Kind != app.Denied {
				t.Errorf("made for the supervisor: %v", err)
			}
		})
		t.Run("no paper", func(t *testing.T) {
			v := w.view(t, "nyj01")
			for name, call := range map[string]func() error{
				"of an opening":       func() error { _, err := w.papers.Make(ctx, v, v.State.No, 0); return err },
				"before its record":   func() error { _, err := w.papers.Make(ctx, v, seq, v.State.No); return err },
				"of no step":          func() error { _, err := w.papers.Preview(ctx, v, papers.Sketch{Step: "fly"}); return err },
				"of a step without":   func() error { _, err := w.papers.Preview(ctx, v, papers.Sketch{Step: "review"}); return err },
				"as of before it was": func() error { _, err := w.papers.Make(ctx, v, seq, 1); return err },
			} {
				if err := call(); app.FaultOf(err).Kind != app.NotFound {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
		t.Run("erased by law", func(t *testing.T) {
			w.do(t, "nyj03", procedure.Act{Step: "erase", Record: w.no, Parts: []string{matter.PartPersonal}, Reason: "依申请清除"})
			m := w.make(t, "nyj01", seq, 0)
			if !m.Erased || strings.Contains(m.Text(), "甲公司") || !slices.Contains(m.Missing, "申请人") || m.Digest == issued.Digest {
				t.Errorf("erased %v, missing %v:\n%s", m.Erased, m.Missing, m.Text())
			}
			issued = m
		})
		t.Run("void", func(t *testing.T) {
			gone := w.do(t, "tongchou", procedure.Act{Step: "void", Record: seq, Reason: "重复"})
			if listed := w.papers.Of(w.view(t, "nyj01")); listed[1].Voided != gone {
				t.Errorf("listed %+v", listed)
			}
			if m := w.make(t, "nyj01", seq, 0); m.Text() != issued.Text() {
				t.Error("a voided paper reads differently")
			}
		})
	})
}

func docText(t *testing.T, b []byte) string {
	t.Helper()
	doc, err := docfile.Read("x.docx", b)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Text
}

// TestSamplePack proves the papers of the sample, and that whatever a mark may name has its value once the step is done.
func TestSamplePack(t *testing.T) {
	book, diags := rulebook.Load(pack.Files, apptest.Sample())
	if book == nil {
		t.Fatal(diags)
	}
	for _, d := range book.Check().Errors() {
		if strings.Contains(d.File, "sample") {
			t.Error(d)
		}
	}
}

func TestDifferences(t *testing.T) {
	for name, c := range map[string]struct {
		reviewed, copied string
		want             []papers.Line
	}{
		"same":         {"甲\n乙", "甲\n乙", nil},
		"white space":  {"甲 乙：1", "甲乙:１", nil},
		"one changed":  {"甲\n乙\n丙", "甲\n丁\n丙", []papers.Line{{Text: "甲", In: papers.InBoth}, {Text: "乙", In: papers.InReviewed}, {Text: "丁", In: papers.InCopy}, {Text: "丙", In: papers.InBoth}}},
		"added at end": {"甲", "甲\n乙", []papers.Line{{Text: "甲", In: papers.InBoth}, {Text: "乙", In: papers.InCopy}}},
		"taken away":   {"甲\n乙", "乙", []papers.Line{{Text: "甲", In: papers.InReviewed}, {Text: "乙", In: papers.InBoth}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, papers.Differences(strings.Split(c.reviewed, "\n"), strings.Split(c.copied, "\n"))); diff != "" {
				t.Error(diff)
			}
		})
	}
	long := slices.Repeat([]string{"行"}, 5_000)
	if d := papers.Differences(long, append([]string{"首"}, long...)); !slices.Contains(d, papers.Line{Text: "首", In: papers.InCopy}) {
		t.Error("a long text is not compared")
	}
}

// TestBroughtAndPaperOnly: what was made elsewhere is said to be, and what stays on paper makes none.
func TestBroughtAndPaperOnly(t *testing.T) {
	s := apptest.On(t, storetest.SQLite(), apptest.Sample())
	ctx := context.Background()
	open := func(a procedure.Act) *world {
		a.Step, a.Unit = "open", s.Units["NYJ"].Entry
		done, err := s.Acts.Do(ctx, act.Request{Who: s.Actor("nyj03"), Procedure: "sample", Act: a})
		if err != nil {
			t.Fatal(err)
		}
		return &world{Site: s, papers: &papers.Papers{Acts: s.Acts}, no: done.Matter}
	}
	brought := open(procedure.Act{
		Origin: "imported", Legal: "2026-03-02", Reason: "期初导入",
		Input: matter.Values{}.With("item", matter.OfText("种子经营")).With("parties", matter.OfList(party("甲公司", "一路1号"))),
	})
	seq := brought.do(t, "nyj01", procedure.Act{Step: "decide", Legal: "2026-03-05", Origin: "imported", Outcome: "grant", Input: decision, Number: "衡农许〔2026〕9号"})
	listed := brought.papers.Of(brought.view(t, "nyj01"))
	if len(listed) != 1 || !listed[0].Brought {
		t.Errorf("listed %+v", listed)
	}
	if m := brought.make(t, "nyj01", seq, 0); !strings.Contains(m.Text(), "衡农许〔2026〕9号") || !strings.HasSuffix(m.Text(), "2026年3月5日\n") {
		t.Errorf("made as\n%s", m.Text())
	}

	kept := open(procedure.Act{PaperOnly: true})
	v := kept.view(t, "nyj03")
	if n := len(kept.papers.Of(v)) + len(kept.papers.Coming(v)); n != 0 {
		t.Errorf("%d papers of a matter that stays on paper", n)
	}
	if _, err := kept.papers.Preview(ctx, v, papers.Sketch{Step: "decide"}); app.FaultOf(err).Kind != app.Refused {
		t.Errorf("previewed: %v", err)
	}
}
