package demo

import "strings"

// county is the invented county as its tables tell it.
type county struct {
	years       Years
	units       []row // units.csv, parents before children
	relations   []row // relations.csv
	groups      []row // groups.csv
	posts       []row // people.csv: one line a post, several lines with one login are one person
	delegations []row // delegations.csv
	officers    []row // officers.csv: who holds a certificate of enforcement
}

// readCounty reads the tables.
func readCounty(y Years) (*county, error) {
	c := &county{years: y}
	for name, to := range map[string]*[]row{
		"units.csv": &c.units, "relations.csv": &c.relations, "groups.csv": &c.groups, "people.csv": &c.posts,
		"delegations.csv": &c.delegations, "officers.csv": &c.officers,
	} {
		rows, err := y.table(name)
		if err != nil {
			return nil, err
		}
		*to = rows
	}
	return c, nil
}

// postKey names a post: login/unit/role, as delegations name it.
func (r row) postKey() string { return r["login"] + "/" + r["unit"] + "/" + r["role"] }

// persons lists the logins in order of first mention, with the name.
func (c *county) persons() []row {
	var out []row
	seen := map[string]bool{}
	for _, p := range c.posts {
		if !seen[p["login"]] {
			seen[p["login"]] = true
			out = append(out, p)
		}
	}
	return out
}

// words are the sentences of words.csv by kind.
func words(y Years) (map[string][]string, error) {
	rows, err := y.table("words.csv")
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, r := range rows {
		out[r["kind"]] = append(out[r["kind"]], strings.TrimSpace(r["words"]))
	}
	return out, nil
}

// unknownName is printed in this year's plan, but no unit bears it: the review page has to be told whom it means.
const unknownName = "县商务主管部门"
