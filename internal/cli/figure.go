package cli

import (
	"fmt"

	"zhunsheng/internal/doc/figure"
)

// figureCmd checks figures in documents.
type figureCmd struct {
	Check figureCheckCmd `cmd:"" help:"核对文中合计、占比、增幅、平均数；有不符的退出码为 1。"`
}

type figureCheckCmd struct {
	output
	File string `arg:"" help:"文件；- 为标准输入。"`
}

// Run prints the arithmetic of a document; exit 1 where something does not add up.
func (c figureCheckCmd) Run(env *Env) error {
	doc, err := readDocument(env, c.File)
	if err != nil {
		return err
	}
	list := figure.CheckParagraphs(doc.Paragraphs)
	wrongs := 0
	for _, f := range list {
		if f.Verdict == figure.Inconsistent {
			wrongs++
		}
	}
	if c.json() {
		if err := env.printJSON(map[string][]figure.Figure{"figures": list}); err != nil {
			return err
		}
	} else {
		if err := figureTable(env, list); err != nil {
			return err
		}
		fmt.Fprintf(env.Out, "共 %d 处可核对的数字，%d 处不符。\n", len(list), wrongs)
	}
	if wrongs > 0 {
		return wrongShown()
	}
	return nil
}
