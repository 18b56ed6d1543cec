package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadDeadlines(t *testing.T) {
	for words, want := range map[string]string{
		"4月底前": "by:2026-04-30", "2026-06-30": "by:2026-06-30", "2026年6月30日前": "by:2026-06-30", "每半年": "every:P6M", "全年": "in:2026", "": "",
	} {
		got := ""
		if d := ReadDeadlines(words, 2026); len(d) > 0 {
			got = d[0].Norm
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", words, got, want)
		}
	}
}

func TestReadTargets(t *testing.T) {
	type row struct {
		Op    string
		Value float64
		Unit  string
	}
	var got []row
	for _, r := range ReadTargets("开展案卷评查不少于2次；备案率达到100%") {
		got = append(got, row{r.Op, r.Value.Low, r.Unit})
	}
	if diff := cmp.Diff([]row{{">=", 2, "次"}, {">=", 100, "%"}}, got); diff != "" {
		t.Error(diff)
	}
}
