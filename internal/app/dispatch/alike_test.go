package dispatch

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRepeats(t *testing.T) {
	const long = "今年以来组织开展执法检查四十二次，发现并整改问题一百一十三个，办结案件十二件。"
	cases := map[string]struct {
		a, b string
		want bool
	}{
		"the same":           {long, long, true},
		"other punctuation":  {long, strings.NewReplacer("，", " ", "。", "").Replace(long), true},
		"one number changed": {strings.Repeat(long, 3), strings.Repeat(long, 2) + strings.Replace(long, "四十二", "四十三", 1), true},
		"another text":       {long, "全年开展普法宣传活动六十场，培训行政执法人员三百余人次，组织旁听庭审四次。", false},
		"both say nothing":   {"无。", "无。", false},
		"empty":              {"", "", false},
		"one is a part":      {long, long + long + long, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := sayingOf(c.a).repeats(sayingOf(c.b)); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// Likeness is a measure: the same both ways, 1 for the same, and what is cut short was below the bar indeed.
func TestLikenessIsAMeasure(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("执法检查整改一二三")), 2, 30, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, least := shapeOf(text.Draw(t, "a")), shapeOf(text.Draw(t, "b")), rapid.Float64Range(0, 1).Draw(t, "least")
		full := a.like(b, 0)
		if full != b.like(a, 0) || full < 0 || full > 1 || a.like(a, 0) != 1 {
			t.Fatalf("likeness %v, back %v, of itself %v", full, b.like(a, 0), a.like(a, 0))
		}
		if cut := a.like(b, least); cut != full && (cut != 0 || full >= least) {
			t.Fatalf("cut short at %v: %v, in full %v", least, cut, full)
		}
	})
}

func TestSentencesLoseNothing(t *testing.T) {
	want := []string{"检查12次。", "“整改到位。”", "还有吗？", "没有"}
	if got := sentences("检查12次。“整改到位。”还有吗？\n没有"); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("执法检查。！？”\n ，")), 0, 40, -1).Draw(t, "text")
		strip := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := strip(strings.Join(sentences(text), "")); got != strip(text) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}

func BenchmarkOffers(b *testing.B) {
	titles := make([]shape, 2000)
	for i := range titles {
		titles[i] = shapeOf(fmt.Sprintf("第%d项公布行政执法事项清单并组织开展案卷评查", i))
	}
	item := shapeOf("是否按照要求公布行政执法事项清单")
	for b.Loop() {
		for _, t := range titles {
			item.like(t, likeOffer)
		}
	}
}
