package figure

import "zhunsheng/internal/doc/text"

const (
	Consistent   = "consistent"
	Inconsistent = "inconsistent"
	NotCheckable = "not_checkable"
)

type Figure struct {
	Start   int
	Verdict string
	Text    string
}

func (f Figure) StatedWords() string              { return "" }
func (f Figure) ComputedWords() string            { return "" }
func CheckParagraphs(p []text.Paragraph) []Figure { return nil }
