// Package plan turns a work plan as it was issued (年度工作计划, 实施方案, 工作要点, 任务分解表) into measures: number,
// heading, units with their roles, deadlines and quantified targets, each with its place in the document.
//
// The way: paragraphs are normalised into one run of characters; documents glued together are told apart; the official
// numbering (一、（一）1.（1）, 第X条) gives an outline; items that name units, or stand beside such items, are measures;
// rows of a table with known columns are measures too. Rules rest on the forms official documents share, never on
// places or names. Everything is pure and quick.
package plan

import (
	"encoding/json"
	"fmt"

	"zhunsheng/internal/doc/figure"
	"zhunsheng/internal/doc/text"
)

// Options steer a reading. The zero value reads every document and takes the year from the text.
type Options struct {
	Year     int  // year that months without a year belong to; 0: the year of the document
	Document *int // only measures and figures of this document, by its index in Documents; nil: all
}

// Result is what a file holds; the lists are never nil. Offsets count characters of the decoded file, ends are exclusive.
type Result struct {
	Documents []Document      `json:"documents"`
	Measures  []Measure       `json:"measures"`
	Stages    []Stage         `json:"stages"`
	Figures   []figure.Figure `json:"figures"`
}

// Document is one document of the file. Fields the text does not give are empty.
type Document struct {
	Title  string `json:"title"`
	Number string `json:"number"` // 发文字号
	Issuer string `json:"issuer"`
	Date   string `json:"date"` // YYYY-MM-DD
	Year   int    `json:"year"` // of the plan, 0 where it is masked or not given
	Kind   string `json:"kind"` // plan, report or other
	Start  int    `json:"start"`
	End    int    `json:"end"`
}

// The kinds of numbered items. Only a measure becomes a task.
const (
	KindMeasure     = "measure"
	KindPrinciple   = "principle"   // 指导思想, 基本原则
	KindGoal        = "goal"        // 工作目标
	KindRequirement = "requirement" // 保障措施, 工作要求 without a unit of their own
)

// Measure is one numbered item of a plan. Texts are simplified and without pinyin notes.
type Measure struct {
	Document    int        `json:"document"` // index in Documents
	No          int        `json:"no"`
	Label       string     `json:"label"` // the number as printed
	Kind        string     `json:"kind"`
	Section     string     `json:"section"` // nearest heading above
	SectionPath []string   `json:"section_path"`
	Title       string     `json:"title"`
	Text        string     `json:"text"`
	Start       int        `json:"start"`
	End         int        `json:"end"`
	Units       []Unit     `json:"units"`
	Deadlines   []Deadline `json:"deadlines"`
	Targets     []Target   `json:"targets"`
	Confidence  float64    `json:"confidence"` // 0 to 1: how plainly the form of the text speaks
}

// Roles of units.
const (
	RoleLead        = "lead"        // 牵头
	RoleAssist      = "assist"      // 配合
	RoleUndertake   = "undertake"   // 承办
	RoleResponsible = "responsible" // 责任单位
)

// Unit is a unit named by a measure, as printed, with its role.
type Unit struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// Deadline is a date or period of a measure. Its norm is one of
//
//	by:YYYY-MM-DD                the last day still in time: 4月底前, 6月30日前, 到2017年
//	in:YYYY, in:YYYY-MM, in:YYYY-MM-DD, in:YYYY-Qn, in:YYYY-Hn    within a period: 全年, 10月份, 二季度, 上半年
//	in:START/END                 a range of days: 2014年—2016年
//	every:P1Y, P6M, P3M, P1M, P1W    每年, 每半年, 每季度, 每月, 每周
//	every:P1Y@Q1, @start, @MM, @MM-DD    每年第一季度, 每年初, 每年3月, 每年2月底前
//	within:PnD, PnWD, PnM, PTnH  days, working days, months, hours after some event
//	ongoing                      长期坚持
//
// A month without a year takes the year of the plan; a year that is masked or not to be known is XXXX.
type Deadline struct {
	Text string `json:"text"`
	Norm string `json:"norm"`
}

// Target is a number a measure is to reach.
type Target struct {
	Text   string `json:"text"`
	Metric string `json:"metric"`
	Op     string `json:"op"` // >= <= > < = range
	Value  Value  `json:"value"`
	Unit   string `json:"unit"`
	Per    Period `json:"per"`
}

// Value is the number of a target, or its two ends where Range is set.
type Value struct {
	Low, High float64
	Range     bool
}

// MarshalJSON writes a number, or [low, high] for a range.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.Range {
		return json.Marshal([2]float64{v.Low, v.High})
	}
	return json.Marshal(v.Low)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Value) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		var pair [2]float64
		if err := json.Unmarshal(b, &pair); err != nil {
			return fmt.Errorf("read range: %w", err)
		}
		*v = Value{Low: pair[0], High: pair[1], Range: true}
		return nil
	}
	*v = Value{}
	if err := json.Unmarshal(b, &v.Low); err != nil {
		return fmt.Errorf("read value: %w", err)
	}
	return nil
}

// Period is an ISO 8601 period (P1Y, P6M, P3M, P1M, P1W) or empty, which JSON shows as null.
type Period string

// MarshalJSON writes null for an empty period.
func (p Period) MarshalJSON() ([]byte, error) {
	if p == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(p))
}

// Parse reads the paragraphs of a file. It never fails: text that is no plan gives no measures.
func Parse(paragraphs []text.Paragraph, opt Options) Result {
	res := Result{Documents: []Document{}, Measures: []Measure{}, Stages: []Stage{}, Figures: []figure.Figure{}}
	p := newPage(paragraphs)
	for _, span := range p.split() {
		d := p.describe(span, opt)
		if d.Kind == "" {
			continue
		}
		at := len(res.Documents)
		res.Documents = append(res.Documents, d.Document)
		if d.Kind == docPlan && (opt.Document == nil || *opt.Document == at) {
			for _, m := range d.measures() {
				m.Document = at
				res.Measures = append(res.Measures, m)
			}
			for _, s := range d.stages() {
				s.Document = at
				res.Stages = append(res.Stages, s)
			}
		}
	}
	for _, f := range figure.CheckParagraphs(paragraphs) {
		if opt.Document != nil && !res.within(*opt.Document, f.Start) {
			continue
		}
		res.Figures = append(res.Figures, f)
	}
	return res
}

func (r *Result) within(document, at int) bool {
	return document >= 0 && document < len(r.Documents) && at >= r.Documents[document].Start && at < r.Documents[document].End
}
