package admin

import (
	"context"
	"errors"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// ParamForm sets a parameter of a procedure (参数) for the whole government or one unit and those below it, from a day on.
type ParamForm struct {
	Procedure, Param, Value string
	Unit                    int64 // 0: all
	From                    string
	Basis                   string // the rule or document that says so
}

// SetParam records a parameter's value: a local rule is put right the same day, and the entry says from when, on which basis
// and by whom. Acts are judged by the value of their own legal date.
func (h *House) SetParam(ctx context.Context, who access.Actor, request string, f ParamForm) error {
	site, who, err := h.keeper(ctx, who, 0)
	if err != nil {
		return err
	}
	def, ok := h.Acts.Book().Procedure(f.Procedure, h.Acts.Today())
	if !ok {
		return app.Faultf(app.NotFound, "没有名为“%s”的程序。", f.Procedure)
	}
	p := def.Param(f.Param)
	if p == nil {
		return app.Wrong("param", "请选择参数。")
	}
	f.Value, f.Basis = strings.TrimSpace(f.Value), strings.TrimSpace(f.Basis)
	var faults []app.FieldFault
	if _, fits := procedure.ParseParam(p, f.Value); !fits || f.Value == "" && p.Type != procedure.TypeText {
		faults = append(faults, app.FieldFault{Field: "value", Say: "“" + p.Title + "”不能取这个值。请照缺省值“" + p.Default + "”的写法填写。"})
	}
	if f.Basis == "" {
		faults = append(faults, app.FieldFault{Field: "basis", Say: "请写明依据：规定的名称、文号和条款。"})
	}
	if f.From != "" && !isDay(f.From) {
		faults = append(faults, app.FieldFault{Field: "from", Say: "应当是日期，写成 2026-09-23 这样。"})
	}
	key := def.ID + "." + p.ID
	fields := matter.Values{}.With("name", matter.OfText(def.Title+"："+p.Title)).With("value", matter.OfText(f.Value)).
		With("basis", matter.OfText(f.Basis))
	if f.Unit != 0 {
		u, known := site.Tree().Get(f.Unit)
		if !known {
			faults = append(faults, app.FieldFault{Field: "unit", Say: "单位名录中没有这个单位。"})
		}
		key += "@" + u.Code
		fields = fields.With("unit", matter.OfRef(matter.Ref{Register: act.RegisterUnit, Entry: u.No, Key: u.Code, Name: u.Name}))
	}
	if err := app.Wrongs(faults); err != nil {
		return err
	}
	var old *matter.Entry
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		old, err = read.EntryByKey(ctx, tx, act.RegisterParameter, key)
		return err
	})
	if err != nil && !errors.Is(err, read.ErrNone) {
		return err
	}
	e := act.Entry{ID: request, Who: who, Register: act.RegisterParameter, Key: key, From: f.From, Fields: fields, Reason: f.Basis}
	if old != nil {
		e.No, e.Seen = old.No, old.Version
	}
	_, err = h.Acts.PutEntry(ctx, e)
	return err
}

// ParamSet is a value that a parameter was given.
type ParamSet struct {
	Param, Value, From, Basis string
	Unit                      int64 // 0: all
	Seq                       int64
}

// ParamsSet lists the values in force today that parameters of a procedure were given.
func (h *House) ParamsSet(ctx context.Context, procedure string) ([]ParamSet, error) {
	var all []*matter.Entry
	err := h.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = read.Register(ctx, tx, act.RegisterParameter)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []ParamSet
	for _, e := range all {
		name, ok := strings.CutPrefix(e.Key, procedure+".")
		v, valid := e.AsOf(h.Acts.Today(), 0)
		if !ok || !valid {
			continue
		}
		name, _, _ = strings.Cut(name, "@")
		out = append(out, ParamSet{
			Param: name, Value: v.Fields.Text("value"), From: v.From, Basis: v.Fields.Text("basis"), Unit: refNo(v.Fields, "unit"), Seq: v.Seq,
		})
	}
	return out, nil
}
