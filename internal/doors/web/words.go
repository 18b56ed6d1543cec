package web

import (
	"zhunsheng/internal/access"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/procedure"
)

// roleTitles are the roles of posts in official words.
var roleTitles = map[string]string{
	access.Coordinator: "统筹岗", access.Liaison: "联络员", access.Handler: "承办人", access.Head: "负责人",
	access.GovHead: "政府负责人", access.Supervisor: "监督岗", access.SystemAdmin: "系统管理员",
	access.SecurityAdmin: "安全管理员", access.Auditor: "审计员", "reviewer": "法制审核岗", "recorder": "代录岗",
	"principal": "正职负责人",
}

// roleTitle names a role as posts are called here, and as the procedures call it where they alone know it.
func roleTitle(role string) string {
	if t, ok := roleTitles[role]; ok {
		return t
	}
	return procedure.RoleTitle(role)
}

// refusalView shows every unmet condition with its article.
func refusalView(lead string, unmet []procedure.Unmet) *view.Refusal {
	r := &view.Refusal{Lead: lead}
	for _, u := range unmet {
		r.Items = append(r.Items, view.Unmet{Text: u.Say, Wait: u.Hint, Ref: u.Cites})
	}
	return r
}
