package schema_test

import (
	"context"
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}

// dumps read a whole schema as lines, the migrations' own table left out.
var dumps = map[string]string{
	"sqlite": `SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite_%'
		ORDER BY tbl_name, type DESC, name`,
	"postgres": `SELECT line FROM (
		SELECT table_name AS t, 1 AS part, ordinal_position::text AS place, table_name || '.' || column_name || ' ' || data_type ||
			CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || column_default, '') ||
			CASE WHEN is_identity = 'YES' THEN ' IDENTITY' ELSE '' END AS line
		FROM information_schema.columns WHERE table_schema = current_schema()
		UNION ALL
		SELECT c.relname, 2, k.conname, c.relname || ': ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		WHERE c.relnamespace = current_schema()::regnamespace AND k.contype <> 'n'
		UNION ALL
		SELECT tablename, 3, indexname, replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = current_schema()
		UNION ALL
		SELECT relname, 4, '', relname || ' WITH ' || array_to_string(reloptions, ', ') FROM pg_class
		WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND reloptions IS NOT NULL
		) AS all_lines WHERE t NOT LIKE 'goose%' ORDER BY t COLLATE "C", part, length(place), place COLLATE "C", line COLLATE "C"`,
}

// TestSchema compares what the migrations add up to with what was reviewed.
func TestSchema(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		conn, err := e.Open(t).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		got := dump(t.Context(), t, conn, dumps[e.Name])
		golden := filepath.Join("testdata", e.Name+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("the schema differs from %s; after a review: go test ./internal/store/schema -update\n%s", golden, diff)
		}
	})
}

func dump(ctx context.Context, t *testing.T, conn *sql.Conn, query string) string {
	t.Helper()
	rs, err := conn.QueryContext(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rs.Close() }()
	var b strings.Builder
	for rs.Next() {
		var line string
		if err := rs.Scan(&line); err != nil {
			t.Fatal(err)
		}
		b.WriteString(line + "\n")
	}
	if err := rs.Err(); err != nil {
		t.Fatal(err)
	}
	if b.Len() == 0 {
		t.Fatal("no tables")
	}
	return b.String()
}

// TestOneIndexOnRecord keeps what every act writes to from growing: the log itself has its key and nothing else.
func TestOneIndexOnRecord(t *testing.T) {
	texts := map[string]string{
		"sqlite":   "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'record'", // the key is the table itself
		"postgres": "SELECT count(*) - 1 FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'record'",
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		conn, err := e.Open(t).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		var n int
		if err := conn.QueryRowContext(t.Context(), texts[e.Name]).Scan(&n); err != nil || n != 0 {
			t.Errorf("record has %d indexes beside its key, %v", n, err)
		}
	})
}
