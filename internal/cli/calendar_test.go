package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCalendar(t *testing.T) {
	cases := map[string]struct {
		args string
		code int
		out  string // whole standard output
		err  string // part of standard error
	}{
		"add":                {"add 2026-09-24 5 -o json", 0, "{\n  \"date\": \"2026-10-09\",\n  \"provisional\": false\n}\n", ""},
		"add as a table":     {"add 2026-09-24 5", 0, "2026-10-09\n", ""},
		"add into next year": {"add 2026-12-31 1 -o json", 0, "{\n  \"date\": \"2027-01-01\",\n  \"provisional\": true\n}\n", ""},
		"add backwards":      {"add 2026-10-09 5 --before", 0, "2026-09-24\n", ""},
		"add as known then":  {"add 2019-04-30 1 --known 2019-03-01", 0, "2019-05-02\n", ""},
		"count": {"count 2026-09-24 2026-10-12 -o json", 0,
			"{\n  \"workdays\": 7,\n  \"days\": 18,\n  \"provisional\": false\n}\n", ""},
		"count as a table":   {"count 2026-09-24 2026-10-12", 0, "工作日 7 日，自然日 18 日\n", ""},
		"no such day":        {"add 2026-02-30 5", 2, "", "2026年2月只有28天"},
		"not a number":       {"add 2026-02-03 five", 2, "", "five"},
		"no known day":       {"add 2026-02-03 5 --known yesterday", 2, "", "--known"},
		"beyond all dates":   {"add 2200-12-30 9", 2, "", "2200-12-31"},
		"count backwards":    {"count 2026-10-12 2026-09-24", 2, "", "早于"},
		"count from nowhere": {"count x 2026-09-24", 2, "", "不是日期"},
		"no such year":       {"show 1900", 2, "", "1949"},
		"show a year with a replaced notice": {"show 2020 -o json", 0, `{
  "year": 2020,
  "rest": [
    "2020-01-01",
    "2020-01-24..2020-02-02",
    "2020-04-04..2020-04-06",
    "2020-05-01..2020-05-05",
    "2020-06-25..2020-06-27",
    "2020-10-01..2020-10-08"
  ],
  "worked": [
    "2020-01-19",
    "2020-04-26",
    "2020-05-09",
    "2020-06-28",
    "2020-09-27",
    "2020-10-10"
  ],
  "workdays": 249,
  "notice": "http://www.gov.cn/zhengce/zhengceku/2020-01/27/content_5472352.htm",
  "known_from": "2020-01-27",
  "known_from_assumed": false,
  "provisional": false,
  "earlier": [
    {
      "notice": "http://www.gov.cn/zhengce/zhengceku/2019-11/21/content_5454164.htm",
      "known_from": "2019-11-21"
    }
  ],
  "next_year": {
    "rest": [],
    "worked": []
  }
}
`, ""},
		"show as a table": {"show 2014", 0, `2014年　工作日 250 日
放假　2014-01-01　元旦
放假　2014-01-31..2014-02-06　春节
放假　2014-04-05　清明节
放假　2014-04-07　清明节
放假　2014-05-01..2014-05-03　劳动节
放假　2014-06-02　端午节
放假　2014-09-08　中秋节
放假　2014-10-01..2014-10-07　国庆节
上班　2014-01-26
上班　2014-02-08
上班　2014-05-04
上班　2014-09-28
上班　2014-10-11
通知　2013-12-31 公布（推定，待核）　http://www.gov.cn/zhengce/zhengceku/2014-01/02/content_1194.htm
`, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := Main(append([]string{"calendar"}, strings.Fields(tc.args)...), strings.NewReader(""), &out, &errs)
			if code != tc.code || !strings.Contains(errs.String(), tc.err) {
				t.Errorf("exit %d, want %d; standard error: %s", code, tc.code, errs.String())
			}
			if d := cmp.Diff(tc.out, out.String()); d != "" {
				t.Error(d)
			}
		})
	}
}
