package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/side"
)

// Founding is what a new site begins with (建库): the government at the top of the tree and the three administrators.
type Founding struct {
	Name, Region, Sign string // full name; code of the region (行政区划代码), 6 to 12 digits; 机关代字, may be empty
	Admins             [3]Founder
}

// Founder is one of the three administrators: system, security, auditor, in this order.
type Founder struct{ Name, Login string }

// FounderRoles are the roles of Founding.Admins in order.
var FounderRoles = [3]string{access.SystemAdmin, access.SecurityAdmin, access.Auditor}

// founderTitles are the roles in words.
var founderTitles = [3]string{"系统管理员", "安全管理员", "审计员"}

// Founded is what a founding came to: passwords are known here and nowhere else.
type Founded struct {
	Unit     int64
	Accounts []FirstAccount
}

// FirstAccount is an account with the password to hand over; it has to be changed at first sign-in.
type FirstAccount struct{ Role, Title, Name, Login, Password string }

// Check says what is wrong with a founding.
func (f *Founding) Check() error {
	var faults []app.FieldFault
	wrong := func(field, say string) { faults = append(faults, app.FieldFault{Field: field, Say: say}) }
	if f.Name == "" || utf8.RuneCountInString(f.Name) > 100 {
		wrong("name", "请写明本级政府的全称，不超过 100 字。")
	}
	digits := strings.IndexFunc(f.Region, func(c rune) bool { return c < '0' || c > '9' }) < 0
	if len(f.Region) < 6 || len(f.Region) > 12 || !digits {
		wrong("region", "行政区划代码应当是 6 至 12 位数字，例如 990127。")
	}
	names, logins := map[string]bool{}, map[string]bool{}
	for i, a := range f.Admins {
		field := []string{"admin", "security", "auditor"}[i]
		switch {
		case a.Name == "":
			wrong(field, "请写明"+founderTitles[i]+"的姓名。")
		case names[a.Name]:
			wrong(field, "系统管理员、安全管理员和审计员必须是三个人（三员分立），“"+a.Name+"”写了两次。")
		case a.Login == "" || strings.ContainsAny(a.Login, " \t\r\n"):
			wrong(field, founderTitles[i]+"的账号不能为空，也不能含有空格。")
		case logins[a.Login]:
			wrong(field, "账号“"+a.Login+"”写了两次。")
		}
		names[a.Name], logins[a.Login] = true, true
	}
	return app.Wrongs(faults)
}

// Found enters the government, three persons with their posts, and gives them accounts. A database that has units is
// refused; a founding that was cut off before its accounts is finished by asking again.
func (h *House) Found(ctx context.Context, f Founding) (Founded, error) {
	f.Name, f.Region = strings.TrimSpace(f.Name), strings.TrimSpace(f.Region)
	for i := range f.Admins {
		f.Admins[i] = Founder{strings.TrimSpace(f.Admins[i].Name), strings.TrimSpace(f.Admins[i].Login)}
	}
	if err := f.Check(); err != nil {
		return Founded{}, err
	}
	if err := h.empty(ctx); err != nil {
		return Founded{}, err
	}
	fields := matter.Values{}.With("order", matter.OfInt(1))
	for name, text := range map[string]string{
		"code": f.Region, "name": f.Name, "sign": f.Sign, "kind": "government", "standing": "supervised", "region": f.Region,
	} {
		if text != "" {
			fields = fields.With(name, matter.OfText(text))
		}
	}
	root, err := h.found(ctx, "unit", act.RegisterUnit, f.Region, fields)
	if err != nil {
		return Founded{}, err
	}
	var persons [3]matter.Ref
	for i, a := range f.Admins {
		key := "r-" + FounderRoles[i]
		if persons[i], err = h.found(ctx, key, act.RegisterPerson, key, matter.Values{}.With("name", matter.OfText(a.Name))); err != nil {
			return Founded{}, err
		}
		post := matter.Values{}.With("person", matter.OfRef(persons[i])).With("unit", matter.OfRef(root)).
			With("role", matter.OfText(FounderRoles[i])).With("title", matter.OfText(founderTitles[i]))
		if _, err := h.found(ctx, key+"/post", act.RegisterPost, key+"/"+f.Region, post); err != nil {
			return Founded{}, err
		}
	}
	out := Founded{Unit: root.Entry}
	for i, a := range f.Admins {
		password := NewPassword()
		if err := h.Accounts.Set(ctx, persons[i].Entry, a.Login, password, true); err != nil {
			return Founded{}, err
		}
		out.Accounts = append(out.Accounts, FirstAccount{FounderRoles[i], founderTitles[i], a.Name, a.Login, password})
	}
	return out, nil
}

// founding is the beginning of the request ids of a founding.
const founding = "init/"

// empty refuses a database that has units or accounts, but for what a founding cut off had entered.
func (h *House) empty(ctx context.Context) error {
	return h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		units, err := read.Register(ctx, tx, act.RegisterUnit)
		if err != nil {
			return err
		}
		accounts, err := side.Accounts(ctx, tx)
		if err != nil {
			return err
		}
		_, begun, err := read.Once(ctx, tx, founding+"unit")
		if err != nil {
			return err
		}
		if len(accounts) == 0 && (len(units) == 0 || begun && len(units) == 1) {
			return nil
		}
		name := "账号"
		if len(units) > 0 {
			i := max(0, slices.IndexFunc(units, func(e *matter.Entry) bool { return refNo(newest(e).Fields, "parent") == 0 }))
			name = "“" + newest(units[i]).Fields.Text("name") + "”等单位"
		}
		return app.Faultf(app.Refused, "这个数据库里已经有%s，不能再次建库。", name)
	})
}

// found enters one entry of a founding, once.
func (h *House) found(ctx context.Context, id, register, key string, fields matter.Values) (matter.Ref, error) {
	done, err := h.Acts.PutEntry(ctx, act.Entry{
		ID: founding + id, Who: access.Actor{System: true}, Register: register, Key: key, Fields: fields, Reason: "建库",
	})
	if err != nil {
		return matter.Ref{}, fmt.Errorf("enter %s %s: %w", register, key, err)
	}
	e, err := h.entry(ctx, register, done.Matter)
	if err != nil {
		return matter.Ref{}, err
	}
	return act.RefTo(e, newest(e)), nil
}
