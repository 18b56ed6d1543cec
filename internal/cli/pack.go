package cli

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/norm/source"
	"zhunsheng/pack"
)

// packCmd is about the rule packs: proving, listing, showing, drawing, rewriting and comparing them.
type packCmd struct {
	Check packCheckCmd `cmd:"" help:"检查规则包：表达式、引用的法条、每一个算例。"`
	List  packListCmd  `cmd:"" help:"列出程序、名录和文书。"`
	Show  packShowCmd  `cmd:"" help:"一种程序、名录或者一份文书的内容；--from 逐项注明出自哪个文件哪一行。"`
	Chart packChartCmd `cmd:"" help:"程序的流程图：Mermaid 或者 SVG，工作人员用的或者供公众查阅的。"`
	Fmt   packFmtCmd   `cmd:"" help:"把花括号里的中文句子改写成一行一键。"`
	Diff  packDiffCmd  `cmd:"" help:"两个规则包的差别，影响规则还是只影响文字；法律有改动的，列出以它为依据的内容。"`
}

type packCheckCmd struct {
	output
	Dir   string `arg:"" optional:"" help:"规则包目录；省略时检查内置的规则包。有 calendar、或者重新定义了内置程序的单独检查，其余的叠加在内置的规则包上。"`
	Alone bool   `help:"单独检查该目录，不叠加在内置的规则包上。"`
}

type packCheckAnswer struct {
	OK          bool                `json:"ok"`
	Procedures  int                 `json:"procedures"`
	Versions    int                 `json:"versions"`
	Registers   int                 `json:"registers"`
	Papers      int                 `json:"papers"`
	Steps       int                 `json:"steps"`
	Limits      int                 `json:"limits"`
	Gates       int                 `json:"gates"`
	Examples    int                 `json:"examples"`
	Digest      string              `json:"digest"`
	Diagnostics []source.Diagnostic `json:"diagnostics"`
}

// lastDay is later than every version: the newest of each is meant.
const lastDay = "9999-12-31"

// Run proves a pack; any error is exit 1, doubts alone are not.
func (c packCheckCmd) Run(env *Env) error {
	book, diags, layers, err := c.load()
	if err != nil {
		return err
	}
	answer := packCheckAnswer{Diagnostics: []source.Diagnostic{}}
	if book != nil {
		diags = append(diags, book.Check()...).Sorted()
		answer.Procedures, answer.Registers, answer.Papers = len(book.Procedures()), len(book.Registers()), len(book.Papers())
		answer.Digest = book.Digest()
		for _, d := range book.Definitions() {
			answer.Versions++
			answer.Examples += len(d.Examples)
			if newest, ok := book.Procedure(d.ID, lastDay); ok && newest == d { // of several versions the newest counts
				answer.Steps += len(d.AllSteps)
				answer.Limits += len(d.AllLimits)
				answer.Gates += len(d.Gates)
			}
		}
	}
	answer.OK = len(diags.Errors()) == 0
	answer.Diagnostics = append(answer.Diagnostics, diags...)
	if c.json() {
		if err := env.printJSON(answer); err != nil {
			return err
		}
	} else {
		printDiagnostics(env, diags, layers)
		if answer.OK {
			if err := env.printLines(fmt.Sprintf("规则包无误：%d 种程序（%d 个版本，%d 个环节，%d 项期限，%d 项条件，%d 个算例），%d 个名录，%d 份文书",
				answer.Procedures, answer.Versions, answer.Steps, answer.Limits, answer.Gates, answer.Examples, answer.Registers, answer.Papers)); err != nil {
				return err
			}
		}
	}
	if !answer.OK {
		return wrongShown()
	}
	return nil
}

func (c packCheckCmd) load() (*rulebook.Book, source.Diagnostics, []fs.FS, error) {
	if c.Dir == "" {
		book, diags := rulebook.Load(pack.Files)
		return book, diags, nil, nil
	}
	if info, err := os.Stat(c.Dir); err != nil || !info.IsDir() {
		return nil, nil, nil, misuse("没有目录 %s", c.Dir)
	}
	dir := os.DirFS(c.Dir)
	if c.Alone || standsAlone(dir) {
		book, diags := loadAlone(dir)
		return book, diags, []fs.FS{dir}, nil
	}
	book, diags := rulebook.Load(pack.Files, dir)
	return book, diags, []fs.FS{dir}, nil
}

// standsAlone tells a pack of its own from an overlay: it has a calendar, or defines anew what the embedded pack has.
func standsAlone(dir fs.FS) bool {
	if _, err := fs.Stat(dir, "calendar"); err == nil {
		return true
	}
	files, _ := fs.Glob(dir, "procedures/*.yaml") // the pattern is good
	for _, name := range files {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return false // loading will say so
		}
		if _, err := fs.Stat(pack.Files, name); err == nil && !bytes.HasPrefix(text, []byte("overlay:")) && !bytes.Contains(text, []byte("\noverlay:")) {
			return true
		}
	}
	return false
}

