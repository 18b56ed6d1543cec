package admin_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

func TestOpeningBalances(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		ctx := context.Background()
		o := &admin.Opening{Acts: s.Acts, House: s.House}
		boss := s.Actor("tongchou")
		if err := o.Enter(ctx, s.Actor("nyj02"), "", admin.Balance{Kind: admin.LastNumber, Number: "衡督〔2026〕17号", Source: "发文登记簿"}); kindOf(t, err) != app.Denied {
			t.Error("a liaison may enter an opening balance")
		}
		want := []admin.Balance{
			{Kind: admin.Published, Title: "行政处罚案件数", Period: "2025", Value: 214, ValueGiven: true, Measure: "件", Source: "2025 年法治政府建设年度报告"},
			{Kind: admin.InHand, Title: "行政处罚期初未结", Procedure: "penalty", Value: 12, ValueGiven: true, Measure: "件", Source: "2025 年底台账"},
			{Kind: admin.LastNumber, Title: "文号续编：衡督〔2026〕17号", Number: "衡督〔2026〕17号", Source: "发文登记簿"},
		}
		for _, b := range []admin.Balance{want[2], want[1], want[0]} {
			if b.Kind != admin.Published {
				b.Title = ""
			}
			if err := o.Enter(ctx, boss, "", b); err != nil {
				t.Fatal(err)
			}
		}
		got, err := o.Balances(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(admin.Balance{}, "Seq")); diff != "" {
			t.Error(diff)
		}
		err = s.Acts.DB.Read(ctx, func(tx *store.Tx) error {
			last, err := read.LastNumber(ctx, tx, "衡督〔2026〕{seq}号")
			if last != 17 {
				t.Errorf("the series goes on after %d", last)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string]struct {
			balance admin.Balance
			field   string
		}{
			"a number further back":   {admin.Balance{Kind: admin.LastNumber, Number: "衡督〔2026〕9号", Source: "簿"}, "number"},
			"no number":               {admin.Balance{Kind: admin.LastNumber, Number: "衡督", Source: "簿"}, "number"},
			"no source":               {admin.Balance{Kind: admin.LastNumber, Number: "衡督〔2026〕19号"}, "source"},
			"no procedure":            {admin.Balance{Kind: admin.InHand, ValueGiven: true, Source: "簿"}, "procedure"},
			"no value":                {admin.Balance{Kind: admin.InHand, Procedure: "penalty", Source: "簿"}, "value"},
			"less than nothing":       {admin.Balance{Kind: admin.InHand, Procedure: "penalty", Value: -1, ValueGiven: true, Source: "簿"}, "value"},
			"no period":               {admin.Balance{Kind: admin.Published, Title: "数", ValueGiven: true, Period: "去年", Source: "簿"}, "period"},
			"a unit that is not":      {admin.Balance{Kind: admin.InHand, Procedure: "penalty", Unit: 99999, ValueGiven: true, Source: "簿"}, "unit"},
			"a kind that is not":      {admin.Balance{Kind: "x", ValueGiven: true, Source: "簿"}, "kind"},
			"a figure without a name": {admin.Balance{Kind: admin.Published, ValueGiven: true, Period: "2025", Source: "簿"}, "title"},
		} {
			err := o.Enter(ctx, boss, "", b.balance)
			if err == nil || len(app.FaultOf(err).Fields) == 0 || app.FaultOf(err).Fields[0].Field != b.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := o.Enter(ctx, boss, "", want[1]); kindOf(t, err) != app.Conflict {
			t.Error("cases in hand are counted twice")
		}
	})
}
