package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rsc.io/qr"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/proof/ledger"
)

// latestShown is how many of the newest records the page lists.
const latestShown = 20

// proofShow is the page of proofs: the newest snapshot, search by number and the check of a receipt.
func (s *Server) proofShow(w http.ResponseWriter, r *http.Request) error {
	text := strings.NewReplacer(" ", "", ",", "", "，", "").Replace(r.URL.Query().Get("record"))
	if seq := number(text); seq > 0 {
		_, err := s.proof.Record(r.Context(), visitOf(r).viewer(), seq)
		if err == nil {
			http.Redirect(w, r, recordPath(seq), http.StatusSeeOther)
			return nil
		}
		if app.FaultOf(err).Kind != app.NotFound {
			return err
		}
		return s.proofRender(w, r, func(p *view.ProofPage) { p.Asked, p.NotFound = text, app.FaultOf(err).Say }, nil)
	}
	return s.proofRender(w, r, func(p *view.ProofPage) {
		if text != "" {
			p.Asked, p.NotFound = text, "“"+text+"”不是存证编号。"
		}
	}, nil)
}

func (s *Server) proofRender(w http.ResponseWriter, r *http.Request, more func(*view.ProofPage), back *sent) error {
	v := visitOf(r)
	p := view.ProofPage{Page: s.frame(r, v, "proof", "存证与核验"), Search: "/proof"}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "存证与核验"}}
	snap, ok, err := s.proof.Snapshot(r.Context())
	if err != nil {
		return err
	}
	p.Snapshot = snapshotPairs(snap, ok)
	if !s.proof.Key.IsZero() {
		p.Snapshot = append(p.Snapshot, view.Pair{Term: "公钥", Text: s.proof.Key.String()})
		p.Files = append(p.Files, view.Link{Text: "公钥", Href: "/log/key"})
	}
	if ok {
		p.Files = append(p.Files, view.Link{Text: "快照", Href: "/log/checkpoint"})
	}
	latest, err := s.proof.Latest(r.Context(), v.viewer(), latestShown)
	if err != nil {
		return err
	}
	for _, l := range latest {
		p.Latest = append(p.Latest, view.ProofRow{
			Record: view.Link{Text: grouped(l.Head.Seq), Href: recordPath(l.Head.Seq)}, At: l.At().Format("2006-01-02 15:04:05"), Act: recordAct(l),
			Unit: unitName(v.Site, l.Head.Unit), Digest: shortHash(ledger.Digest(l.Digest).String()),
		})
	}
	p.Verify = view.Form{ID: "verify", Action: "/proof/verify", Submit: "核验", Note: "也可以用公钥在本机离线核验", Fields: []view.Field{
		{Name: "receipt", Label: "回执文件", Kind: view.Upload, Accept: ".json,.txt", Hint: "下载的回执，或者存有回执码的文本文件"},
	}}
	more(&p)
	p.Errors = back.fill(&p.Verify)
	return s.render(w, r, back.status(), view.Proof(p))
}

func snapshotPairs(snap admin.Snapshot, ok bool) []view.Pair {
	if !ok {
		return []view.Pair{{Term: "状态", Text: "还没有存证快照"}}
	}
	out := []view.Pair{
		{Term: "记录数", Text: grouped(snap.Size)}, {Term: "时间", Text: snap.At.Format("2006-01-02 15:04:05")}, {Term: "校验值", Text: snap.Root},
		{Term: "名称", Text: snap.Origin},
	}
	for _, c := range snap.Cosigns {
		out = append(out, view.Pair{Term: "见证", Text: c.Name})
	}
	return out
}

// recordAct says what a record did.
func recordAct(l *admin.Shown) string {
	what := l.Def.Procedure
	if l.Def.Step != "" {
		what += "：" + l.Def.Step
	}
	if what == "" {
		what = "规则或者密钥"
	}
	if l.Title != "" {
		what += " “" + l.Title + "”"
	}
	return what
}

// unitName is a unit's name, "—" where the program acted.
func unitName(site *act.Site, no int64) string {
	if no == 0 {
		return "—"
	}
	return site.Tree().Name(no)
}

// shortHash is the beginning and end of a digest, for lists.
func shortHash(hex string) string {
	if len(hex) < 12 {
		return hex
	}
	return hex[:4] + "…" + hex[len(hex)-4:]
}

