package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/search"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

// written are phrases that benchmark texts are made of.
var written = strings.Fields("健全行政裁量权基准制度 公布实施 优化营商环境 开展双随机检查 组织执法人员培训 行政处罚案卷评查 合法性审核 重大行政决策程序" +
	" 规范性文件清理 法治政府建设 公平竞争审查 行政复议 应诉 普法宣传 政务公开 证明事项告知承诺 综合执法改革 乡镇街道 司法局 牵头 配合 年底前完成 报送总结 征求意见")

// prose makes a text of about n characters; the numbers in it make words that are rare.
func prose(r *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < 3*n {
		b.WriteString(written[r.IntN(len(written))])
		switch r.IntN(6) {
		case 0:
			b.WriteString("，")
		case 1:
			b.WriteString(string([]rune{rune(0x4e00 + r.IntN(3000)), rune(0x4e00 + r.IntN(3000))}))
		}
	}
	return b.String()
}

// fill writes n tasks of about 500 characters; every hundredth is of unit 2 as well. Several write at once, so that batches
// are full.
func fill(b *testing.B, db *store.DB, n int) {
	b.Helper()
	wr, err := write.New(db, write.Config{})
	if err != nil {
		b.Fatal(err)
	}
	const writers = 64
	errs := make(chan error, writers)
	for k := range writers {
		go func() {
			w := storetest.NewWorld(wr, uint64(k))
			w.Prefix(k)
			r := rand.New(rand.NewPCG(uint64(k), 2))
			for i := k; i < n; i += writers {
				c := w.OpenChange(1)
				c.Record.Effects.Links, c.Record.Personal = nil, matter.Words{}
				c.Record.Effects.Reach = []int64{1}
				if i%100 == 0 {
					c.Record.Effects.Reach = []int64{1, 2}
				}
				c.Record.Open = matter.Words{Title: prose(r, 20), Values: matter.Values{words("text", prose(r, 480))}}
				next, err := matter.Fold(nil, &c.Record)
				if err == nil {
					c.Next, c.State = next, matter.AppendState(nil, next)
					w.Encode(&c)
					_, err = wr.Do(context.Background(), c)
				}
				if err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range writers {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
	if err := wr.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSearch indexes ZS_SEARCH_DOCS tasks (default 2 000) of 500 characters and searches among them. “narrow” is a
// viewer who sees one in a hundred.
func BenchmarkSearch(b *testing.B) {
	n := 2000
	if s := os.Getenv("ZS_SEARCH_DOCS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			e := storetest.SQLite()
			if name == "postgres" {
				e = storetest.Postgres(b)
			}
			db := e.Open(b)
			fill(b, db, n)
			b.Run("index", func(b *testing.B) {
				for b.Loop() {
					if err := search.Reset(b.Context(), db); err != nil {
						b.Fatal(err)
					}
					for behind := true; behind; {
						p, err := search.Step(b.Context(), db)
						if err != nil {
							b.Fatal(err)
						}
						behind = p.Behind()
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
			})
			for whose, scope := range map[string]access.Scope{"wide": viewer(1), "narrow": viewer(2)} {
				for what, said := range map[string]string{"frequent": "行政", "phrase": "健全行政裁量权基准制度", "one": "法", "two phrases": "行政 司法局", "none": "无人驾驶"} {
					b.Run(fmt.Sprintf("%s/%s", whose, what), func(b *testing.B) {
						for b.Loop() {
							err := db.Read(b.Context(), func(tx *store.Tx) error {
								_, err := search.Matters(b.Context(), tx, scope, said, 0, 50)
								return err
							})
							if err != nil {
								b.Fatal(err)
							}
						}
					})
				}
			}
			b.Run("count", func(b *testing.B) {
				for b.Loop() {
					err := db.Read(b.Context(), func(tx *store.Tx) error {
						_, err := search.Count(b.Context(), tx, viewer(2), "行政")
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
