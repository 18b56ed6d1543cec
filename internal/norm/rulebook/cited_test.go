package rulebook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

const permitLaw = `
id: permit_law
title: 中华人民共和国行政许可法
short: [行政许可法]
level: 法律
versions:
  - in_force: 2004-07-01
    articles:
      32: 受理
      42: 二十日内决定
      44: 十日内送达
  - in_force: 2019-04-23
    articles:
      32: 受理
      42: 二十日内决定
      44: 十日内送达
`

const citedPermit = `
id: permit
title: 行政许可
versions:
  - in_force: 2004-07-01
    basis: 行政许可法
    opens: receive
    steps:
      receive: {by: handler, title: 收件}
      accept: {by: handler, title: 受理, needs: [receive], cites: 行政许可法第三十二条}
      decide: {by: head, title: 决定, needs: [accept], not: [accept], not_cites: 《行政许可法》第42条、第44条}
    params:
      rule: {title: 规章, type: text, default: ""}
    gates:
      accepted:
        force: stop
        before: [decide]
        require: step.accept.done
        say: 未受理的不得决定
        cites: 行政许可法第四十二条第一款
        unless:
          instant: {title: 当场决定, cites: 行政许可法第四十四条}
    limits:
      decide:
        title: 作出许可决定
        shape: within
        from: [accept]
        to: [decide]
        length: 20 workdays
        cites: 行政许可法第四十二条
        pauses:
          hearing: {title: 听证, cites: param.rule}
        extensions:
          decide: {title: 延长, length: 10 workdays, by: head, cites: 行政许可法第四十二条}
  - in_force: 2020-01-01
    gates:
      accepted:
        unless:
          instant: ~
`

func cited(t *testing.T, laws, procedure string) *rulebook.Book {
	t.Helper()
	b, diags := rulebook.LoadAlone(mapFS(map[string]string{
		"laws/permit.yaml": laws, "procedures/permit.yaml": procedure,
		"papers/permit-decision.md": "---\ntitle: 准予许可决定书\ncites: 行政许可法第三十二条\n---\n{{unit.name}}\n",
	}), pack.Files)
	if b == nil {
		t.Fatal(diags)
	}
	return b
}

// places writes what rests on an article as version of the law, version of the procedure, part and path.
func places(all []rulebook.Citing) []string {
	var out []string
	for _, c := range all {
		out = append(out, strings.Join([]string{c.Version, c.InForce, c.PartTitle(), c.Path, c.Name}, " "))
	}
	return out
}

func TestCitedBy(t *testing.T) {
	b := cited(t, permitLaw, citedPermit)
	for name, c := range map[string]struct {
		article string
		want    []string
	}{
		"of a step":    {"32", []string{"2004-07-01 2004-07-01 环节 steps.accept.cites 受理", "2019-04-23 2020-01-01 环节 steps.accept.cites 受理", "2019-04-23  文书 cites 准予许可决定书"}},
		"not recorded": {"33", nil},
		"of an exception and of persons kept apart": {"44", []string{
			"2004-07-01 2004-07-01 人员分开 steps.decide.not_cites 决定",
			"2004-07-01 2004-07-01 例外 gates.accepted.unless.instant.cites 当场决定",
			"2019-04-23 2020-01-01 人员分开 steps.decide.not_cites 决定",
		}},
		"of everything about the decision": {"42", []string{
			"2004-07-01 2004-07-01 人员分开 steps.decide.not_cites 决定",
			"2004-07-01 2004-07-01 条件 gates.accepted.cites 未受理的不得决定",
			"2004-07-01 2004-07-01 期限 limits.decide.cites 作出许可决定",
			"2004-07-01 2004-07-01 延长 limits.decide.extensions.decide.cites 延长",
			"2019-04-23 2020-01-01 人员分开 steps.decide.not_cites 决定",
			"2019-04-23 2020-01-01 条件 gates.accepted.cites 未受理的不得决定",
			"2019-04-23 2020-01-01 期限 limits.decide.cites 作出许可决定",
			"2019-04-23 2020-01-01 延长 limits.decide.extensions.decide.cites 延长",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, places(b.CitedBy("permit_law", c.article))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if all := b.CitedBy("permit_law", ""); len(all) < 13 || all[0].Part != "basis" || all[0].Article != "" {
		t.Errorf("on the law as a whole: %v", places(all))
	}
	if lost := b.Unresolved(); len(lost) != 0 {
		t.Errorf("unresolved: %v", lost)
	}
}

func TestUnresolved(t *testing.T) {
	b := cited(t, permitLaw, strings.Replace(strings.Replace(citedPermit, "第三十二条", "第三十三条", 1), "cites: 行政许可法第四十四条", "cites: 行政强制法第四十四条", 1))
	var got []string
	for _, d := range b.Unresolved() {
		got = append(got, d.Message)
	}
	want := []string{"没有收录《中华人民共和国行政许可法》第三十三条", "没有收录“行政强制法”"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if errs := b.Check().Errors(); len(errs) == 0 || errs[0].Line != 10 {
		t.Errorf("an article that is not there is no error: %v", errs)
	}
}

// TestLawChangeTouches: a known change in a law lists exactly what rests on it.
func TestLawChangeTouches(t *testing.T) {
	old := cited(t, permitLaw, citedPermit)
	for name, c := range map[string]struct {
		from, to string // in the text of the law, last place
		want     map[string][]string
	}{
		"nothing": {"", "", map[string][]string{}},
		"a heading of the older text": {"      44: 十日内送达\n  - in", "      44: 七日内送达\n  - in", map[string][]string{
			"versions.2004-07-01.articles.44.title 十日内送达→七日内送达": {
				"2004-07-01 2004-07-01 人员分开 steps.decide.not_cites 决定", "2004-07-01 2004-07-01 例外 gates.accepted.unless.instant.cites 当场决定",
			},
		}},
		"a number": {"      32: 受理\n      42: 二十日内决定\n      44: 十日内送达\n  - in", "      34: 受理\n      42: 二十日内决定\n      44: 十日内送达\n  - in", map[string][]string{
			"versions.2004-07-01.articles.32 受理→": {"2004-07-01 2004-07-01 环节 steps.accept.cites 受理"},
			"versions.2004-07-01.articles.34 →受理": nil,
		}},
		"a day of force": {"2019-04-23", "2019-05-01", map[string][]string{
			"versions.2004-07-01.until 2019-04-23→2019-05-01": places(of(old, "2004-07-01")),
			"versions.2019-04-23 2019-04-23起的文本→":             places(of(old, "2019-04-23")),
			"versions.2019-05-01 →2019-05-01起的文本":             places(of(cited(t, strings.Replace(permitLaw, "2019-04-23", "2019-05-01", 1), citedPermit), "2019-05-01")),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			now := cited(t, strings.Replace(permitLaw, c.from, c.to, 1), citedPermit)
			got := map[string][]string{}
			for _, x := range rulebook.Diff(old, now) {
				got[x.Path+" "+x.Old+"→"+x.New] = places(x.Touches)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// of is what rests on one text of the law, a place that cites two articles once.
func of(b *rulebook.Book, version string) []rulebook.Citing {
	var out []rulebook.Citing
	for _, c := range b.CitedBy("permit_law", "") {
		if c.Version == version && (len(out) == 0 || out[len(out)-1].Path != c.Path) {
			out = append(out, c)
		}
	}
	return out
}
