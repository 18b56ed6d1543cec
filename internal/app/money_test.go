package app_test

import (
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/app"
)

func TestFen(t *testing.T) {
	for text, want := range map[string]int64{
		"100": 10000, "1,234.50": 123450, "1234.5元": 123450, "3万元": 3_000_000, "0.05万": 50000, "2亿元": 20_000_000_000, "0.01": 1, " 7 元": 700,
	} {
		if got, err := app.Fen(text); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "元", "-5", "1.234", "十元", "1e3", "99999999999999999999", "1.2.3"} {
		if got, err := app.Fen(text); err == nil {
			t.Errorf("%q was taken as %d", text, got)
		}
	}
}

// What is written can be read again.
func TestYuan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Int64Range(0, 1<<44).Draw(t, "fen")
		if got, err := app.Fen(app.Yuan(want)); err != nil || got != want {
			t.Fatalf("%d is written %s and read %d, %v", want, app.Yuan(want), got, err)
		}
	})
}

func FuzzFen(f *testing.F) {
	f.Add("1,234.50元")
	f.Fuzz(func(t *testing.T, text string) {
		fen, err := app.Fen(text)
		if err != nil {
			return
		}
		if again, err := app.Fen(app.Yuan(fen)); err != nil || again != fen {
			t.Fatalf("%q is %d, written %s, read %d, %v", text, fen, app.Yuan(fen), again, err)
		}
	})
}
