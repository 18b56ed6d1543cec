package write_test

import (
	"context"
	"os"
	"testing"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

func TestMain(m *testing.M) {
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}

func newWriter(t testing.TB, db *store.DB, cfg write.Config) *write.Writer {
	t.Helper()
	w, err := write.New(db, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func TestFill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		w := newWriter(t, db, write.Config{})
		storetest.NewWorld(w, 1).Fill(t, 30)
	})
}