// recordShow is one record with its receipt.
func (s *Server) recordShow(w http.ResponseWriter, r *http.Request) error {
	seq, err := pathNo(r, "seq")
	if err != nil {
		return err
	}
	v := visitOf(r)
	l, err := s.proof.Record(r.Context(), v.viewer(), seq)
	if err != nil {
		return err
	}
	digest := ledger.Digest(l.Digest).String()
	p := view.RecordPage{Page: s.frame(r, v, "proof", "存证 "+grouped(seq)), Raw: l.Raw}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "存证与核验", Href: "/proof"}, {Text: grouped(seq)}}
	if l.Matter != 0 {
		p.Matter = view.Link{Text: "打开事项", Href: matterPath(l.Matter)}
	}
	p.Head = recordHead(v, l)
	for _, part := range l.Parts {
		p.Parts = append(p.Parts, view.RecordPart{Name: part.Title(), Digest: l.Head.Parts[part].String(), Rows: s.partRows(v, l, part)})
	}
	for _, part := range l.Hidden {
		p.Parts = append(p.Parts, view.RecordPart{Name: part.Title(), Digest: l.Head.Parts[part].String(), Hidden: "您的岗位不在可以查看的范围内。"})
	}
	for _, part := range l.Erased {
		p.Parts = append(p.Parts, view.RecordPart{Name: part.Title(), Digest: l.Head.Parts[part].String(), Hidden: "内容已经依法清除，校验值保留，存证仍然有效。"})
	}
	p.Receipt = view.Receipt{
		Act: recordAct(l), Record: grouped(seq), At: l.At().Format("2006-01-02 15:04:05"), Digest: shortHash(digest),
		Download: recordPath(seq) + "/receipt", Verify: "/proof#verify", Code: recordPath(seq) + "/receipt.svg",
	}
	p.Path = []view.Pair{{Term: "校验值", Text: digest}}
	if snap, ok, err := s.proof.Snapshot(r.Context()); err != nil {
		return err
	} else if ok {
		p.Path = append(p.Path, view.Pair{Term: "存证快照", Text: fmt.Sprintf("%s，%s 条记录", snap.Origin, grouped(snap.Size))}, view.Pair{Term: "快照校验值", Text: snap.Root})
	}
	p.Path = append(p.Path, view.Pair{Term: "离线核验", Text: "zhunsheng receipt verify 回执.json --key 公钥"})
	return s.render(w, r, http.StatusOK, view.Record(p))
}

func recordHead(v *visit, l *admin.Shown) []view.Pair {
	h := &l.Head
	out := []view.Pair{
		{Term: "存证编号", Text: grouped(h.Seq)}, {Term: "办理", Text: recordAct(l)}, {Term: "单位", Text: unitName(v.Site, h.Unit)},
		{Term: "法定日期", Text: h.Legal}, {Term: "记录时间", Text: l.At().Format("2006-01-02 15:04:05.000")}, {Term: "经办", Text: whoWords(v, h.By.Person)},
	}
	if p, ok := v.Site.Rights.Post(h.By.For); ok && h.By.For != 0 {
		out = append(out, view.Pair{Term: "代", Text: v.Site.Person(p.Person)})
	}
	if h.Number != "" {
		out = append(out, view.Pair{Term: "文号", Text: h.Number})
	}
	return out
}

// partRows says what a part holds, in the words of its definition.
func (s *Server) partRows(v *visit, l *admin.Shown, part ledger.Part) []view.Pair {
	switch part {
	case ledger.Effects:
		return s.effectRows(v, l)
	case ledger.Files:
		var out []view.Pair
		for _, f := range l.Record.Files {
			out = append(out, view.Pair{Term: f.Blob.Name, Text: fileSize(f.Blob.Size) + "，校验值 " + f.Blob.Hash})
		}
		return out
	}
	said := map[ledger.Part]*matter.Words{ledger.Open: &l.Record.Open, ledger.Personal: &l.Record.Personal, ledger.Sealed: &l.Record.Sealed}[part]
	var out []view.Pair
	if said.Title != "" {
		out = append(out, view.Pair{Term: "标题", Text: said.Title})
	}
	if said.Reason != "" {
		out = append(out, view.Pair{Term: "理由", Text: said.Reason})
	}
	for _, n := range said.Values {
		f := s.fieldOf(l, n.Name)
		if f == nil { // the program's own, such as who was assigned
			f = &register.Field{Title: n.Name}
		}
		out = append(out, view.Pair{Term: f.Title, Text: register.Show(f, n.Value)})
	}
	return out
}

