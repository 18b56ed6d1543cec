package view_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/doors/web/view"
)

func TestMenuShowsOnlyWhatOneMay(t *testing.T) {
	may := map[string]bool{"desk": true, "board": true, "supervision": true}
	got := view.Menu("board", func(id string) bool { return may[id] })
	want := []view.MenuGroup{
		{Title: "工作台", Items: []view.MenuItem{{Text: "我的工作台", Href: "/desk"}}},
		{Title: "计划督办", Items: []view.MenuItem{{Text: "任务看板", Href: "/board", Current: true}, {Text: "督办与延期", Href: "/supervision"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("menu (-want +got):\n%s", diff)
	}
	if got := view.Menu("", func(string) bool { return false }); len(got) != 0 {
		t.Errorf("a person with no place sees %v", got)
	}
}

func TestPlacesAreDistinct(t *testing.T) {
	ids, paths := map[string]bool{}, map[string]bool{}
	for _, p := range view.Places() {
		if ids[p.ID] || paths[p.Path] {
			t.Errorf("%s %s stands twice", p.ID, p.Path)
		}
		ids[p.ID], paths[p.Path] = true, true
	}
}

func TestWording(t *testing.T) {
	cases := map[string]struct{ got, want string }{
		"wrong password (1)": {view.WrongPassword(3, 15).Text, "请核对后重新输入。再输错 3 次，该账号将锁定 15 分钟。"},
		"database lost (2)":  {view.DatabaseLost("r").Text, "数据库连接中断，本次提交没有写入任何内容。填写的内容仍在表格里，请稍后再提交。"},
		"no right (10)":      {view.Denied(view.Page{}, "县公安局", "联络员").Lead, "这件事项由县公安局办理，您的岗位不在可以查看的范围内。"},
		"overtaken (11)":     {view.Overtaken("许文澜", "10:19", "提交初审意见").Lead, "许文澜于 10:19 已提交初审意见。"},
		"no plan yet (12)":   {view.NoPlanYet(2027, "/plans/import").Lead, "还没有导入 2027 年度计划。"},
		"nothing found (13)": {view.NothingFound("任务", "红灯", "/board").Text, "当前筛选：红灯。"},
		"dispatched (15)":    {view.Dispatched(31, 38, "2026-09-30").Lead, "已向 31 个单位下达 38 项任务。"},
		"dispatched, next":   {view.Dispatched(31, 38, "2026-09-30").Next, "各单位应当于 2026-09-30 前确认责任人。"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