// loadAlone reads a pack by itself; one without a calendar borrows the embedded one.
func loadAlone(dir fs.FS) (*rulebook.Book, source.Diagnostics) {
	if _, err := fs.Stat(dir, "calendar"); err == nil {
		return rulebook.Load(dir)
	}
	return rulebook.LoadAlone(dir, pack.Files)
}

type packListCmd struct {
	output
	packs
}

type packListItem struct {
	Kind     string   `json:"kind"` // procedure, register, paper
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Group    string   `json:"group,omitempty"`
	Versions []string `json:"versions,omitempty"`
}

// Run lists procedures, registers and papers.
func (c packListCmd) Run(env *Env) error {
	book, err := c.load(env)
	if err != nil {
		return err
	}
	var items []packListItem
	for _, id := range book.Procedures() {
		item := packListItem{Kind: "procedure", ID: id}
		for _, d := range book.Versions(id) {
			item.Title, item.Group = d.Title, d.Group
			item.Versions = append(item.Versions, d.InForce)
		}
		items = append(items, item)
	}
	for _, id := range book.Registers() {
		d, _ := book.Register(id)
		items = append(items, packListItem{Kind: "register", ID: id, Title: d.Title})
	}
	for _, id := range book.Papers() {
		p, _ := book.Paper(id)
		items = append(items, packListItem{Kind: "paper", ID: id, Title: p.Title})
	}
	if c.json() {
		return env.printJSON(map[string]any{"digest": book.Digest(), "items": items})
	}
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	for _, i := range items {
		kind := map[string]string{"procedure": "程序", "register": "名录", "paper": "文书"}[i.Kind]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", kind, i.ID, i.Title, strings.Join(i.Versions, " "))
	}
	return w.Flush()
}

type packShowCmd struct {
	output
	packs
	ID      string `arg:"" help:"程序、名录或者文书的标识。"`
	From    bool   `help:"逐项注明出自哪个文件哪一行。"`
	Version string `placeholder:"日期" help:"哪一日有效的文本，缺省为最新的。"`
}

type packPart struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Cites      string     `json:"cites,omitempty"`
	Shape      string     `json:"shape,omitempty"`
	Words      string     `json:"words,omitempty"`
	Type       string     `json:"type,omitempty"`
	Default    string     `json:"default,omitempty"`
	Optional   bool       `json:"optional,omitempty"`
	Form       []string   `json:"form,omitempty"`
	By         []string   `json:"by,omitempty"`
	Outcomes   []string   `json:"outcomes,omitempty"`
	Pauses     []packPart `json:"pauses,omitempty"`
	Extensions []packPart `json:"extensions,omitempty"`
}

type packShowAnswer struct {
	ID      string            `json:"id"`
	Title   string            `json:"title"`
	InForce string            `json:"in_force,omitempty"`
	Digest  string            `json:"digest"`
	Cites   string            `json:"cites,omitempty"` // of a paper
	Fields  []packPart        `json:"fields"`
	Params  []packPart        `json:"params,omitempty"`
	Steps   []packPart        `json:"steps,omitempty"`
	Gates   []packPart        `json:"gates,omitempty"`
	Limits  []packPart        `json:"limits,omitempty"`
	Facts   []packPart        `json:"facts,omitempty"`
	From    []rulebook.Origin `json:"from,omitempty"`
}

// Run shows the ids of a definition with their titles.
func (c packShowCmd) Run(env *Env) error {
	book, err := c.load(env)
	if err != nil {
		return err
	}
	if d, ok := book.Register(c.ID); ok {
		return c.print(env, showRegister(d))
	}
	if p, ok := book.Paper(c.ID); ok {
		return c.print(env, showPaper(p))
	}
	def, err := definitionOf(book, c.ID, c.Version)
	if err != nil {
		return err
	}
	answer := showProcedure(def)
	if c.From {
		answer.From = rulebook.Origins(book.Node(def))
	}
	return c.print(env, answer)
}

func definitionOf(book *rulebook.Book, id, day string) (*procedure.Definition, error) {
	if day == "" {
		day = "9999-12-31"
	}
	def, ok := book.Procedure(id, day)
	if !ok {
		say := "没有程序“" + id + "”"
		if near := source.Nearest(id, book.Procedures()); near != "" {
			say += "，是不是“" + near + "”"
		}
		return nil, misuse("%s；已有：%s", say, strings.Join(book.Procedures(), " "))
	}
	return def, nil
}

func showFields(fields []procedure.Field) []packPart {
	out := []packPart{}
	for i := range fields {
		f := &fields[i]
		out = append(out, packPart{ID: f.ID, Title: f.Title, Type: f.Type, Optional: f.Optional})
	}
	return out
}