// fieldOf finds the definition of a field that a record sets; nil where it has none.
func (s *Server) fieldOf(l *admin.Shown, id string) *register.Field {
	if l.Head.Kind == "entry" {
		if def, ok := s.Acts.Book().Register(l.Head.Procedure); ok {
			return def.Field(id)
		}
		return nil
	}
	if def, ok := s.Acts.Book().ByDigest(l.Head.Def.String()); ok {
		return def.Field(id)
	}
	return nil
}

// effectWords words the effects of a record by its definition, which is nil where the record has none.
type effectWords struct {
	def *procedure.Definition
}

func (w effectWords) limit(id string) string {
	if w.def != nil {
		if l := w.def.Limit(id); l != nil {
			return l.Title
		}
	}
	return id
}

func (w effectWords) fact(id string) string {
	if w.def != nil {
		for _, f := range w.def.Facts {
			if f.ID == id {
				return f.Title
			}
		}
	}
	return id
}

// outcome is the title of an outcome of a step; one the definition alone uses has none.
func (w effectWords) outcome(step, id string) string {
	if w.def == nil {
		return ""
	}
	if s := w.def.Step(step); s != nil {
		for _, o := range s.Outcomes {
			if o.ID == id {
				return o.Title
			}
		}
	}
	return ""
}

// monthWords writes 2026-09 as 2026年9月.
func monthWords(month string) string {
	year, m, ok := strings.Cut(month, "-")
	if !ok {
		return month
	}
	return year + "年" + strings.TrimPrefix(m, "0") + "月"
}

// effectRows says what a record did to its matter or entry.
func (s *Server) effectRows(v *visit, l *admin.Shown) []view.Pair {
	e := &l.Record.Effects
	w := effectWords{}
	w.def, _ = s.Acts.Book().ByDigest(l.Head.Def.String())
	var out []view.Pair
	add := func(term, text string) { out = append(out, view.Pair{Term: term, Text: text}) }
	if e.Open != nil {
		add("设立事项", e.Open.Date)
	}
	if e.Event != nil {
		add("办理", strings.TrimSpace(l.Def.Step+" "+e.Event.Legal+" "+w.outcome(e.Event.Step, e.Event.Outcome)))
	}
	if e.Entry != nil {
		add("名录", fmt.Sprintf("第 %d 版，%s", e.Entry.Version, span(e.Entry.From, e.Entry.To)))
	}
	if e.Lead != 0 {
		add("主办单位", v.Site.Tree().Name(e.Lead))
	}
	for _, r := range e.Roles {
		add("单位身份", v.Site.Tree().Name(r.Unit)+"："+procedure.WhereTitle(r.Role)+"，"+span(r.From, r.To))
	}
	for _, m := range e.Limits {
		text := "自 " + m.Start + " 起计算"
		if m.Verdict != "" {
			text = m.Date + " 结束，" + cmp.Or(verdictWords[m.Verdict], m.Verdict)
		}
		add("期限 "+w.limit(m.Limit), text)
	}
	for _, f := range e.Facts {
		add("统计 "+w.fact(f.Fact), monthWords(f.Month)+"，"+strconv.FormatInt(f.Value, 10))
	}
	if e.Close != "" {
		add("办结", cmp.Or(w.outcome(l.Head.Step, e.Close), l.Def.Step))
	}
	if e.Erase != nil {
		names := make([]string, len(e.Erase.Parts))
		for i, name := range e.Erase.Parts {
			names[i] = name
			if part, ok := ledger.ParsePart(name); ok {
				names[i] = part.Title()
			}
		}
		add("清除", fmt.Sprintf("存证 %s 的%s", grouped(e.Erase.Record), strings.Join(names, "、")))
	}
	return out
}

// verdictWords are the ends of limits in words.
var verdictWords = map[string]string{"met": "按期", "missed": "逾期", "not_needed": "无需办理", "ended": "不再计算"}

// receiptDownload gives the receipt of a record, with the parts the viewer may see.
func (s *Server) receiptDownload(w http.ResponseWriter, r *http.Request) error {
	seq, err := pathNo(r, "seq")
	if err != nil {
		return err
	}
	receipt, err := s.proof.Receipt(r.Context(), visitOf(r).viewer(), seq)
	if err != nil {
		return err
	}
	return download(w, fmt.Sprintf("回执%d.json", seq), "application/json", receipt.Encode())
}

