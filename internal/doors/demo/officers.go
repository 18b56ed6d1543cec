package demo

import (
	"context"
	"slices"

	"zhunsheng/internal/matter"
)

// enterOfficers enters the enforcement officers of the enforcing units.
func (s *story) enterOfficers(ctx context.Context, c *county, in *settled) error {
	for _, o := range c.officers {
		f := setTexts(matter.Values{}, o, "name", "certificate", "scope").With("unit", matter.OfRef(in.units[o["unit"]]))
		if _, err := s.enter(ctx, "officer", o["certificate"], o["from"], o["to"], f); err != nil {
			return err
		}
	}
	return nil
}

// certificates are those of two officers who enforce for a unit: its own, else of the register.
func (c *county) certificates(unit string) []string {
	var own, all []string
	for _, o := range c.officers {
		all = append(all, o["certificate"])
		if o["unit"] == unit {
			own = append(own, o["certificate"])
		}
	}
	if len(own) < 2 {
		own = all
	}
	return own[:2]
}

// pair is two who do the work of a unit: not its head, where there are others.
func (c *county) pair(unit string) []string {
	var out, heads []string
	for _, p := range c.posts {
		switch {
		case p["unit"] != unit || slices.Contains(out, p["login"]) || slices.Contains(heads, p["login"]):
		case p["role"] == "head" || p["role"] == "gov_head":
			heads = append(heads, p["login"])
		default:
			out = append(out, p["login"])
		}
	}
	out = append(out, heads...)
	return out[:min(2, len(out))]
}

// codes are the units in the order of the table.
func (c *county) codes() []string {
	out := make([]string, len(c.units))
	for i, u := range c.units {
		out[i] = u["code"]
	}
	return out
}

// chief is the login of a unit's head, else of the first person in it.
func (c *county) chief(unit string) string {
	first := ""
	for _, p := range c.posts {
		if p["unit"] != unit {
			continue
		}
		if p["role"] == "head" || p["role"] == "gov_head" {
			return p["login"]
		}
		if first == "" {
			first = p["login"]
		}
	}
	return first
}
