package apptest

import (
	"context"
	"log/slog"

	"zhunsheng/internal/app/admin"
)

// Index brings the search index up to the newest record, as the server's indexer does by itself.
func (s *Site) Index() {
	s.T.Helper()
	_, err := admin.NewIndex(s.DB, slog.New(slog.DiscardHandler)).CatchUp(context.Background())
	s.must(err)
}
