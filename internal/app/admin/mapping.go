package admin

import (
	"slices"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/norm/source"
)

// Mapping names another system's columns: ours → theirs (列对应). A file of one is saved once and used for every export of
// that system.
type Mapping map[string]string

// ReadMapping reads a mapping, one “our column: their column” a line in YAML or JSON. Our columns are those known.
func ReadMapping(name string, b []byte, known []string) (Mapping, error) {
	node, problems := source.Parse(name, b)
	if bad := problems.Errors(); len(bad) > 0 {
		return nil, app.Wrong("map", "%s", bad.Error())
	}
	if node == nil || node.Kind != source.Map {
		return nil, app.Wrong("map", "对应表 %s 应当一行一列，写成“%s: 对方的列名”。", name, known[0])
	}
	m := Mapping{}
	for i, k := range node.Keys {
		if !slices.Contains(known, k.Text) {
			return nil, app.Wrong("map", "对应表第 %d 行：没有名为“%s”的列。可以写的有：%s。", k.Line, k.Text, strings.Join(known, "、"))
		}
		v := node.Values[i]
		if v.Kind != source.Scalar || strings.TrimSpace(v.Text) == "" {
			return nil, app.Wrong("map", "对应表第 %d 行：请在“%s:”后面写对方的列名。", k.Line, k.Text)
		}
		m[k.Text] = strings.TrimSpace(v.Text)
	}
	return m, nil
}

// headerRows is how far down a header may stand.
const headerRows = 20

// apply gives their columns our titles. The header is the row of the first ones with the most of their titles; a column of
// theirs that has one of our titles and is not meant is left out.
func (m Mapping) apply(s sheet.Sheet) sheet.Sheet {
	if len(m) == 0 {
		return s
	}
	ours := map[string]string{}
	for our, their := range m {
		ours[columnKey(their)] = our
	}
	best, most := -1, 0
	for i, row := range s.Rows[:min(len(s.Rows), headerRows)] {
		n := 0
		for _, cell := range row {
			if ours[columnKey(cell)] != "" {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return s
	}
	header := slices.Clone(s.Rows[best])
	for i, cell := range header {
		if our := ours[columnKey(cell)]; our != "" {
			header[i] = our
		} else if _, mapped := m[cell]; mapped {
			header[i] = cell + "（没有对应）"
		}
	}
	s.Rows = slices.Clone(s.Rows)
	s.Rows[best] = header
	return s
}

// columnKey is a title as titles are compared.
func columnKey(s string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "　", "", "\n", "", "(", "（", ")", "）").Replace(s))
}
