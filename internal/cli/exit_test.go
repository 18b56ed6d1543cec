package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExitCodes tells what is refused or found wrong (1) from a call that is off (2).
func TestExitCodes(t *testing.T) {
	data, err := makeCounty(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"wrong.csv": "单位编码,全称\nX,\n", "tasks.csv": "任务名称,主办单位,下达日期,完成期限\n甲,无此单位,2026-03-02,2026-11-30\n",
		"map.yaml": "别的: x\n", "plan.txt": quarterlyPlan, "other.csv": "编号,名称,单位\n1,甲,县司法局\n", "noplan.txt": "没有措施",
		"broken.zs": "no backup",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]int{
		"init --name 某县人民政府 --region 990128 --admin 甲 --security 乙 --auditor 丙": 1,
		"init --name 某县人民政府 --region 9 --admin 甲 --security 乙 --auditor 丙":      2,
		"init --name 某县人民政府 --region 990128 --admin 甲 --security 甲 --auditor 丙": 2,
		"account set x --person 无名氏":                    2,
		"account lock nosuch":                           2,
		"account set":                                   2,
		"unit add SFJ 新局 --reason x":                    2,
		"unit end WXZ --successor WXZ --reason x":       2,
		"unit end NOSUCH --reason x":                    2,
		"unit list --at 2026":                           2,
		"register import unit @wrong.csv":               1,
		"register import unit @wrong.csv --dry-run":     1,
		"register import audit @wrong.csv":              1,
		"register import nosuch @wrong.csv":             2,
		"register import unit @missing.csv":             2,
		"register export nosuch":                        2,
		"matter import task @tasks.csv":                 1,
		"matter import task @tasks.csv --map @map.yaml": 2,
		"matter import nosuch @tasks.csv":               2,
		"reconcile task @other.csv":                     1,
		"reconcile nosuch @other.csv":                   2,
		"reconcile task @other.csv --from x":            2,
		"plan import @plan.txt --confirm":               1,
		"plan import @noplan.txt":                       2,
		"plan import @missing.txt":                      2,
		"plan import @plan.txt --unit NOSUCH":           2,
		"report draft plan_half --period 2026-H1":       2,
		"report draft nosuch --period 2026":             2,
		"job run --today x":                             2,
		"job list --last 0":                             2,
		"restore @broken.zs":                            1,
		"restore @missing.zs":                           2,
		"verify":                                        0,
		"verify --key nokey":                            2,
		"serve --addr nowhere:x":                        2,
		"log":                                           2,
	}
	for line, want := range cases {
		t.Run(line, func(t *testing.T) {
			args := append(strings.Fields(strings.ReplaceAll(line, "@", dir+"/")), "--data", data)
			code, out, errs := on(t, "2026-04-01", args...)
			if code != want || code != 0 && errs == "" {
				t.Errorf("exit %d, want %d\n%s%s", code, want, out, errs)
			}
		})
	}
}
