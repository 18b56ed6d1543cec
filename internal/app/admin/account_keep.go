package admin

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/side"
)

// RegisterAudit is the register of what administrators do that is no entry elsewhere: accounts, exports, imports.
const RegisterAudit = "audit"

// Kinds of the register's entries.
const (
	AuditOpen   = "account_open"
	AuditReset  = "account_reset"
	AuditLock   = "account_lock"
	AuditUnlock = "account_unlock"
	AuditEnd    = "account_end"
	AuditExport = "export"
	AuditImport = "import"
)

// forGood is the end of a lock that an administrator set: only an administrator takes it off.
var forGood = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// ByAdministrator tells whether the lock has to be taken off by an administrator.
func (l *Locked) ByAdministrator() bool { return !l.Until.Before(forGood) }

// Usable tells whether a person may go on in a session: there is an account, and no administrator has locked it. A lock
// after wrong passwords ends no session.
func (a *Accounts) Usable(ctx context.Context, person int64) (bool, error) {
	var acc side.Account
	err := a.DB.Read(ctx, func(tx *store.Tx) (err error) {
		acc, err = side.AccountOf(ctx, tx, person)
		return err
	})
	if errors.Is(err, side.ErrNone) {
		return false, nil
	}
	return err == nil && acc.LockedUntil < forGood.UnixMicro(), err
}

// Account is an account as the system administrator sees it: never its secret.
type Account struct {
	Person int64
	Login  string
	Locked bool      // by an administrator
	Until  time.Time // end of a lock after wrong passwords, zero none
	First  bool      // the printed password has not been changed yet
}

// keeperOfAccounts is the mandate of the system administrator, or Denied.
func (h *House) keeperOfAccounts(ctx context.Context, who access.Actor) (*act.Site, access.Actor, error) {
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return nil, who, err
	}
	who, ok := officer(site, who, h.Acts.Today(), func(a access.Actor) bool { return a.System || a.Role() == access.SystemAdmin })
	if !ok {
		return nil, who, app.Faultf(app.Denied, "账号由系统管理员管理，您的岗位不能查看和修改。")
	}
	return site, who, nil
}

// AllAccounts lists the accounts by login.
func (h *House) AllAccounts(ctx context.Context, who access.Actor) ([]Account, error) {
	if _, _, err := h.keeperOfAccounts(ctx, who); err != nil {
		return nil, err
	}
	var out []Account
	now := h.Acts.Now()
	err := h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := side.Accounts(ctx, tx)
		for _, a := range all {
			acc := Account{Person: a.Person, Login: a.Login, First: a.MustChange, Locked: a.LockedUntil >= forGood.UnixMicro()}
			if until := time.UnixMicro(a.LockedUntil); !acc.Locked && a.LockedUntil > 0 && now.Before(until) {
				acc.Until = until.In(app.China)
			}
			out = append(out, acc)
		}
		return err
	})
	slices.SortFunc(out, func(a, b Account) int { return cmp.Compare(a.Login, b.Login) })
	return out, err
}

