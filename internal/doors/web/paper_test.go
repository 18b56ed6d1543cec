package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store/storetest"
)

// TestPaperPages goes from the form through the preview to the issued paper, its sheet and its sealed copy.
func TestPaperPages(t *testing.T) {
	s := apptest.On(t, storetest.SQLite(), apptest.Sample())
	party := matter.Item{Fields: matter.Values{}.With("name", matter.OfText("甲<公司>")).With("address", matter.OfText("一路1号"))}
	done, err := s.Acts.Do(context.Background(), act.Request{Who: s.Actor("nyj03"), Procedure: "sample", Act: procedure.Act{
		Step: "open", Unit: s.Units["NYJ"].Entry,
		Input: matter.Values{}.With("item", matter.OfText("种子经营")).With("parties", matter.OfList(party)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	no := done.Matter
	if _, err := s.Do("nyj02", no, procedure.Act{Step: "review", Outcome: "pass", Input: matter.Values{}.With("opinion", matter.OfText("材料齐全"))}); err != nil {
		t.Fatal(err)
	}
	server := pages(t, s)
	head, clerk := at(t, server, s, "nyj01"), at(t, server, s, "nyj03")

	matterPage := "/matters/" + path(no)
	_, body := head.get(matterPage, 200)
	has(t, body, "文书 1", "行政许可决定书 尚未制作", "预览")
	_, body = head.get(link(t, body, "预览"), 200)
	has(t, body, "这是预览，没有保存。", "还缺", "〔缺编号〕", "甲<公司>")

	_, body = head.get(link(t, body, "发文稿纸"), 200)
	has(t, body, "发 文 稿 纸", "审核同意。材料齐全", "拟稿")
	lacks(t, body, "梁一川 2026")

	filled := url.Values{"f.fee": {"120.50"}, "f.basis": {"符合条件"}, "f.kind": {"new"}, "outcome": {"grant"}}
	_, page := head.get(matterPage, 200)
	_, body = head.press(page, "预览文书", filled, 200)
	has(t, body, "这是预览，没有保存。", "决定准予，费用120.50元。", "自收到本决定书之日起六十日内向衡平县人民政府申请行政复议")
	_, page = head.get(matterPage, 200)
	has(t, page, "尚未制作")
	_, body = head.press(page, "决定", filled, 200)
	has(t, body, "“决定”已经记录。", "行政许可决定书衡农许〔2026〕1号2026-09-23 打开 · 下载 DOCX · 发文稿纸")

	paperPage := link(t, body, "打开")
	_, body = clerk.get(paperPage, 200)
	has(t, body, "行政许可决定书", "申请人1：甲<公司>，住所一路1号", "存证编号", "文本校验值", "还没有盖章件。")
	lacks(t, body, "还缺")
	res, docx := clerk.get(paperPage+"/file", 200)
	doc, err := docfile.Read("x.docx", []byte(docx))
	if err != nil || !strings.Contains(doc.Text, "费用120.50元") || !strings.Contains(res.Header.Get("Content-Disposition"), url.PathEscape("行政许可决定书")) {
		t.Errorf("download: %v, %v\n%s", err, res.Header, doc.Text)
	}
	_, body = clerk.get(paperPage+"/sheet", 200)
	has(t, body, "发 文 稿 纸", "签发", "梁一川", "审核", "同意。材料齐全", "顾堃", "拟稿", "沈喆")
	if _, docx = clerk.get(paperPage+"/sheet/file", 200); !strings.HasPrefix(docx, "PK") {
		t.Error("the sheet is no document")
	}

	_, body = clerk.post(paperPage+"/copy", url.Values{}, 422)
	has(t, body, "请选择盖章件")
	_, body = clerk.upload(paperPage+"/copy", "file.copy", "定稿.txt", []byte(strings.Replace(doc.Text, "120.50", "12050", 1)), 200)
	has(t, body, "盖章件已经留存。", "与审定的文本不一致", "审定文本决定准予，费用120.50元。", "盖章件决定准予，费用12050元。")
	_, body = clerk.upload(paperPage+"/copy", "file.copy", "秘密★文件.txt", []byte("秘密★1年\n甲"), 422)
	has(t, body, "涉密")
	_, body = clerk.get(matterPage, 200)
	has(t, body, "已有盖章件", "定稿.txt盖章件")

	_, body = at(t, server, s, "jiandu").get(matterPage, 200)
	has(t, body, "行政许可决定书 已有盖章件")
	lacks(t, body, "下载 DOCX")
	at(t, server, s, "jiandu").get(paperPage, 403)
	at(t, server, s, "scj03").get(paperPage, 404)
	head.get(matterPage+"/papers/1", 404)
	head.get(matterPage+"/steps/review/paper", 404)
}
