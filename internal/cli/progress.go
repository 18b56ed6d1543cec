package cli

import (
	"fmt"
	"os"
	"strings"
)

// progress is a bar on standard error, on a terminal only.
type progress struct {
	env  *Env
	what string
	on   bool
}

// barWidth is how long a full bar is.
const barWidth = 30

func (e *Env) progress(what string) *progress {
	p := &progress{env: e, what: what}
	if f, ok := e.Err.(*os.File); ok {
		info, err := f.Stat()
		p.on = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// at shows that n of so many are done.
func (p *progress) at(n, of int) {
	if !p.on || of == 0 {
		return
	}
	full := barWidth * n / of
	fmt.Fprintf(p.env.Err, "\r%s [%s%s] %d/%d", p.what, strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), n, of)
}

// end leaves the line.
func (p *progress) end() {
	if p.on {
		fmt.Fprintln(p.env.Err)
	}
}
