package demo

import (
	"context"
	"strconv"

	"zhunsheng/internal/app/admin"
)

// openBalances enters what the county had before the system: numbers to go on after, cases in hand, figures published.
func (s *story) openBalances(ctx context.Context) error {
	rows, err := s.years.table("openings.csv")
	if err != nil {
		return err
	}
	who, err := s.actor(ctx, chief)
	if err != nil {
		return err
	}
	opening := &admin.Opening{Acts: s.Acts, House: &admin.House{Acts: s.Acts, Accounts: s.Accounts}}
	for i, r := range rows {
		b := admin.Balance{
			Kind: r["kind"], Number: r["number"], Title: r["title"], Procedure: r["procedure"], Unit: s.in.units[r["unit"]].Entry,
			Period: r["period"], Measure: r["measure"], Source: r["source"], ValueGiven: r["value"] != "",
		}
		if b.ValueGiven {
			if b.Value, err = strconv.ParseInt(r["value"], 10, 64); err != nil {
				return err
			}
		}
		if err := opening.Enter(ctx, who, "demo/opening/"+strconv.Itoa(i+1), b); err != nil {
			return err
		}
	}
	return nil
}
