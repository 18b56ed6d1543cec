// Package side keeps rows without truth: accounts, sessions, drafts, leases and the outbox. Losing one loses no record.
package side

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhunsheng/internal/store"
)

// ErrNone says that there is no such row.
var ErrNone = errors.New("no such row")

// Account is how a person signs in.
type Account struct {
	Person      int64
	Login       string
	Secret      string // argon2id in the PHC form
	TOTP        string
	Failed      int64 // wrong passwords in a row
	LockedUntil int64 // microseconds UTC, 0 not locked
	MustChange  bool
}

const accountColumns = "SELECT person, login, secret, totp, failed, locked_until, must_change FROM account"

// AccountByLogin finds an account; ErrNone where there is none.
func AccountByLogin(ctx context.Context, tx *store.Tx, login string) (Account, error) {
	return scanAccount(tx.Row(ctx, accountColumns+" WHERE login = $1", login))
}

// AccountOf finds a person's account; ErrNone where there is none.
func AccountOf(ctx context.Context, tx *store.Tx, person int64) (Account, error) {
	return scanAccount(tx.Row(ctx, accountColumns+" WHERE person = $1", person))
}

func scanAccount(row *sql.Row) (Account, error) {
	var a Account
	var change int64
	err := row.Scan(&a.Person, &a.Login, &a.Secret, &a.TOTP, &a.Failed, &a.LockedUntil, &change)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, ErrNone
	}
	if err != nil {
		return Account{}, fmt.Errorf("read account: %w", err)
	}
	a.MustChange = change != 0
	return a, nil
}

// Accounts lists every account by person.
func Accounts(ctx context.Context, tx *store.Tx) ([]Account, error) {
	rows, err := tx.Query(ctx, accountColumns+" ORDER BY person")
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	defer rows.Close()
	var out []Account
	for rows.Next() {
		var a Account
		var change int64
		if err := rows.Scan(&a.Person, &a.Login, &a.Secret, &a.TOTP, &a.Failed, &a.LockedUntil, &change); err != nil {
			return nil, fmt.Errorf("read account: %w", err)
		}
		a.MustChange = change != 0
		out = append(out, a)
	}
	return out, rows.Err()
}

// PutAccount writes a person's account.
func PutAccount(ctx context.Context, tx *store.Tx, a Account) error {
	change := 0
	if a.MustChange {
		change = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO account (person, login, secret, totp, failed, locked_until, must_change)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person) DO UPDATE SET login = excluded.login, secret = excluded.secret,
totp = excluded.totp, failed = excluded.failed, locked_until = excluded.locked_until, must_change = excluded.must_change`,
		a.Person, a.Login, a.Secret, a.TOTP, a.Failed, a.LockedUntil, change)
	if err != nil {
		return fmt.Errorf("write account: %w", err)
	}
	return nil
}

// DeleteAccount takes a person's account and sessions away.
func DeleteAccount(ctx context.Context, tx *store.Tx, person int64) error {
	for _, text := range []string{"DELETE FROM account WHERE person = $1", "DELETE FROM session WHERE person = $1"} {
		if _, err := tx.Exec(ctx, text, person); err != nil {
			return fmt.Errorf("delete account: %w", err)
		}
	}
	return nil
}

// SessionBy returns a session that has not expired at now (microseconds UTC); ErrNone where there is none.
func SessionBy(ctx context.Context, tx *store.Tx, token string, now int64) ([]byte, error) {
	var body []byte
	err := tx.Row(ctx, "SELECT body FROM session WHERE token = $1 AND expires > $2", token, now).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("read session: %w", err)
	}
	return body, nil
}

// PutSession keeps a session until it expires (microseconds UTC).
func PutSession(ctx context.Context, tx *store.Tx, token string, body []byte, expires int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO session (token, person, body, expires) VALUES ($1, 0, $2, $3)
ON CONFLICT (token) DO UPDATE SET body = excluded.body, expires = excluded.expires`, token, body, expires)
	if err != nil {
		return fmt.Errorf("write session: %w", err)
	}
	return nil
}

// DeleteSession ends a session.
func DeleteSession(ctx context.Context, tx *store.Tx, token string) error {
	if _, err := tx.Exec(ctx, "DELETE FROM session WHERE token = $1", token); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// Draft returns a form kept unfinished by a post (0: shared, told apart by the form).
func Draft(ctx context.Context, tx *store.Tx, post int64, form string) (body []byte, ok bool, err error) {
	var text string
	err = tx.Row(ctx, "SELECT body FROM draft WHERE post = $1 AND form = $2", post, form).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read draft: %w", err)
	}
	return []byte(text), true, nil
}

// Drafts lists the drafts of a post whose form begins with prefix, by form.
func Drafts(ctx context.Context, tx *store.Tx, post int64, prefix string) ([][]byte, error) {
	rows, err := tx.Query(ctx, "SELECT body FROM draft WHERE post = $1 AND form >= $2 AND form < $3 ORDER BY form", post, prefix, prefix+"\U0010FFFF")
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	defer rows.Close()
	var out [][]byte
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read draft: %w", err)
		}
		out = append(out, []byte(text))
	}
	return out, rows.Err()
}

// PutDraft keeps a draft; at is in microseconds UTC.
func PutDraft(ctx context.Context, tx *store.Tx, post int64, form string, body []byte, at int64) error {
	_, err := tx.Exec(ctx, `INSERT INTO draft (post, form, body, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (post, form) DO UPDATE SET body = excluded.body, at = excluded.at`, post, form, string(body), at)
	if err != nil {
		return fmt.Errorf("write draft: %w", err)
	}
	return nil
}

// DeleteDraft drops a draft.
func DeleteDraft(ctx context.Context, tx *store.Tx, post int64, form string) error {
	if _, err := tx.Exec(ctx, "DELETE FROM draft WHERE post = $1 AND form = $2", post, form); err != nil {
		return fmt.Errorf("delete draft: %w", err)
	}
	return nil
}
