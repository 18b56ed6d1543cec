package view_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"zhunsheng/internal/doors/web/view"
)

// BenchmarkPlanReview draws the largest page there is: a plan of 120 measures with 24 unknown names, each with a
// list of 60 units.
func BenchmarkPlanReview(b *testing.B) {
	page := review
	var units []view.Option
	for i := range 60 {
		units = append(units, view.Option{Value: fmt.Sprint(i), Text: fmt.Sprintf("县第%d局", i)})
	}
	for i := range 24 {
		page.Unknown = append(page.Unknown, view.UnknownUnit{ID: fmt.Sprint(i + 10), Name: fmt.Sprintf("市第%d委", i), Options: units})
	}
	for i := range 120 {
		m := review.Sections[0].Measures[0]
		m.ID = fmt.Sprintf("x%d", i)
		page.Sections = append(page.Sections, view.ReviewSection{Title: "部分", Measures: []view.ReviewMeasure{m}})
	}
	var buf bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := view.PlanReview(page).Render(context.Background(), &buf); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(buf.Len())/1024, "KiB/page")
}
