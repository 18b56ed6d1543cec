package admin

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/rows"
)

// RegisterOpening is the register of opening balances (期初数).
const RegisterOpening = "opening"

// Kinds of opening balances.
const (
	LastNumber = "last_number" // a series goes on after its last number (文号续编)
	InHand     = "carried"     // cases in hand when the site began that are not brought in one by one (期初未结)
	Published  = "published"   // a figure of last year, kept as it was published
)

// Balance is an opening balance. What it needs depends on its kind: Number; Procedure, Unit and Value; Title, Period and
// Value. Source is the document it stands in, always.
type Balance struct {
	Kind, Number    string
	Title           string
	Procedure       string
	Unit            int64 // 0: the whole government
	Period          string
	Value           int64
	Measure, Source string
	Seq             int64 // of the record, once it is kept
	ValueGiven      bool
}

var periodForm = regexp.MustCompile(`^(19|20)\d\d(-(0[1-9]|1[0-2])|-H[12]|-Q[1-4])?$`)

// Enter keeps an opening balance. A series that has already gone further is refused: a number is never issued twice.
func (o *Opening) Enter(ctx context.Context, who access.Actor, request string, b Balance) error {
	site, who, err := o.keeper(ctx, who)
	if err != nil {
		return err
	}
	key, err := o.balanceKey(ctx, site, &b)
	if err != nil {
		return err
	}
	f := matter.Values{}.With("kind", matter.OfText(b.Kind)).With("title", matter.OfText(b.Title)).With("source", matter.OfText(b.Source))
	for name, s := range map[string]string{"number": b.Number, "procedure": b.Procedure, "period": b.Period, "measure": b.Measure} {
		if s != "" {
			f = f.With(name, matter.OfText(s))
		}
	}
	if b.Unit != 0 {
		u, _ := site.Tree().Get(b.Unit)
		f = f.With("unit", matter.OfRef(matter.Ref{Register: act.RegisterUnit, Entry: u.No, Key: u.Code, Name: u.Name}))
	}
	if b.Kind != LastNumber {
		f = f.With("value", matter.OfInt(b.Value))
	}
	_, err = o.Acts.PutEntry(ctx, act.Entry{ID: request, Who: who, Register: RegisterOpening, Key: key, Fields: f, Number: b.Number})
	return err
}

// balanceKey checks a balance, completes its title and gives the key under which it can be entered once.
func (o *Opening) balanceKey(ctx context.Context, site *act.Site, b *Balance) (string, error) {
	var faults []app.FieldFault
	wrong := func(field, format string, args ...any) {
		faults = append(faults, app.FieldFault{Field: field, Say: fmt.Sprintf(format, args...)})
	}
	for _, s := range []*string{&b.Number, &b.Title, &b.Period, &b.Measure, &b.Source} {
		*s = strings.TrimSpace(*s)
	}
	if b.Source == "" {
		wrong("source", "请写明出处：公布它的文件、年报或者台账。")
	}
	if b.Kind != LastNumber && !b.ValueGiven {
		wrong("value", "请填写数值，没有的填 0。")
	}
	if b.Kind != LastNumber && b.Value < 0 {
		wrong("value", "数值不能是负数。")
	}
	_, known := site.Tree().Get(b.Unit)
	if b.Unit != 0 && !known {
		wrong("unit", "单位名录中没有这个单位。")
	}
	key := ""
	switch b.Kind {
	case LastNumber:
		series, n, ok := rows.SeriesOf(b.Number)
		if !ok {
			wrong("number", "请写完整的文号，末尾一段数字是已经编到的号，如 衡政办督〔2026〕17号。")
			break
		}
		last, err := o.lastNumber(ctx, series)
		if err != nil {
			return "", err
		}
		if last >= n {
			wrong("number", "这个序列已经编到 %d 号，不能退回。", last)
		}
		b.Title, key = "文号续编："+b.Number, LastNumber+"/"+b.Number
	case InHand:
		def, ok := o.Acts.Book().Procedure(b.Procedure, o.Acts.Today())
		if !ok {
			wrong("procedure", "请选择程序。")
			break
		}
		b.Title, b.Measure, b.Period = def.Title+"期初未结", "件", ""
		key = fmt.Sprintf("%s/%s/%d", InHand, b.Procedure, b.Unit)
	case Published:
		if b.Title == "" {
			wrong("title", "请填写是什么数字，如 行政处罚案件数。")
		}
		if !periodForm.MatchString(b.Period) {
			wrong("period", "请写成 2025、2025-06、2025-H1 或者 2025-Q3。")
		}
		key = fmt.Sprintf("%s/%s/%s/%d", Published, b.Title, b.Period, b.Unit)
	default:
		wrong("kind", "请选择种类。")
	}
	return key, app.Wrongs(faults)
}

func (o *Opening) lastNumber(ctx context.Context, series string) (last int64, err error) {
	err = o.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		last, err = read.LastNumber(ctx, tx, series)
		return err
	})
	return last, err
}

// Balances lists the opening balances, newest first.
func (o *Opening) Balances(ctx context.Context) ([]Balance, error) {
	var all []*matter.Entry
	err := o.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = read.Register(ctx, tx, RegisterOpening)
		return err
	})
	if err != nil && !errors.Is(err, read.ErrNone) {
		return nil, err
	}
	slices.SortFunc(all, func(a, b *matter.Entry) int { return int(b.No - a.No) })
	out := make([]Balance, 0, len(all))
	for _, e := range all {
		v := newest(e)
		b := Balance{
			Kind: v.Fields.Text("kind"), Number: v.Fields.Text("number"), Title: v.Fields.Text("title"), Procedure: v.Fields.Text("procedure"),
			Unit: refNo(v.Fields, "unit"), Period: v.Fields.Text("period"), Measure: v.Fields.Text("measure"), Source: v.Fields.Text("source"),
			Seq: v.Seq,
		}
		if n, ok := v.Fields.Get("value"); ok {
			b.Value, b.ValueGiven = n.Int, true
		}
		out = append(out, b)
	}
	return out, nil
}