// receiptCode draws the short form of a receipt as a QR code, a module a unit, with the quiet zone of four.
func (s *Server) receiptCode(w http.ResponseWriter, r *http.Request) error {
	seq, err := pathNo(r, "seq")
	if err != nil {
		return err
	}
	receipt, err := s.proof.Receipt(r.Context(), visitOf(r).viewer(), seq)
	if err != nil {
		return err
	}
	short, err := receipt.Short()
	if err != nil {
		return err
	}
	code, err := qr.Encode(short, qr.L)
	if err != nil {
		return fmt.Errorf("draw the code of receipt %d: %w", seq, err)
	}
	const quiet = 4
	var b strings.Builder
	size := code.Size + 2*quiet
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, size, size, size, size)
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	w.Header().Set("Content-Type", "image/svg+xml")
	_, err = io.WriteString(w, b.String())
	return err
}

// proofVerify checks a receipt that was uploaded.
func (s *Server) proofVerify(w http.ResponseWriter, r *http.Request) error {
	_, b, ok, err := formFile(r, "receipt")
	if err == nil && !ok {
		err = app.Wrong("receipt", "请选择回执文件。")
	}
	var result *view.VerifyResult
	if err == nil {
		result, err = verifyWords(b, s.proof.Key)
	}
	if back := rejected(r, "verify", err); back != nil {
		return s.proofRender(w, r, func(*view.ProofPage) {}, back)
	}
	if err != nil {
		return err
	}
	return s.proofRender(w, r, func(p *view.ProofPage) { p.Result = result }, nil)
}

// checkTitles are the checks of a receipt, in their order.
var checkTitles = []struct{ check, title string }{
	{ledger.CheckFormat, "回执可以读出"}, {ledger.CheckKey, "公钥是本平台公布的公钥"}, {ledger.CheckHead, "记录写法规范，编号与位置一致"},
	{ledger.CheckSignature, "存证快照有本平台的签名"}, {ledger.CheckInclusionProof, "记录在存证快照之中"}, {ledger.CheckPart, "所附内容没有改动"},
}

// verifyWords checks a receipt and says what was found.
func verifyWords(b []byte, key ledger.Key) (*view.VerifyResult, error) {
	receipt, err := ledger.ParseReceipt(b)
	if errors.Is(err, ledger.ErrNotReceipt) {
		return nil, app.Wrong("receipt", "%s。", err.Error())
	}
	var res ledger.Result
	if err == nil {
		res, err = ledger.Verify(receipt, key)
	}
	out := &view.VerifyResult{}
	var failure *ledger.Failure
	if err != nil && !errors.As(err, &failure) {
		return nil, err
	}
	for _, c := range checkTitles {
		step := view.TaskStep{Title: c.title, State: "done"}
		if failure != nil && failure.Check == c.check {
			step.State, step.Reason = "stop", failure.Detail
			out.Steps = append(out.Steps, step)
			break // what comes after was not looked at
		}
		out.Steps = append(out.Steps, step)
	}
	if failure != nil {
		out.Lead = failure.Error()
		return out, nil
	}
	out.Good, out.Lead = true, "核验通过：这条记录在存证之中，内容没有改动。"
	out.Facts = []view.Pair{
		{Term: "存证编号", Text: grouped(res.Head.Seq)}, {Term: "记录时间", Text: res.At().Format("2006-01-02 15:04:05")},
		{Term: "法定日期", Text: res.Head.Legal}, {Term: "校验值", Text: ledger.Digest(res.Leaf).String()},
		{Term: "存证快照", Text: fmt.Sprintf("%s，%s 条记录", res.Checkpoint.Origin, grouped(res.Checkpoint.Size))},
		{Term: "已核内容", Text: partTitles(res.Shown)}, {Term: "未示内容", Text: partTitles(res.Withheld)},
	}
	if !res.KeyChecked {
		out.Facts = append(out.Facts, view.Pair{Term: "注意", Text: "本平台没有公布公钥，只核验了回执自身是否一致。"})
	}
	return out, nil
}

func partTitles(parts []ledger.Part) string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.Title()
	}
	if len(names) == 0 {
		return "无"
	}
	return strings.Join(names, "、")
}

// tileAge is how long a copy of a full tile stays good: it never changes.
const tileAge = 365 * 24 * time.Hour
