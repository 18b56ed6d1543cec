// Package view draws the staff pages. Every page is a templ component with a parameter struct of plain values:
// words, numbers, links. It asks no database, knows no rule and decides nothing; what a page shows has been
// decided before. Markup, class names and wording follow the interface guide (ui/README.md).
//
// Conventions that all structs share: dates are ready to show ("2026-09-23" in tables, "2026年9月23日" in
// prose), a Href or Action is a path of this site, an empty Href or Action means that the link or form is not
// offered, and the names of form controls stand in the comment of the struct that draws them.
package view

// Link is words one can press. With an empty Href it is drawn as plain words.
type Link struct{ Text, Href string }

// Signal is a light: Light is one of Green, Yellow, Red, Done, Open; Text always says it in words as well
// (「剩 7 天」「逾期 12 天」).
type Signal struct{ Light, Text string }

// The five lights (灯): shape and word, never colour alone.
const (
	Green  = "g" // ● 绿灯
	Yellow = "y" // ▲ 黄灯
	Red    = "r" // ■ 红灯
	Done   = "d" // ✓ 已办
	Open   = "o" // ○ 未开始
)

// Tag is a word in a frame. Tone is "" (plain), "a" (现在可办), "w" (补录) or "b" (倒填, 暂不能办).
type Tag struct{ Text, Tone string }

// Assets are the addresses of the sheet and scripts, as package static names them.
type Assets struct{ Sheet, Htmx, Script, Icon string }

// User is who is signed in, and as what.
type User struct {
	Name, Unit     string
	Post           string   // id of the post acted from
	Posts          []Option // all posts of the person; more than one offers a change (一人多岗)
	Notices        int      // unread notices
	NoticesHref    string
	AccountHref    string // own account: password, posts
	PostAction     string // POST, field post: act from another post
	SignOutAction  string // POST: 退出
	DelegatedBy    string // name acted for under a delegation or leave cover (代理), or ""
	PracticeNotice bool   // the unit is a practice unit (练习): nothing counts
}

// MenuItem is one entry of the side menu.
type MenuItem struct {
	Text, Href string
	Current    bool
}

// MenuGroup is one group of the side menu; it is open when one of its items is the current page.
type MenuGroup struct {
	Title string
	Items []MenuItem
}

// open says whether the group holds the current page.
func (g MenuGroup) open() bool {
	for _, item := range g.Items {
		if item.Current {
			return true
		}
	}
	return false
}

// Button is something to do in the head of a page: a link, or with Post a form of its own with one button.
type Button struct {
	Text, Href string
	Go         bool // the one blue button
	Post       bool // acts: sent by POST to Href
	Off        bool // shown, but cannot be pressed now
}

// Flash is what the last act came to, or what the reader has to know before anything else. It stands at the
// top of the content and stays until the page is left.
type Flash struct {
	Tone        string // "ok", "warn", "bad" or "" (neutral)
	Lead        string // in bold: what happened
	Text        string // why, in a sentence
	Record      string // 存证编号 of the act, or ""
	ReceiptHref string // where its receipt is
	Next        string // what comes next (接下来：…)
	Link        Link   // where to go for it
	Request     string // request id to tell the administrator, or ""
}

// role is alert for what went wrong and status for the rest.
func (f Flash) role() string {
	if f.Tone == "bad" || f.Tone == "warn" {
		return "alert"
	}
	return "status"
}

// Page is what every page has around its content.
type Page struct {
	Assets Assets
	Site   string // 衡平县法治政府工作平台
	Body   string // 衡平县人民政府, in the print header
	Office string // 衡平县司法局, in the foot
	Title  string // h1, and the head of the window
	Tag    Tag    // a word beside the h1 (草稿)
	Facts  string // the one line under the h1
	Crumbs []Link // from the group to this page; the last has no Href
	// Buttons stand at the right of the h1; at most one is Go.
	Buttons []Button
	User    User
	Menu    []MenuGroup
	Flash   []Flash
	Errors  []FieldError // error summary of a rejected form, in page order
	Search  string       // action of the search form (GET, field q), or ""
	Query   string       // what was searched for
	Time    string       // 2026-09-23 10:24
	Printed string       // 2026年9月23日 10:24
	Land    bool         // print across (宽表)
	Session int          // seconds until a sign-in without acts ends; 0: not said
	HelpURL string       // 使用说明, or ""
	Home    string       // where the name in the masthead leads
}

// FieldError is one thing to put right: ID of the control, and the words, which are the same in the summary
// and at the control.
type FieldError struct{ ID, Text string }
