package admin

import (
	"cmp"
	"context"
	"slices"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/rows"
)

// Kinds of lines of the audit list (审计记录).
const (
	TrailGrant   = "grant"   // 授权: posts, delegations
	TrailAccount = "account" // 账号
	TrailExport  = "export"  // 导出、导入
	TrailHouse   = "house"   // 单位、人员、参数
	TrailChange  = "change"  // 更正、作废、清除、重新办理
	TrailRules   = "rules"   // 规则和密钥
	TrailEntry   = "entry"   // 其他名录
	TrailAct     = "act"     // 事项办理
)

// TrailKinds are the kinds in order, with their words.
var TrailKinds = []struct{ ID, Title string }{
	{TrailGrant, "授权"}, {TrailAccount, "账号"}, {TrailExport, "导出导入"}, {TrailHouse, "单位人员"}, {TrailChange, "更正作废"},
	{TrailRules, "规则密钥"}, {TrailEntry, "其他名录"}, {TrailAct, "事项办理"},
}

// TrailLine is one record as the auditor sees it: who did what when, never the words of a matter.
type TrailLine struct {
	Seq    int64
	At     time.Time
	Kind   string
	Person int64  // 0: the program itself
	What   string // 授权：岗位“…”
	Number string
}

// TrailFilter narrows the audit list; zero values do not.
type TrailFilter struct {
	Kind     string
	Person   int64
	From, To string // days of recording, both included
	Before   int64  // records before this one
	Limit    int    // lines; 0 is 50
}

// mostTrail is how many records one page of the audit list looks through.
const mostTrail = 20_000

// Trail lists records, newest first, for the auditor. next is where to go on, 0 at the beginning of the log.
func (h *House) Trail(ctx context.Context, who access.Actor, f TrailFilter) (lines []TrailLine, next int64, err error) {
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return nil, 0, err
	}
	if _, ok := officer(site, who, h.Acts.Today(), func(a access.Actor) bool { return a.System || a.Role() == access.Auditor }); !ok {
		return nil, 0, app.Faultf(app.Denied, "审计记录由审计员查看，您的岗位不能查看。")
	}
	limit := cmp.Or(f.Limit, read.PageSize)
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		size, err := read.Size(ctx, tx)
		if err != nil {
			return err
		}
		top := size
		if f.Before > 0 {
			top = min(top, f.Before-1)
		}
		for seen := 0; top > 0 && len(lines) < limit && seen < mostTrail; {
			from := max(1, top-255)
			span, err := rows.Span(ctx, tx, from, top)
			if err != nil {
				return err
			}
			for _, stored := range slices.Backward(span) {
				line, ok, err := h.trailLine(&stored, &f)
				if err != nil {
					return err
				}
				next = stored.Seq
				if ok {
					lines = append(lines, line)
				}
				if f.From != "" && app.Day(line.At) < f.From {
					next = 1 // older records are older still
					return nil
				}
				if len(lines) == limit {
					return nil
				}
			}
			seen += len(span)
			top = from - 1
		}
		return nil
	})
	if next <= 1 {
		next = 0
	}
	return lines, next, err
}

func (h *House) trailLine(stored *rows.Stored, f *TrailFilter) (TrailLine, bool, error) {
	head, record, err := stored.Decode()
	if err != nil {
		return TrailLine{}, false, err
	}
	line := TrailLine{Seq: head.Seq, At: time.UnixMicro(head.At).In(app.China), Person: head.By.Person, Number: head.Number, Kind: trailKind(&head)}
	if head.Kind == "entry" && head.Procedure == RegisterAudit {
		line.Kind = TrailAccount
		if k := record.Open.Values.Text("kind"); k == AuditExport || k == AuditImport {
			line.Kind = TrailExport
		}
	}
	if f.Kind != "" && f.Kind != line.Kind || f.Person != 0 && f.Person != line.Person {
		return line, false, nil
	}
	if day := app.Day(line.At); f.From != "" && day < f.From || f.To != "" && day > f.To {
		return line, false, nil
	}
	switch {
	case head.Kind == "entry" && head.Procedure == RegisterAudit:
		line.What = record.Open.Values.Text("what")
	case head.Kind == "entry":
		line.What = h.entryWords(&head, record.Open.Values.Text("name"), record.Open.Reason)
	default:
		line.What = h.ActWords(&head)
	}
	return line, true, nil
}

// trailKind sorts a record by what its head says.
func trailKind(h *ledger.Head) string {
	switch h.Kind {
	case "entry":
		switch h.Procedure {
		case act.RegisterPost, act.RegisterDelegation:
			return TrailGrant
		case act.RegisterUnit, act.RegisterPerson, act.RegisterGroup, act.RegisterParameter:
			return TrailHouse
		}
		return TrailEntry
	case "correct", "void", "erase", "reopen":
		return TrailChange
	}
	if h.Matter == "" {
		return TrailRules
	}
	return TrailAct
}

func (h *House) entryWords(head *ledger.Head, name, reason string) string {
	title := head.Procedure
	if def, ok := h.Acts.Book().Register(head.Procedure); ok {
		title = def.Title
	}
	verb := "变更"
	if head.N == 1 {
		verb = "登记"
	}
	what := verb + title
	if name != "" {
		what += "“" + name + "”"
	}
	if reason != "" {
		what += "：" + reason
	}
	return what
}

// ActWords says what a record did by its procedure and step, without the words of the matter.
func (h *House) ActWords(head *ledger.Head) string {
	if head.Matter == "" {
		return "规则或者密钥的变更"
	}
	if head.Kind == "entry" {
		return h.entryWords(head, "", "")
	}
	def, ok := h.Acts.Book().ByDigest(head.Def.String())
	if !ok {
		return head.Procedure + " " + head.Step
	}
	return def.Title + "：" + def.StepTitle(cmp.Or(head.Step, head.Kind))
}

// Signer is the person who made a record, 0 where the program did.
func (h *House) Signer(ctx context.Context, seq int64) (int64, error) {
	var person int64
	err := h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		head, err := read.Head(ctx, tx, seq)
		person = head.By.Person
		return err
	})
	return person, err
}
