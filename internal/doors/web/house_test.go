package web_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/doors/web"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/proof/ledger"
)

// desk is a person at a browser.
type desk struct {
	t      *testing.T
	server *httptest.Server
	client *http.Client
}

// pages serves the site.
func pages(t *testing.T, s *apptest.Site) *httptest.Server {
	t.Helper()
	h, err := web.New(web.Config{Acts: s.Acts, Dispatch: &dispatch.Dispatch{Acts: s.Acts}, Accounts: s.Accounts, House: s.House, Key: s.Key()})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

// at signs a person in.
func at(t *testing.T, server *httptest.Server, s *apptest.Site, login string) *desk {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t, server, &http.Client{Jar: jar}}
	d.post("/signin", url.Values{"u": {login}, "p": {s.Account(login)}, "next": {"/account/password"}}, http.StatusOK)
	return d
}

// landed is where a request led to.
type landed struct {
	Path   string
	Header http.Header
}

// get opens a page and wants a status.
func (d *desk) get(path string, want int) (landed, string) {
	d.t.Helper()
	res, err := d.client.Get(d.server.URL + path)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.read(res, path, want)
}

// post sends a form and wants the status of the page it leads to.
func (d *desk) post(path string, form url.Values, want int) (landed, string) {
	d.t.Helper()
	res, err := d.client.PostForm(d.server.URL+path, form)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.read(res, path, want)
}

// upload sends a form with a file.
func (d *desk) upload(path, field, name string, b []byte, want int) (landed, string) {
	d.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		d.t.Fatal(err)
	}
	_, _ = part.Write(b) // into memory
	if err := m.Close(); err != nil {
		d.t.Fatal(err)
	}
	res, err := d.client.Post(d.server.URL+path, m.FormDataContentType(), &body)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.read(res, path, want)
}

func (d *desk) read(res *http.Response, path string, want int) (landed, string) {
	d.t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if res.StatusCode != want {
		d.t.Fatalf("%s: status %d, want %d\n%s", path, res.StatusCode, want, said(d.t, string(b)))
	}
	return landed{res.Request.URL.Path, res.Header}, string(b)
}

// said is the text of a page's main part.
func said(t *testing.T, body string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(doc.Find("main").Text()), " ")
}

// has wants words in a page.
func has(t *testing.T, body string, all ...string) {
	t.Helper()
	text := said(t, body)
	for _, words := range all {
		if !strings.Contains(text, words) {
			t.Errorf("the page does not say %q:\n%s", words, text)
		}
	}
}

// lacks wants words not to be in a page.
func lacks(t *testing.T, body string, all ...string) {
	t.Helper()
	text := said(t, body)
	for _, words := range all {
		if strings.Contains(text, words) {
			t.Errorf("the page says %q:\n%s", words, text)
		}
	}
}

func path(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case int64:
			b.WriteString(strconv.FormatInt(p, 10))
		}
	}
	return b.String()
}

func TestUnitPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	_, body := d.get("/units", 200)
	has(t, body, "衡平县司法局", "联络员 许文澜", "受监督", "邀请参加", "登记单位")
	_, body = d.get("/units?q=农业", 200)
	has(t, body, "衡平县农业农村局")
	lacks(t, body, "望岫镇人民政府")
	_, body = d.get("/units?q=没有这个", 200)
	has(t, body, "没有符合条件的单位")
	_, body = d.get("/units?on=2019-01-01", 200)
	lacks(t, body, "衡平县农业农村局")

	nyj := path("/units/", s.Units["NYJ"].Entry)
	_, body = d.get(nyj, 200)
	has(t, body, "顾堃", "联络员（办公室主任）", "撤销或者并入", "登记人员")
	_, body = d.post(nyj+"/alias", url.Values{"alias": {"县司法局"}}, 422)
	has(t, body, "没有提交，有 1 处需要改正", "“县司法局”已经是“衡平县司法局”的名称或者别名。")
	_, body = d.post(nyj+"/alias", url.Values{"alias": {"县农牧局"}}, 200)
	has(t, body, "已经增加别名“县农牧局”。")
	_, body = d.post(nyj+"/alias/drop?name="+url.QueryEscape("县农牧局"), nil, 200)
	has(t, body, "别名“县农牧局”已经取消。", "没有别名。")
	_, body = d.post(nyj+"/relation", url.Values{"kind": {"guidance"}, "other": {path(s.Units["SFJ"].Entry)}, "from": {"2026-01-01"}}, 200)
	has(t, body, "业务指导", "2026-01-01 起")
	_, body = d.post(nyj+"/person", url.Values{"name": {"殷琦"}, "role": {"handler"}, "phone": {"0000-1234"}}, 200)
	has(t, body, "已经登记殷琦", "殷琦")

	_, body = d.post("/units/new", url.Values{"name": {"衡平县综合行政执法局"}, "code": {"NYJ"}}, 422)
	has(t, body, "编码 NYJ 已经是“衡平县农业农村局”的。", "请写明依据")
	res, body := d.post("/units/new", url.Values{
		"name": {"衡平县综合行政执法局"}, "code": {"ZHJ"}, "kind": {"department"}, "standing": {"supervised"}, "parent": {path(s.Units["HP"].Entry)}, "reason": {"衡编发〔2026〕3号"},
	}, 200)
	has(t, body, "已经登记“衡平县综合行政执法局”。", "没有联络员的单位收不到任务")
	_, body = d.post(res.Path+"/change", url.Values{
		"name": {"衡平县综合执法局"}, "code": {"ZHJ"}, "kind": {"department"}, "standing": {"supervised"}, "parent": {path(s.Units["HP"].Entry)}, "reason": {"更名"}, "seen": {"1"},
	}, 200)
	has(t, body, "登记内容已经变更。", "衡平县综合执法局", "更名")

	handler := at(t, server, s, "nyj03")
	_, body = handler.get(nyj, 200)
	lacks(t, body, "撤销或者并入", "登记人员", "变更登记内容")
	handler.get("/units/new", 403)
	handler.post(nyj+"/alias", url.Values{"alias": {"县农委"}}, 403)
	handler.get("/units/999999", 404)
	handler.get("/units/x", 404)
}

func TestMergeOnThePage(t *testing.T) {
	s := apptest.New(t)
	d := at(t, pages(t, s), s, "tongchou")
	s.Task("SCJ", "开展涉企检查", "2026-12-31")
	scj := path("/units/", s.Units["SCJ"].Entry)
	_, body := d.post(scj+"/end", url.Values{"reason": {"撤销"}, "typed": {"市监局"}}, 422)
	has(t, body, "与本单位全称“衡平县市场监督管理局”不一致，没有撤销。")
	_, body = d.post(scj+"/end", url.Values{"reason": {"撤销"}, "typed": {"衡平县市场监督管理局"}}, 422)
	has(t, body, "该单位还有 1 件未办结事项、0 个下属单位，请选择承接单位。")
	_, body = d.post(scj+"/end", url.Values{"reason": {"衡编发〔2026〕9号"}, "typed": {"衡平县市场监督管理局"}, "successor": {path(s.Units["NYJ"].Entry)}}, 200)
	has(t, body, "单位已经撤销。", "转出事项 1 件、岗位 2 个。", "并入衡平县农业农村局")
	lacks(t, body, "撤销或者并入")
}

func TestGroupPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	_, body := d.post("/groups/new", url.Values{"name": {"各监管部门"}, "said": {"各执法部门\n监管部门"}}, 422)
	has(t, body, "请至少选择一个单位。")
	_, body = d.post("/groups/new", url.Values{"name": {"各监管部门"}, "said": {"各执法部门\n监管部门"}, "unit": {path(s.Units["NYJ"].Entry), path(s.Units["SCJ"].Entry)}}, 200)
	has(t, body, "单位组“各监管部门”已经保存。", "2 个单位")
	g, ok := s.Site().Tree().Group("各执法部门")
	if !ok || len(g.Members) != 2 {
		t.Fatalf("group %+v, %v", g, ok)
	}
	other := at(t, server, s, "wxz03")
	_, body = other.get(path("/groups/", g.No), 200)
	has(t, body, "衡平县农业农村局", "衡平县市场监督管理局")
	lacks(t, body, "保存单位组")
	other.post(path("/groups/", g.No), url.Values{"name": {"各监管部门"}, "unit": {path(s.Units["NYJ"].Entry)}}, 403)
}

func TestPersonAndHandoverPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	task := s.Task("NYJ", "编制权责清单", "2026-10-31")
	if _, err := s.Do("nyj02", task, procedure.Act{Step: "assign", Role: "handler", Post: s.Post("nyj03")}); err != nil {
		t.Fatal(err)
	}
	leaver := path("/people/", s.People["nyj03"].Entry)
	d := at(t, server, s, "nyj02")
	_, body := d.get(leaver, 200)
	has(t, body, "沈喆", "1 件未办结事项", "办理工作交接", "任职", "免职")
	_, body = d.post(leaver+"/post", url.Values{"unit": {path(s.Units["NYJ"].Entry)}, "role": {"head"}}, 403)
	has(t, body, "由安全管理员授予")
	_, body = d.post(leaver+"/delegate", url.Values{"from_post": {path(s.Post("nyj03"))}, "to_post": {path(s.Post("nyj02"))}, "kind": {"leave"}}, 422)
	has(t, body, "请假代理应当写明截止日期。")
	_, body = d.post(leaver+"/delegate", url.Values{"from_post": {path(s.Post("nyj03"))}, "to_post": {path(s.Post("nyj02"))}, "kind": {"leave"}, "until": {"2026-10-01"}, "reason": {"年休假"}}, 200)
	has(t, body, "请假代理已经登记。", "年休假", "2026-09-23 至 2026-09-30")
	end := regexp.MustCompile(`/people/\d+/undelegate/\d+`).FindString(body)
	_, body = d.post(end, nil, 200)
	has(t, body, "已经提前结束。")
	_, body = d.post(leaver+"/name", url.Values{"name": {"沈喆"}, "phone": {"0000-7788"}}, 200)
	has(t, body, "0000-7788")

	_, body = at(t, server, s, "scj03").get(leaver, 200)
	lacks(t, body, "0000-7788", "办理工作交接", "任职日期")

	over := path("/posts/", s.Post("nyj03"), "/handover")
	_, body = d.get(over, 200)
	has(t, body, "工作交接：沈喆", "编制权责清单", "1 件事项", "陆镕 · 承办人", "顾堃 · 接任承办人")
	_, body = d.post(over, url.Values{"day": {"2026-09-23"}}, 422)
	has(t, body, "请选择接手人。")
	to := path(s.Post("nyj04"), "-", s.People["nyj04"].Entry)
	_, body = d.post(over, url.Values{"to": {to}, "day": {"2026-09-23"}, "note": {"调离"}}, 200)
	has(t, body, "工作已经全部转交，岗位已经结束。", "转出事项 1 件")
	v, err := s.Acts.View(context.Background(), s.Actor("nyj04"), task)
	if err != nil {
		t.Fatal(err)
	}
	if got := procedure.Assigned(v.State, "handler"); got != s.Post("nyj04") {
		t.Errorf("assigned to %d", got)
	}
	at(t, server, s, "wxz02").get(over, 403)
}

