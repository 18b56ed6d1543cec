package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/norm/source"
	"zhunsheng/pack"
)

// packs chooses the rule packs: the embedded one and overlays in the order given.
type packs struct {
	Pack []string `name:"pack" sep:"none" placeholder:"目录" help:"叠加的规则包目录，可以写多次，后写的叠加在上面。"`
}

// load reads the packs; what is wrong with an overlay is printed in its place and nothing is used.
func (p packs) load(env *Env) (*rulebook.Book, error) {
	var overlays []fs.FS
	for _, dir := range p.Pack {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, misuse("--pack：没有目录 %s", dir)
		}
		overlays = append(overlays, os.DirFS(dir))
	}
	book, diags := rulebook.Load(pack.Files, overlays...)
	if book != nil && len(overlays) > 0 {
		diags = book.Check() // the embedded pack is proven by its tests
	}
	if book == nil || len(diags.Errors()) > 0 {
		printDiagnostics(env, diags.Errors(), overlays)
		return nil, wrongShown()
	}
	return book, nil
}

// printDiagnostics shows every problem with its line and a caret.
func printDiagnostics(env *Env, diags source.Diagnostics, layers []fs.FS) {
	for _, d := range diags {
		var text []byte
		for _, layer := range append(slices.Clone(layers), fs.FS(pack.Files)) {
			if data, err := fs.ReadFile(layer, d.File); err == nil && d.File != "" {
				text = data
				break
			}
		}
		word := "错误"
		if d.Warning {
			word = "提示"
		}
		fmt.Fprintf(env.Err, "%s %s\n", word, d.Show(text))
	}
}

// limitCmd computes the statutory dates of a procedure for given events.
type limitCmd struct {
	output
	packs
	Procedure string   `arg:"" help:"程序，如 penalty。"`
	Event     []string `sep:"none" placeholder:"环节[@对象]=日期" help:"已经发生的环节及其日期；以小时计的期限写 2026-05-15T16:30:00+08:00。可以写多次。"`
	Pause     []string `sep:"none" placeholder:"情形=自..至" help:"不计入期限的期间，两端的日子都算在内；不写“至”表示还没有结束。"`
	Extend    []string `sep:"none" placeholder:"期限[=批准日]" help:"延长；由批准人定日期的写 期限=批准日..延至日。"`
	Param     []string `sep:"none" placeholder:"参数=值" help:"参数，或者期限所依据的字段。"`
	Today     string   `placeholder:"日期" help:"以哪一日为今天，缺省为今天（UTC+8）。"`
	Version   string   `placeholder:"日期" help:"适用哪一日有效的文本，缺省按开启事项的环节之日，没有的按最早的日期。"`
}

// limitAnswer is the JSON of a limit: what is not known is null.
type limitAnswer struct {
	procedure.LimitView
	Due      *string          `json:"due"`
	Earliest *string          `json:"earliest"`
	Why      []procedure.Line `json:"why"`
}

type limitsAnswer struct {
	Procedure string        `json:"procedure"`
	InForce   string        `json:"in_force"`
	Limits    []limitAnswer `json:"limits"`
}

// Run answers every limit of the procedure with its reasons.
func (c limitCmd) Run(env *Env) error {
	book, err := c.load(env)
	if err != nil {
		return err
	}
	t, err := c.trial(env)
	if err != nil {
		return err
	}
	def, limits, err := book.Try(c.Procedure, c.Version, t)
	var unknown *procedure.Misuse
	var off *procedure.Off
	switch {
	case errors.As(err, &unknown):
		return misuse("%w", err)
	case errors.As(err, &off):
		return wrong("%w", err)
	case err != nil:
		return err
	}
	if c.json() {
		return env.printJSON(limitsJSON(def, limits))
	}
	return c.table(env, def, limits)
}

func limitsJSON(def *procedure.Definition, limits []procedure.LimitView) limitsAnswer {
	out := limitsAnswer{Procedure: def.ID, InForce: def.InForce, Limits: []limitAnswer{}}
	for _, l := range limits {
		a := limitAnswer{LimitView: l, Why: l.Why}
		if l.Due != "" {
			a.Due = &l.Due
		}
		if l.Earliest != "" {
			a.Earliest = &l.Earliest
		}
		if a.Why == nil {
			a.Why = []procedure.Line{}
		}
		out.Limits = append(out.Limits, a)
	}
	return out
}

// trial reads the flags.
func (c limitCmd) trial(env *Env) (procedure.Trial, error) {
	t := procedure.Trial{Today: c.Today, Params: map[string]string{}, Usual: true}
	if t.Today == "" {
		t.Today = calendar.FromTime(env.Now()).String()
	} else if _, err := calendar.Parse(t.Today); err != nil {
		return t, misuse("--today：%w", err)
	}
	for _, text := range c.Event {
		name, when, ok := strings.Cut(text, "=")
		if !ok || when == "" {
			return t, misuse("--event %s：写成 环节=日期", text)
		}
		step, key, _ := strings.Cut(name, "@")
		t.Events = append(t.Events, procedure.TrialEvent{Step: step, Key: key, When: when})
	}
	for _, text := range c.Pause {
		ground, span, ok := strings.Cut(text, "=")
		from, to, two := strings.Cut(span, "..")
		if !ok || !two {
			return t, misuse("--pause %s：写成 情形=自..至", text)
		}
		t.Pauses = append(t.Pauses, procedure.TrialPause{Ground: ground, From: from, To: to})
	}
	for _, text := range c.Extend {
		limit, approved, _ := strings.Cut(text, "=")
		approved, until, _ := strings.Cut(approved, "..")
		t.Extends = append(t.Extends, procedure.TrialExtend{Limit: limit, Approved: approved, Until: until})
	}
	for _, text := range c.Param {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return t, misuse("--param %s：写成 参数=值", text)
		}
		t.Params[name] = value
	}
	return t, nil
}

func (c limitCmd) table(env *Env, def *procedure.Definition, limits []procedure.LimitView) error {
	lines := []string{def.Title + "　" + def.InForce + "起的文本"}
	for _, l := range limits {
		head := "· " + l.Title
		if l.Key != "" {
			head += "（" + l.Key + "）"
		}
		head += "　" + procedure.StateTitle(l.State)
		switch {
		case l.Due != "":
			head += "　到期日 " + l.Due
		case l.Earliest != "":
			head += "　最早 " + l.Earliest
		}
		lines = append(lines, head+provisionalNote(l.Provisional))
		for _, w := range l.Why {
			line := "    "
			if w.Date != "" {
				line += w.Date + " "
			}
			line += w.Text
			if w.Cites != "" {
				line += "（" + w.Cites + "）"
			}
			lines = append(lines, line)
		}
	}
	return env.printLines(lines...)
}
