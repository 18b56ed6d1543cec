package demo

import (
	"fmt"
	"regexp"
	"strings"

	"zhunsheng/internal/doc/layout"
)

// Names of the embedded documents.
const (
	planThis = "plan_this.txt" // this year's plan, also set as DOCX
	planLast = "plan_last.txt"
	superior = "superior.txt" // a document of the city above
	secret   = "secret.txt"   // carries a mark of secrecy, nothing else
)

// Document is a file as an office would upload it.
type Document struct {
	Name  string
	Bytes []byte
}

// ThisPlan is this year's plan as DOCX in official layout.
func (y Years) ThisPlan() (Document, error) {
	s, err := y.file(planThis)
	if err != nil {
		return Document{}, err
	}
	b, err := layout.DOCX(official(s))
	if err != nil {
		return Document{}, fmt.Errorf("set this year's plan: %w", err)
	}
	return Document{Name: y.fill("衡平县{Y}年法治政府建设工作计划.docx"), Bytes: b}, nil
}

// LastPlan is last year's plan as plain text.
func (y Years) LastPlan() (Document, error) {
	s, err := y.file(planLast)
	return Document{Name: y.fill("衡平县{P}年法治政府建设工作要点.txt"), Bytes: []byte(s)}, err
}

// Superior is a document of the city above, which gives tasks.
func (y Years) Superior() (Document, error) {
	s, err := y.file(superior)
	return Document{Name: y.fill("岫法行办〔{Y}〕14号.txt"), Bytes: []byte(s)}, err
}

// Secret is a document that must be refused at the door: it carries a mark of secrecy and nothing else.
func (y Years) Secret() (Document, error) {
	s, err := y.file(secret)
	return Document{Name: "专门工作安排.txt", Bytes: []byte(s)}, err
}

var (
	firstLevel = regexp.MustCompile(`^[一二三四五六七八九十]+、`)
	numberLine = regexp.MustCompile(`^\S+〔\d{4}〕\d+号$`)
)

// official sets a plain text that follows the order of an official document: head, number, title, addressees, body.
func official(s string) layout.Document {
	var d layout.Document
	for i, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case i == 0:
			d.Head = line
		case d.Number == "" && numberLine.MatchString(line):
			d.Number = line
		case d.To == "" && strings.HasSuffix(line, "："):
			d.To = strings.TrimSuffix(line, "：")
		case d.To == "":
			d.Title = strings.TrimPrefix(d.Title+"\n"+line, "\n")
		case firstLevel.MatchString(line):
			d.Blocks = append(d.Blocks, layout.HeadingText(1, line))
		default:
			d.Blocks = append(d.Blocks, layout.Text(line))
		}
	}
	return d
}