// OpenAccount gives a person an account and returns the password to hand over; it has to be changed at first sign-in.
func (h *House) OpenAccount(ctx context.Context, who access.Actor, request string, person int64, login string) (string, error) {
	_, who, err := h.keeperOfAccounts(ctx, who)
	if err != nil {
		return "", err
	}
	if _, err := h.entry(ctx, act.RegisterPerson, person); err != nil {
		return "", app.Wrong("person", "请选择名录中的人员。")
	}
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		if acc, err := side.AccountOf(ctx, tx, person); err == nil {
			return app.Wrong("person", "该人员已经有账号“%s”。", acc.Login)
		} else if !errors.Is(err, side.ErrNone) {
			return err
		}
		if login == "" {
			return app.Wrong("login", "请填写账号。")
		}
		if _, err := side.AccountByLogin(ctx, tx, login); err == nil {
			return app.Wrong("login", "账号“%s”已经有人使用。", login)
		} else if !errors.Is(err, side.ErrNone) {
			return err
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if err := h.audit(ctx, who, request, AuditOpen, "开立账号 "+login, person, 0); err != nil {
		return "", err
	}
	password := NewPassword()
	return password, h.Accounts.Set(ctx, person, login, password, true)
}

// ResetAccount makes a new password to hand over; a lock is taken off with it.
func (h *House) ResetAccount(ctx context.Context, who access.Actor, request string, person int64) (login, password string, err error) {
	acc, who, err := h.accountOf(ctx, who, person)
	if err != nil {
		return "", "", err
	}
	if err := h.audit(ctx, who, request, AuditReset, "重置账号 "+acc.Login+" 的密码", person, 0); err != nil {
		return "", "", err
	}
	password = NewPassword()
	return acc.Login, password, h.Accounts.Set(ctx, person, acc.Login, password, true)
}

// LockAccount keeps a person out, at once and until it is unlocked.
func (h *House) LockAccount(ctx context.Context, who access.Actor, request string, person int64) error {
	return h.setLock(ctx, who, request, person, forGood.UnixMicro(), AuditLock, "锁定账号 ")
}

// UnlockAccount takes any lock off.
func (h *House) UnlockAccount(ctx context.Context, who access.Actor, request string, person int64) error {
	return h.setLock(ctx, who, request, person, 0, AuditUnlock, "解除锁定账号 ")
}

func (h *House) setLock(ctx context.Context, who access.Actor, request string, person, until int64, kind, what string) error {
	acc, who, err := h.accountOf(ctx, who, person)
	if err != nil {
		return err
	}
	if who.Person == person {
		return app.Faultf(app.Denied, "不能锁定或者解锁自己的账号。")
	}
	if err := h.audit(ctx, who, request, kind, what+acc.Login, person, 0); err != nil {
		return err
	}
	acc.Failed, acc.LockedUntil = 0, until
	return h.Accounts.put(ctx, acc)
}

// EndAccount takes an account away for good. The person's records stay as they are.
func (h *House) EndAccount(ctx context.Context, who access.Actor, request string, person int64) error {
	acc, who, err := h.accountOf(ctx, who, person)
	if err != nil {
		return err
	}
	if who.Person == person {
		return app.Faultf(app.Denied, "不能停用自己的账号。")
	}
	if err := h.audit(ctx, who, request, AuditEnd, "停用账号 "+acc.Login, person, 0); err != nil {
		return err
	}
	return h.Acts.DB.Write(ctx, func(tx *store.Tx) error { return side.DeleteAccount(ctx, tx, person) })
}

func (h *House) accountOf(ctx context.Context, who access.Actor, person int64) (side.Account, access.Actor, error) {
	_, who, err := h.keeperOfAccounts(ctx, who)
	if err != nil {
		return side.Account{}, who, err
	}
	var acc side.Account
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		acc, err = side.AccountOf(ctx, tx, person)
		return err
	})
	if errors.Is(err, side.ErrNone) {
		err = app.Faultf(app.NotFound, "没有这个账号，或者已经停用。")
	}
	return acc, who, err
}

// Exported records that a person took a list out of the program.
func (h *House) Exported(ctx context.Context, who access.Actor, what string, count int) error {
	return h.audit(ctx, who, "", AuditExport, "导出"+what, 0, int64(count))
}

// audit records what an administrator does that is no entry elsewhere.
func (h *House) audit(ctx context.Context, who access.Actor, request, kind, what string, person, count int64) error {
	fields := matter.Values{}.With("kind", matter.OfText(kind)).With("what", matter.OfText(what))
	if person != 0 {
		e, err := h.entry(ctx, act.RegisterPerson, person)
		if err != nil {
			return err
		}
		fields = fields.With("person", matter.OfRef(act.RefTo(e, newest(e))))
	}
	if count != 0 {
		fields = fields.With("count", matter.OfInt(count))
	}
	_, err := h.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: who, Register: RegisterAudit, Key: uuid.Must(uuid.NewV7()).String(), Fields: fields,
	})
	return err
}

// AuditOf reads what an entry of the register of audit says.
func AuditOf(e *matter.Entry) (kind, what string, count int64) {
	f := newest(e).Fields
	return f.Text("kind"), f.Text("what"), f.Int("count")
}

// auditEntries reads the newest entries of the register with a kind, newest first.
func (h *House) auditEntries(ctx context.Context, kind string, limit int) ([]*matter.Entry, error) {
	var out []*matter.Entry
	err := h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := read.Register(ctx, tx, RegisterAudit)
		for _, e := range all {
			if newest(e).Fields.Text("kind") == kind {
				out = append(out, e)
			}
		}
		return err
	})
	slices.SortFunc(out, func(a, b *matter.Entry) int { return cmp.Compare(b.No, a.No) })
	return out[:min(len(out), limit)], err
}