func showRegister(d *register.Definition) packShowAnswer {
	return packShowAnswer{ID: d.ID, Title: d.Title, Digest: d.Digest, Fields: showFields(d.Fields)}
}

// showPaper lists the marks of a paper; what the law wants in it bears the words of its head.
func showPaper(p *rulebook.Paper) packShowAnswer {
	a := packShowAnswer{ID: p.ID, Title: p.Title, Digest: p.Digest, Cites: p.Cites, Fields: []packPart{}}
	for _, f := range p.Template.Fields() {
		part := packPart{ID: f.Name, Optional: f.Optional}
		if i := slices.IndexFunc(p.Must, func(m rulebook.Must) bool { return m.Mark == f.Name }); i >= 0 {
			part.Title = p.Must[i].Title
		}
		a.Fields = append(a.Fields, part)
	}
	return a
}

func showProcedure(d *procedure.Definition) packShowAnswer {
	a := packShowAnswer{ID: d.ID, Title: d.Title, InForce: d.InForce, Digest: d.Digest, Fields: showFields(d.Fields)}
	for _, p := range d.Params {
		a.Params = append(a.Params, packPart{ID: p.ID, Title: p.Title, Type: p.Type, Default: p.Default})
	}
	for i := range d.AllSteps {
		s := &d.AllSteps[i]
		part := packPart{ID: s.ID, Title: s.Title, Cites: s.Cites, Optional: s.Optional}
		for _, f := range s.Form {
			part.Form = append(part.Form, f.Field)
		}
		for _, b := range s.By {
			part.By = append(part.By, b.Role+"@"+b.Where)
		}
		for _, o := range s.Outcomes {
			part.Outcomes = append(part.Outcomes, o.ID)
		}
		a.Steps = append(a.Steps, part)
	}
	for _, g := range d.Gates {
		a.Gates = append(a.Gates, packPart{ID: g.ID, Title: g.Say, Cites: g.Cites, Type: g.Force})
	}
	for i := range d.AllLimits {
		l := &d.AllLimits[i]
		part := packPart{ID: l.ID, Title: l.Title, Cites: l.Cites, Shape: l.Shape, Words: l.Words(d)}
		for _, p := range l.Pauses {
			part.Pauses = append(part.Pauses, packPart{ID: p.ID, Title: p.Title, Cites: p.Cites})
		}
		for _, x := range l.Extensions {
			part.Extensions = append(part.Extensions, packPart{ID: x.ID, Title: x.Title, Cites: x.Cites, Words: x.Length})
		}
		a.Limits = append(a.Limits, part)
	}
	for _, f := range d.Facts {
		a.Facts = append(a.Facts, packPart{ID: f.ID, Title: f.Title, Type: f.Unit})
	}
	return a
}

func (c packShowCmd) print(env *Env, a packShowAnswer) error {
	if c.json() {
		return env.printJSON(a)
	}
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%s\t%s\n", a.ID, a.Title, a.InForce+a.Cites)
	if a.From != nil {
		for _, o := range a.From {
			fmt.Fprintf(w, "%s\t%s\t%s\n", o.Path, o.From, o.Value)
		}
		return w.Flush()
	}
	for _, group := range []struct {
		title string
		parts []packPart
	}{{"字段", a.Fields}, {"参数", a.Params}, {"环节", a.Steps}, {"条件", a.Gates}, {"期限", a.Limits}, {"数据", a.Facts}} {
		for _, p := range group.parts {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", group.title, p.ID, p.Title, strings.Join(nonEmpty(p.Words, p.Default, p.Type, p.Cites), "　"))
			for _, x := range p.Pauses {
				fmt.Fprintf(w, "　不计入\t%s\t%s\t%s\n", x.ID, x.Title, x.Cites)
			}
			for _, x := range p.Extensions {
				fmt.Fprintf(w, "　延长\t%s\t%s\t%s\n", x.ID, x.Title, strings.Join(nonEmpty(x.Words, x.Cites), "　"))
			}
		}
	}
	return w.Flush()
}

func nonEmpty(words ...string) []string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

type packFmtCmd struct {
	Path  []string `arg:"" help:"文件或者目录。"`
	Check bool     `help:"只看哪些文件要改写，不改。"`
}

// Run rewrites pack files in place, or with --check lists those that would change (exit 1).
func (c packFmtCmd) Run(env *Env) error {
	changed := 0
	for _, path := range c.Path {
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(name) != ".yaml" {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			out, err := source.Format(data)
			if err != nil {
				return fmt.Errorf("%s：%w", name, err)
			}
			if bytes.Equal(out, data) {
				return nil
			}
			changed++
			fmt.Fprintln(env.Out, name)
			if c.Check {
				return nil
			}
			return os.WriteFile(name, out, entry.Type().Perm()|0o644)
		})
		if err != nil {
			return misuse("%w", err)
		}
	}
	if c.Check && changed > 0 {
		return wrongShown()
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "（无）"
	}
	return s
}
