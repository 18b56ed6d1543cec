package bench

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/store/storetest"
)

// petitions is a month of an upper system's rows: half received and registered, the rest disposed of or answered, too.
func petitions(tb testing.TB, n int) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	write := func(cells ...string) {
		if err := w.Write(cells); err != nil {
			tb.Fatal(err)
		}
	}
	write("编号", "主办单位", "收到信访事项", "事项概述", "信访形式", "信访人", "请求、事实和理由", "登记", "转送、交办、告知", "转送、交办、告知结果", "类别", "办理途径", "受理")
	forms := []string{"信息网络", "书信", "电话", "走访"}
	for i := range n {
		received := beginning.AddDate(0, -1, i%28)
		day := func(after int) string { return received.AddDate(0, 0, after).Format(time.DateOnly) }
		row := []string{
			fmt.Sprintf("省信〔2025〕%06d号", i+1), fmt.Sprintf("单位U%02d", i%40), day(0), fmt.Sprintf("反映第 %d 号村道路硬化和补贴发放问题", i), forms[i%4],
			fmt.Sprintf("信访人%d；公民", i), "请求核实补贴发放名册，公布道路硬化的招标和验收情况，并书面答复。", day(1), "", "", "", "", "",
		}
		if i%2 == 0 {
			row[8], row[9], row[10], row[11] = day(2), "属于本机关职权，告知接收情况和途径、程序", "申诉求决类", "六 信访程序"
		}
		if i%4 == 0 {
			row[12] = day(3)
		}
		write(row...)
	}
	w.Flush()
	return b.Bytes()
}

// BenchmarkImport brings a month of a province's petitions in as shadows, and the same file again: it must double nothing.
func BenchmarkImport(b *testing.B) {
	n := number(b, "ZS_BENCH_PETITIONS", 20_000)
	each(b, func(b *testing.B, e storetest.Engine) {
		c := newCounty(b, e.Open(b))
		o := &admin.Opening{Acts: c.acts, House: &admin.House{Acts: c.acts}}
		file := petitions(b, n)
		who := access.Actor{System: true}
		for i, what := range []string{"first-s", "again-s"} {
			begun := time.Now()
			run, err := o.CheckMatters(b.Context(), who, "petition", "信访.csv", file)
			if err != nil || len(run.Faults) > 0 {
				b.Fatal(err, run.Faults)
			}
			checked := time.Since(begun)
			done, err := o.BringMatters(b.Context(), who, run)
			if err != nil {
				b.Fatal(err)
			}
			if i == 0 && done.New != n || i == 1 && (done.Same != n || done.Steps != 0) {
				b.Fatalf("%s: %+v", what, done)
			}
			b.ReportMetric(time.Since(begun).Seconds(), what)
			if i == 0 {
				b.ReportMetric(checked.Seconds(), "check-s")
				b.ReportMetric(float64(done.Steps), "acts")
			}
		}
		b.ReportMetric(0, "ns/op")
	})
}
