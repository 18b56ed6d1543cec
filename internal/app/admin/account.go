// Package admin keeps the house: accounts and sessions, a new site, and whole databases (verify, rebuild, backup, move).
package admin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"zhunsheng/internal/app"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/side"
)

// Rules of signing in. They are stated defaults, not law.
const (
	maxFailed    = 5                // wrong passwords in a row until the account is locked
	lockedFor    = 15 * time.Minute // how long it stays locked
	minPassword  = 10               // characters
	passwordSize = 14               // characters of a printed password
)

// Accounts signs people in. The secret is the one thing that is in no record; grants (posts) are entries.
type Accounts struct {
	DB  *store.DB
	Now func() time.Time
}

// SignedIn is the answer to a right password.
type SignedIn struct {
	Person     int64
	MustChange bool // the password was printed by an administrator and has to be changed first
}

// WrongPassword says how many tries are left before the account is locked.
type WrongPassword struct{ Left int }

// Error says it.
func (w *WrongPassword) Error() string {
	return fmt.Sprintf("账号或者密码不正确。再输错 %d 次，该账号将锁定 15 分钟。", w.Left)
}

// Locked says until when the account takes no password.
type Locked struct{ Until time.Time }

// Error says it.
func (l *Locked) Error() string {
	return "该账号已经锁定，" + l.Until.In(app.China).Format("15:04") + " 以后可以再次登录。"
}

// LockMinutes is how long a lock lasts.
const LockMinutes = int(lockedFor / time.Minute)

// unknownSecret is checked where there is no such account, so that an answer takes as long for a name that exists.
var unknownSecret = encodeSecret("", make([]byte, saltSize))

// SignIn checks a password. It fails with *WrongPassword or *Locked; an unknown account reads like a wrong password.
func (a *Accounts) SignIn(ctx context.Context, login, password string) (SignedIn, error) {
	var acc side.Account
	err := a.DB.Read(ctx, func(tx *store.Tx) (err error) {
		acc, err = side.AccountByLogin(ctx, tx, strings.TrimSpace(login))
		return err
	})
	if errors.Is(err, side.ErrNone) {
		checkSecret(unknownSecret, password)
		return SignedIn{}, &WrongPassword{Left: maxFailed - 1}
	}
	if err != nil {
		return SignedIn{}, err
	}
	now := a.Now()
	if until := time.UnixMicro(acc.LockedUntil); acc.LockedUntil > 0 && now.Before(until) {
		return SignedIn{}, &Locked{until}
	}
	if !checkSecret(acc.Secret, password) {
		return SignedIn{}, a.failed(ctx, acc, now)
	}
	if acc.Failed > 0 || acc.LockedUntil > 0 {
		acc.Failed, acc.LockedUntil = 0, 0
		if err := a.put(ctx, acc); err != nil {
			return SignedIn{}, err
		}
	}
	return SignedIn{Person: acc.Person, MustChange: acc.MustChange}, nil
}

// failed counts a wrong password and locks the account at the last.
func (a *Accounts) failed(ctx context.Context, acc side.Account, now time.Time) error {
	if acc.LockedUntil > 0 {
		acc.Failed, acc.LockedUntil = 0, 0 // a lock that has run out begins the count anew
	}
	acc.Failed++
	var answer error = &WrongPassword{Left: maxFailed - int(acc.Failed)}
	if acc.Failed >= maxFailed {
		until := now.Add(lockedFor)
		acc.LockedUntil = until.UnixMicro()
		answer = &Locked{until}
	}
	if err := a.put(ctx, acc); err != nil {
		return err
	}
	return answer
}

func (a *Accounts) put(ctx context.Context, acc side.Account) error {
	return a.DB.Write(ctx, func(tx *store.Tx) error { return side.PutAccount(ctx, tx, acc) })
}

// Set gives a person an account, or a new password. change makes the password one that has to be changed at first
// sign-in. It fails where the login is another person's.
func (a *Accounts) Set(ctx context.Context, person int64, login, password string, change bool) error {
	if login = strings.TrimSpace(login); login == "" {
		return app.Wrong("login", "请填写账号。")
	}
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program first
	secret := encodeSecret(password, salt)
	return a.DB.Write(ctx, func(tx *store.Tx) error {
		other, err := side.AccountByLogin(ctx, tx, login)
		if err == nil && other.Person != person {
			return app.Wrong("login", "账号“%s”已经有人使用。", login)
		}
		if err != nil && !errors.Is(err, side.ErrNone) {
			return err
		}
		return side.PutAccount(ctx, tx, side.Account{Person: person, Login: login, Secret: secret, MustChange: change})
	})
}

// Change lets a person choose a password. The old one is asked again.
func (a *Accounts) Change(ctx context.Context, person int64, old, fresh, again string) error {
	var acc side.Account
	err := a.DB.Read(ctx, func(tx *store.Tx) (err error) {
		acc, err = side.AccountOf(ctx, tx, person)
		return err
	})
	if err != nil {
		return err
	}
	var faults []app.FieldFault
	if !checkSecret(acc.Secret, old) {
		faults = append(faults, app.FieldFault{Field: "old", Say: "原密码不正确。"})
	}
	switch {
	case utf8.RuneCountInString(fresh) < minPassword:
		faults = append(faults, app.FieldFault{Field: "fresh", Say: fmt.Sprintf("新密码至少 %d 个字符。", minPassword)})
	case fresh == old:
		faults = append(faults, app.FieldFault{Field: "fresh", Say: "新密码与原密码相同。"})
	case fresh == acc.Login:
		faults = append(faults, app.FieldFault{Field: "fresh", Say: "新密码不得与账号相同。"})
	case fresh != again:
		faults = append(faults, app.FieldFault{Field: "again", Say: "两次填写的新密码不一致。"})
	}
	if err := app.Wrongs(faults); err != nil {
		return err
	}
	return a.Set(ctx, person, acc.Login, fresh, false)
}

// NewPassword makes a password to print once.
func NewPassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	b := make([]byte, passwordSize)
	_, _ = rand.Read(b)
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b)
}

// Parameters of argon2id: 19 MiB and two passes, one thread.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	saltSize    = 16
	keySize     = 32
)

// encodeSecret writes argon2id in the PHC form.
func encodeSecret(password string, salt []byte) string {
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, 1, keySize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, argonMemory, argonTime, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// checkSecret compares in constant time; a secret that is not in the PHC form never fits.
func checkSecret(secret, password string) bool {
	fields := strings.Split(secret, "$")
	if len(fields) != 6 || fields[1] != "argon2id" {
		return false
	}
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(fields[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(fields[5])
	if err != nil || len(want) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// FindCtx, CommitCtx and DeleteCtx keep sessions in the database, so that any copy of the program can answer.
func (a *Accounts) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		s, err := side.SessionBy(ctx, tx, token, a.Now().UnixMicro())
		if errors.Is(err, side.ErrNone) {
			return nil
		}
		b, found = s, err == nil
		return err
	})
	return b, found, err
}

// CommitCtx keeps a session.
func (a *Accounts) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return a.DB.Write(ctx, func(tx *store.Tx) error { return side.PutSession(ctx, tx, token, b, expiry.UnixMicro()) })
}

// DeleteCtx ends a session.
func (a *Accounts) DeleteCtx(ctx context.Context, token string) error {
	return a.DB.Write(ctx, func(tx *store.Tx) error { return side.DeleteSession(ctx, tx, token) })
}
