package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"

	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
)

// Labels of files.
const (
	labelEvidence = "evidence"
	labelSigned   = "signed_page"
)

// summary is a short account of work done, as units attach it.
func (s *story) summary(ctx context.Context, unit, title, words, day string) (matter.Attached, error) {
	b, err := layout.DOCX(layout.Document{
		Title: "关于“" + title + "”的情况说明", To: "县司法局",
		Blocks:    []layout.Block{layout.Text(words), layout.Text("特此说明。")},
		Signature: unit, Date: chineseDay(day),
	})
	if err != nil {
		return matter.Attached{}, fmt.Errorf("set a summary: %w", err)
	}
	return s.keep(ctx, labelEvidence, "情况说明（"+title+"）.docx", b)
}

// account is a list of what was counted.
func (s *story) account(ctx context.Context, title, unit string, n int64, day string) (matter.Attached, error) {
	table := sheet.Table{
		Name:    "台账",
		Columns: []sheet.Column{{Title: "序号", Kind: sheet.Number}, {Title: "日期", Kind: sheet.Date}, {Title: "内容"}, {Title: "单位"}},
		Rows: func(yield func([]any) bool) {
			for i := range min(n, mostRows) {
				if !yield([]any{i + 1, day, title, unit}) {
					return
				}
			}
		},
	}
	b, err := sheet.CSV(table)
	if err != nil {
		return matter.Attached{}, fmt.Errorf("write an account: %w", err)
	}
	return s.keep(ctx, labelEvidence, "台账（"+title+"）.csv", b)
}

// mostRows bounds the list of an account.
const mostRows = 40

// signedPage is the scan of a page that a head signed: lines of writing and a name, no letter that could be read.
func (s *story) signedPage(ctx context.Context, r *rand.Rand, title string) (matter.Attached, error) {
	page := image.NewPaletted(image.Rect(0, 0, 420, 594), color.Palette{color.White, color.Gray{170}, color.RGBA{40, 40, 120, 255}, color.RGBA{170, 30, 30, 255}})
	for line := range 14 {
		y := 90 + line*28
		for x := 50; x < 370-r.IntN(60); x++ {
			if x%17 < 13 {
				page.SetColorIndex(x, y, 1)
				page.SetColorIndex(x, y+6, 1)
			}
		}
	}
	y := 520.0
	for x := 250; x < 350; x++ { // the signature
		y += r.Float64()*8 - 4
		for w := range 3 {
			page.SetColorIndex(x, int(y)+w, 2)
		}
	}
	for x := 60; x < 360; x++ {
		page.SetColorIndex(x, 60, 3)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, page); err != nil {
		return matter.Attached{}, fmt.Errorf("draw a signed page: %w", err)
	}
	return s.keep(ctx, labelSigned, "签批页（"+title+"）.png", out.Bytes())
}

func (s *story) keep(ctx context.Context, label, name string, b []byte) (matter.Attached, error) {
	blob, err := s.Acts.Keep(ctx, name, b)
	return matter.Attached{Label: label, Blob: blob}, err
}

// chineseDay writes 2026-07-01 as 2026年7月1日.
func chineseDay(day string) string {
	var y, m, d int
	if _, err := fmt.Sscanf(day, "%d-%d-%d", &y, &m, &d); err != nil {
		return day
	}
	return fmt.Sprintf("%d年%d月%d日", y, m, d)
}
