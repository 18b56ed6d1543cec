package view

import "slices"

// Place is one entry of the side menu with the address of its page. The handlers register these addresses,
// so that the menu can have no dead link.
type Place struct{ ID, Group, Text, Path string }

// Places lists the pages that exist now, in the order of the menu (ui/README.md, Navigation).
var places = slices.Concat([]Place{
	{"desk", "工作台", "我的工作台", "/desk"},
	{"agenda", "工作台", "日程与到期", "/agenda"},
	{"notices", "工作台", "通知", "/notices"},
	{"drafts", "工作台", "我的草稿", "/drafts"},
	{"plans", "计划督办", "年度计划", "/plans"},
	{"import", "计划督办", "导入计划文件", "/plans/import"},
	{"board", "计划督办", "任务看板", "/board"},
	{"instructions", "计划督办", "来文与批示", "/instructions"},
	{"collections", "计划督办", "材料报送汇总", "/collections"},
	{"supervision", "计划督办", "督办与延期", "/supervision"},
	{"reports", "计划督办", "定期报告", "/reports"},
	{"binders", "计划督办", "迎检与整改", "/binders"},
}, linePlaces(), []Place{
	{"laws", "依据与系统", "法律法规", "/laws"},
	{"procedures", "依据与系统", "程序与期限", "/procedures"},
	{"proof", "依据与系统", "存证与核验", "/proof"},
	{"units", "依据与系统", "单位与人员", "/units"},
	{"opening", "依据与系统", "期初数据导入", "/opening"},
	{"system", "依据与系统", "系统管理", "/system"},
})

func linePlaces() []Place {
	out := make([]Place, len(workLines))
	for i, l := range workLines {
		out[i] = l.Place
	}
	return out
}

// Places returns the pages of the menu in order.
func Places() []Place { return append([]Place(nil), places...) }

// Menu builds the side menu: the places that may returns true for, in their groups; current is the id of the
// place the page belongs to. A group without a place is not shown.
func Menu(current string, may func(id string) bool) []MenuGroup {
	var groups []MenuGroup
	for _, place := range places {
		if !may(place.ID) {
			continue
		}
		i := slices.IndexFunc(groups, func(g MenuGroup) bool { return g.Title == place.Group })
		if i < 0 {
			i = len(groups)
			groups = append(groups, MenuGroup{Title: place.Group})
		}
		group := &groups[i]
		group.Items = append(group.Items, MenuItem{Text: place.Text, Href: place.Path, Current: place.ID == current})
	}
	return groups
}
