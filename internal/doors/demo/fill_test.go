package demo

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/pack"
)

// open makes an empty site whose every clock is the story's.
func open(t *testing.T, clock *Clock) (Config, *store.DB) {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "demo.db"), store.Options{Now: clock.Now, Readers: Readers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	book, problems := rulebook.Load(pack.Files)
	if len(problems.Errors()) > 0 {
		t.Fatal(problems)
	}
	acts, err := act.New(act.Config{DB: db, Blobs: &blob.Memory{}, Book: book, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = acts.Close(context.WithoutCancel(ctx)) })
	if err := acts.Load(ctx); err != nil {
		t.Fatal(err)
	}
	return Config{
		Acts: acts, Dispatch: &dispatch.Dispatch{Acts: acts}, Accounts: &admin.Accounts{DB: db, Now: clock.Now}, Clock: clock, Seed: 1,
		Log: func(s string) { t.Log(s) },
	}, db
}

func TestFill(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, app.China)
	c, _ := open(t, NewClock(func() time.Time { return now }))
	start := time.Now()
	filled, err := Fill(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d tasks, %d acts in %v", filled.Tasks, filled.Acts, time.Since(start))
}
