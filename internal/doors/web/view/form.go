package view

import (
	"strconv"

	"github.com/a-h/templ"
)

// Option is one choice of a list, or one tick of a tick list.
type Option struct {
	Value, Text string
	Note        string // why it is offered (2019 年机构改革后承接…)
	Chosen      bool
}

// The kinds of Field.
const (
	Text     = ""         // one line
	Area     = "area"     // several lines
	Date     = "date"     // 2026-09-23
	Time     = "time"     // 16:30
	Number   = "number"   // decimal
	Select   = "select"   // one of Options, as a list
	Radio    = "radio"    // one of Options, all seen at once
	Ticks    = "ticks"    // any of Options
	Upload   = "file"     // one or more files
	Password = "password" // never shown, never prefilled
	Readonly = "readonly" // carried in from elsewhere
	Grid     = "grid"     // rows of Lines, each with the controls of a row
	Tick     = "tick"     // one box; Value is what is sent when it is ticked, Chosen in Options[0] is not needed
)

// Field is one control of a form: label above, hint under it, error under the hint.
type Field struct {
	Name     string // name of the control; its id is the form's id, a hyphen and the name
	Label    string
	Kind     string
	Value    string
	Hint     string
	Error    string
	Options  []Option
	Optional bool   // marked （可选）; everything else is required
	Short    bool   // as wide as a date or a number
	Rows     int    // of Area; 3 when zero
	Many     bool   // of Upload: several files
	Accept   string // of Upload: .docx,.pdf
	Complete string // autocomplete token, or ""
	Ticked   bool   // of Tick
	List     string // id of a datalist with proposals, or ""
	Max      int    // longest text, or 0
	Lines    []GridLine
}

// GridLine is one row of a Grid: its controls, and the id of the element it stands for, "" for a new one.
type GridLine struct {
	ID    string
	Cells []Field
}

// name of the hidden control that carries the element's id.
func (f Field) lineID(n int) string { return f.Name + "." + strconv.Itoa(n) + ".id" }

// Hidden is a value that travels with a form unseen.
type Hidden struct{ Name, Value string }

// Form is one act: its fields and the button that says it. It is sent by POST to Action.
type Form struct {
	ID      string // prefix of ids, unique in the page
	Action  string
	Hidden  []Hidden // e.g. request (uuid, makes the act happen once), version
	Fields  []Field
	Submit  string   // the act in words (「送法制审核」)
	Name    string   // name of the submit button, or ""
	Value   string   // its value
	Others  []Button // other ways to end the form: buttons named op with Href as their value when Post, else links
	Note    string   // what the act leads to
	Danger  bool     // cannot be undone
	Columns bool     // two columns where there is room
}

// multipart says whether the form carries files.
func (f Form) multipart() bool {
	for _, field := range f.Fields {
		if field.Kind == Upload {
			return true
		}
	}
	return false
}

// id is the id of one control of the form.
func (f Form) id(field Field) string { return f.ID + "-" + field.Name }

// FieldErrors lists the errors of a form's fields for the summary of the page.
func (f Form) FieldErrors() []FieldError {
	var out []FieldError
	for _, field := range f.Fields {
		if field.Error != "" {
			out = append(out, FieldError{ID: f.id(field), Text: field.Error})
		}
	}
	return out
}

// describedBy names the hint and the error of a control for its aria-describedby.
func (f Form) describedBy(field Field) string {
	id := f.id(field)
	switch {
	case field.Hint != "" && field.Error != "":
		return id + "-h " + id + "-e"
	case field.Hint != "":
		return id + "-h"
	case field.Error != "":
		return id + "-e"
	}
	return ""
}

// rows is the height of an Area.
func (f Field) rows() int {
	if f.Rows == 0 {
		return 3
	}
	return f.Rows
}

// inputType is the type of an input of one line.
func (f Field) inputType() string {
	switch f.Kind {
	case Date, Time, Password:
		return f.Kind
	}
	return "text"
}

// grouped says whether the field is a fieldset with a legend.
func (f Field) grouped() bool { return f.Kind == Radio || f.Kind == Ticks || f.Kind == Grid }

// aria collects the attributes that tie a control to its hint and error.
func (f Form) aria(field Field) templ.Attributes {
	required := !field.Optional && field.Kind != Tick && field.Kind != Readonly
	return attributes(f.describedBy(field), field.Error != "", required)
}

// invalid is the value of aria-invalid for a control with this message.
func invalid(message string) string {
	if message == "" {
		return "false"
	}
	return "true"
}

// sectionID is the id of the head of the i-th section of a page.
func sectionID(i int) string { return "h-s" + strconv.Itoa(i+1) }
