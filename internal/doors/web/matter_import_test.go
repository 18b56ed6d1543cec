package web_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/matter"
)

const petitions = "/lines/petitions"

// TestMatterImport brings petitions in from the list of their line: every wrong cell first, then the rows, then what a later
// file says otherwise; where another system leads, the page of a matter says so and has no forms.
func TestMatterImport(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	s.Enter(act.RegisterMode, "petition", "2026-01-01", matter.Values{}.With("name", matter.OfText("信访")).
		With("mode", matter.OfText(act.Elsewhere)).With("system", matter.OfText("省信访信息系统")))
	at(t, server, s, "nyj03").get(petitions+"/import/petition", 403)
	d := at(t, server, s, "tongchou")
	_, body := d.get(petitions+"?procedure=petition", 200)
	has(t, body, "导入")
	if strings.Contains(body, "新办信访") {
		t.Error("what another system leads is offered to be opened here")
	}
	if _, xlsx := d.get(petitions+"/import/petition/template.xlsx", 200); !strings.HasPrefix(xlsx, "PK") {
		t.Error("the template is no workbook")
	}
	const header = "编号,主办单位,收到信访事项,事项概述,信访形式,登记,受理\n"
	_, body = d.upload(petitions+"/import/petition", "file", "信访.csv", []byte(header+"省信1,县农牧委,2026-03-02,反映补贴发放,书信,,\n"), 422)
	has(t, body, "1 处错误", "单位名录中没有“县农牧委”", "自 2026-01-01 起由省信访信息系统主办")
	_, body = d.upload(petitions+"/import/petition", "file", "信访.csv", []byte(header+"省信1,县司法局,2026-03-02,反映补贴发放,书信,2026-03-03,2026-03-09\n"), 200)
	has(t, body, "没有发现错误。", "导入 1 件")
	form := url.Values{}
	for _, m := range regexp.MustCompile(`name="(hash|name|map)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	_, body = d.post(petitions+"/import/petition/confirm", form, 200)
	has(t, body, "已经导入：新开 1 件，有进展 0 件。", "反映补贴发放")
	no := regexp.MustCompile(`href="(/matters/\d+)"[^>]*>反映补贴发放`).FindStringSubmatch(body)
	if no == nil {
		t.Fatal("the matter is not in the list")
	}
	_, body = d.get(no[1], 200)
	has(t, body, "这件事项由省信访信息系统主办（自 2026-01-01 起）", "最近一次导入：2026-09-23", "“受理”：“转送、交办、告知”还没有办理", "已办 3 步")
	if strings.Contains(body, no[1]+"/steps/dispose") || strings.Contains(body, "现在可办") {
		t.Error("the matter has forms")
	}
	_, body = d.upload(petitions+"/import/petition", "file", "四月.csv", []byte(header+"省信1,县司法局,2026-03-02,反映补贴发放,书信,2026-03-04,2026-03-09\n"), 200)
	has(t, body, "与已经登记的不一致", "“登记”：已经登记的是 2026-03-03，本表是 2026-03-04。", "1 件没有变化")
}
