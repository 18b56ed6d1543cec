package cli

import (
	"fmt"
	"os"

	"zhunsheng/internal/norm/chart"
)

type packChartCmd struct {
	packs
	ID      string `arg:"" help:"程序的标识。"`
	Version string `placeholder:"日期" help:"哪一日有效的文本，缺省为最新的。"`
	Form    string `enum:"mermaid,svg" default:"mermaid" help:"mermaid（缺省）或者 svg。"`
	View    string `enum:"staff,public" default:"staff" help:"svg：staff 工作人员用的（缺省），public 供公众查阅的。"`
	Out     string `placeholder:"文件" help:"写入文件，缺省写到标准输出。"`
}

// Run prints the flow chart of a procedure.
func (c packChartCmd) Run(env *Env) error {
	book, err := c.load(env)
	if err != nil {
		return err
	}
	def, err := definitionOf(book, c.ID, c.Version)
	if err != nil {
		return err
	}
	text := ""
	if c.Form == "svg" {
		text = chart.Draw(def, chart.Options{View: chart.View(c.View), Lists: true}).SVG()
	} else {
		text = def.Chart()
	}
	if c.Out == "" {
		_, err = fmt.Fprint(env.Out, text)
		return err
	}
	if err := os.WriteFile(c.Out, []byte(text), 0o644); err != nil {
		return misuse("不能写入 %s：%v", c.Out, err)
	}
	return env.printLines("已经写入 " + c.Out)
}