func TestHandoverTellsNoSealedTitle(t *testing.T) {
	s := apptest.New(t)
	_, err := s.Acts.Do(context.Background(), act.Request{Who: s.Actor("tongchou"), Procedure: "task", Act: procedure.Act{
		Step: "open", Unit: s.Units["SCJ"].Entry, Sealed: true, Persons: []int64{s.People["scj03"].Entry},
		Input: matter.Values{}.With("title", matter.OfText("举报核查")).With("due", matter.OfDate("2026-12-31")),
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, body := at(t, pages(t, s), s, "scj02").get(path("/posts/", s.Post("scj03"), "/handover"), 200)
	has(t, body, "1 件事项", "封存事项")
	lacks(t, body, "举报核查")
}

func TestListsToXLSX(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d := at(t, server, s, "nyj03")
	for name, c := range map[string]struct {
		path, column, value string
	}{
		"units":  {"/units/export.xlsx", "单位", "衡平县农业农村局"},
		"people": {"/units/people.xlsx", "姓名", "顾堃"},
	} {
		_, body := d.get(c.path, 200)
		sheets, err := sheet.Read(name+".xlsx", []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		records, err := sheets[0].Records(c.column)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(records.All(), func(r sheet.Record) bool { return r.Text(c.column) == c.value }) {
			t.Errorf("%s: no row of %s", name, c.value)
		}
	}
	_, body := at(t, server, s, "shenji").get("/system/audit?kind=export", 200)
	has(t, body, "导出单位名录", "导出岗位名录")
}

func TestThreeAdministrators(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	keeper, security, auditor := at(t, server, s, "xitong"), at(t, server, s, "anquan"), at(t, server, s, "shenji")
	for path, may := range map[string]*desk{"/system/accounts": keeper, "/system/grants": security, "/system/audit": auditor} {
		for _, d := range []*desk{keeper, security, auditor} {
			want := 403
			if d == may {
				want = 200
			}
			d.get(path, want)
		}
	}
	_, body := keeper.get("/system", 200)
	has(t, body, "开立账号", "xitong")
	lacks(t, body, "授权审计")

	_, body = keeper.post("/system/accounts/new", url.Values{"person": {path(s.People["nyj03"].Entry)}}, 422)
	has(t, body, "请填写账号。")
	_, body = keeper.post("/system/accounts/new", url.Values{"person": {path(s.People["nyj03"].Entry)}, "login": {"shenzhe"}}, 200)
	has(t, body, "账号 shenzhe 的一次性密码：", "只显示这一次", "未首次登录")
	password := regexp.MustCompile(`class="mono">([a-z0-9]{14})<`).FindStringSubmatch(body)
	if password == nil {
		t.Fatal("no password is shown")
	}
	fresh := &desk{t, server, &http.Client{Jar: jar(t)}}
	res, _ := fresh.post("/signin", url.Values{"u": {"shenzhe"}, "p": {password[1]}}, 200)
	if res.Path != "/account/password" {
		t.Errorf("the first sign-in leads to %s", res.Path)
	}
	_, body = keeper.post("/system/accounts", url.Values{"account": {path(s.People["nyj03"].Entry)}, "op": {"lock"}}, 200)
	has(t, body, "账号已经锁定", "已锁定")
	if res, _ := fresh.get("/units", 200); res.Path != "/signin" {
		t.Errorf("a locked account still opens %s", res.Path)
	}
	_, body = fresh.post("/signin", url.Values{"u": {"shenzhe"}, "p": {password[1]}}, 422)
	has(t, body, "由系统管理员锁定")
	keeper.post("/system/accounts", url.Values{"account": {path(s.People["nyj03"].Entry)}, "op": {"reset"}}, 200)
	keeper.post("/system/accounts", url.Values{"account": {path(s.People["nyj03"].Entry)}, "op": {"end"}}, 200)

	_, body = security.get("/system/grants", 200)
	has(t, body, "何砚秋", "统筹岗", "系统管理员")
	_, body = security.post("/system/grants/new", url.Values{"person": {path(s.People["shenji"].Entry)}, "role": {"system_admin"}, "unit": {path(s.Units["HP"].Entry)}}, 422)
	has(t, body, "必须是三个人（三员分立）")
	_, body = security.post("/system/grants/new", url.Values{"person": {path(s.People["scj03"].Entry)}, "role": {"head"}, "unit": {path(s.Units["SCJ"].Entry)}, "title": {"副局长"}}, 200)
	has(t, body, "已经授权：负责人。", "副局长", "罗述")
	grant := regexp.MustCompile(`name="grant" value="(\d+)"/?><button[^>]*>收回<span class="vh">：白栩`).FindStringSubmatch(body)
	if grant == nil {
		t.Fatal("the new grant cannot be taken back")
	}
	_, body = security.post("/system/grants", url.Values{"grant": {grant[1]}, "op": {"end"}}, 200)
	has(t, body, "授权已经收回，立即生效。")

	_, body = auditor.get("/system/audit?kind=account", 200)
	has(t, body, "停用账号 shenzhe", "开立账号 shenzhe", "方其")
	lacks(t, body, "登记单位")
	res, _ = auditor.post("/system/audit.xlsx", url.Values{"kind": {"grant"}}, 200)
	if kind := res.Header.Get("Content-Type"); !strings.Contains(kind, "spreadsheetml") {
		t.Errorf("export is %s", kind)
	}
	_, body = auditor.get("/system/audit?kind=export", 200)
	has(t, body, "导出审计记录")
}

func jar(t *testing.T) http.CookieJar {
	t.Helper()
	j, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestProofPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	task := s.Task("NYJ", "公布裁量基准", "2026-11-30")
	if _, err := s.Do("nyj03", task, procedure.Act{Step: "take"}); err != nil {
		t.Fatal(err)
	}
	image := []byte("\x89PNG\r\n\x1a\n0123456789")
	page := []byte("<html><script>alert(1)</script></html>")
	var blobs []matter.Attached
	for name, b := range map[string][]byte{"签批页.png": image, "page.html": page} {
		blob, err := s.Acts.Keep(context.Background(), name, b)
		if err != nil {
			t.Fatal(err)
		}
		blobs = append(blobs, matter.Attached{Label: "evidence", Blob: blob})
	}
	done, err := s.Do("nyj03", task, procedure.Act{Step: "report", Input: matter.Values{}.With("progress", matter.OfText("完成初稿")), Files: blobs})
	if err != nil {
		t.Fatal(err)
	}
	s.Sign()
	d := at(t, server, s, "nyj03")
	_, body := d.get("/proof", 200)
	has(t, body, "任务：报告进展", "存证快照", s.Key().String())
	_, body = d.get("/proof?record=999999", 200)
	has(t, body, "没有编号为 999999 的存证")
	res, body := d.get(path("/proof?record=", done.Seq), 200)
	if want := path("/proof/", done.Seq); res.Path != want {
		t.Errorf("search leads to %s, want %s", res.Path, want)
	}
	has(t, body, "完成初稿", "沈喆", "统计 报告进展2026年9月，1", "衡平县农业农村局", "签批页.png")
	_, receipt := d.get(path("/proof/", done.Seq, "/receipt"), 200)
	_, body = d.upload("/proof/verify", "receipt", "回执.json", []byte(receipt), 200)
	has(t, body, "核验通过：这条记录在存证之中，内容没有改动。", "办理结果、文件清单、一般内容")
	_, body = d.upload("/proof/verify", "receipt", "回执.json", []byte(strings.Replace(receipt, "完成初稿", "完成终稿", 1)), 200)
	has(t, body, "核验不通过", "已被改动")
	_, body = d.upload("/proof/verify", "receipt", "照片.png", image, 422)
	has(t, body, "这不是回执")

	stranger := at(t, server, s, "scj03")
	stranger.get(path("/proof/", done.Seq), 404)
	stranger.get(path("/proof/", done.Seq, "/receipt"), 404)
	_, code := d.get(path("/proof/", done.Seq, "/receipt.svg"), 200)
	if !strings.HasPrefix(code, "<svg ") || strings.Count(code, "M") < 500 {
		t.Errorf("the code of a receipt is %.80s", code)
	}
	stranger.get(path("/proof/", done.Seq, "/receipt.svg"), 404)
	for _, b := range blobs {
		file := "/files/" + b.Blob.Hash + "?name=" + url.QueryEscape(b.Blob.Name)
		stranger.get(file, 404)
		res, _ := d.get(file, 200)
		kind, how := res.Header.Get("Content-Type"), res.Header.Get("Content-Disposition")
		if b.Blob.Name == "page.html" && (kind != "application/octet-stream" || !strings.HasPrefix(how, "attachment")) {
			t.Errorf("a page is served as %s, %s", kind, how)
		}
		if b.Blob.Name == "签批页.png" && (kind != "image/png" || !strings.HasPrefix(how, "inline")) {
			t.Errorf("an image is served as %s, %s", kind, how)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Error("no nosniff")
		}
	}
	d.get("/files/../../log.key", 404)

	nobody := &desk{t, server, &http.Client{Jar: jar(t)}}
	_, note := nobody.get("/log/checkpoint", 200)
	c, _, err := ledger.OpenCheckpoint(note, s.Key())
	if err != nil || c.Size != done.Seq {
		t.Fatalf("checkpoint of %d, %v", c.Size, err)
	}
	_, tile := nobody.get("/log/"+ledger.TilePath(0, 0, int(c.Size)), 200)
	if len(tile) != int(c.Size)*32 {
		t.Errorf("a tile of %d bytes", len(tile))
	}
	nobody.get("/log/tile/entries/000", 404)
	_, key := nobody.get("/log/key", 200)
	if strings.TrimSpace(key) != s.Key().String() {
		t.Errorf("key is %q", key)
	}
}

func TestOpeningPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	at(t, server, s, "nyj02").get("/opening", 403)
	d := at(t, server, s, "tongchou")
	_, template := d.get("/opening/template.xlsx", 200)
	if !strings.HasPrefix(template, "PK") {
		t.Error("the template is no workbook")
	}
	d.upload("/opening", "file", "空.csv", nil, 422)
	_, body := d.upload("/opening", "file", "在办.csv", []byte("任务名称,主办单位,下达日期,完成期限\n公布裁量基准,县农牧委,2026-03-02,2026-11-30\n"), 422)
	has(t, body, "单位名录中没有“县农牧委”", "B 主办单位", "1 处错误")
	_, body = d.upload("/opening", "file", "在办.csv", []byte("任务名称,主办单位,下达日期,完成期限\n公布裁量基准,县农业农村局,2026-03-02,2026-11-30\n"), 200)
	has(t, body, "没有发现错误。", "导入 1 项任务")
	hash := regexp.MustCompile(`name="hash" value="([0-9a-f]{64})"`).FindStringSubmatch(body)
	if hash == nil {
		t.Fatal("no import is offered")
	}
	form := url.Values{"hash": {hash[1]}, "name": {"在办.csv"}}
	_, body = d.post("/opening/import", form, 200)
	has(t, body, "已经导入 1 项在办任务。", "导入在办任务 1 项（在办.csv）")
	_, body = d.post("/opening/import", form, 200)
	has(t, body, "已经导入 0 项在办任务。", "1 行以前已经导入")
	_, body = d.post("/opening/balance", url.Values{"kind": {"last_number"}, "number": {"衡督"}, "source": {"发文登记簿"}}, 422)
	has(t, body, "请写完整的文号")
	_, body = d.post("/opening/balance", url.Values{"kind": {"last_number"}, "number": {"衡督〔2026〕17号"}, "source": {"发文登记簿"}}, 200)
	has(t, body, "已经登记。", "文号续编：衡督〔2026〕17号")
}
