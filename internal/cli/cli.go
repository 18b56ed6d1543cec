// Package cli is the command line: it parses arguments, calls one use case and prints the answer.
// It decides nothing itself; the verbs and their JSON are fixed by docs/cli.md.
package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kong"
)

// Exit codes of every verb.
const (
	exitDone   = 0 // done, or found right
	exitWrong  = 1 // refused, or found wrong
	exitMisuse = 2 // the call itself is off
)

// Env is what a verb may touch of the outside world.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	Now      func() time.Time
}

// output is the form of a verb's answer.
type output struct {
	Output string `short:"o" enum:"table,json" default:"table" help:"输出形式：table 或者 json。"`
}

func (o output) json() bool { return o.Output == "json" }

// exitError ends a verb with a code; a nil err means that everything worth saying has been printed.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}
func (e *exitError) Unwrap() error { return e.err }

// wrong reports that what was checked is not right, or an act was refused (exit 1).
func wrong(format string, args ...any) error {
	return &exitError{exitWrong, fmt.Errorf(format, args...)}
}

// wrongShown is wrong when the answer itself has already shown what is wrong.
func wrongShown() error { return &exitError{exitWrong, nil} }

// misuse reports a call that cannot be carried out as written (exit 2).
func misuse(format string, args ...any) error {
	return &exitError{exitMisuse, fmt.Errorf(format, args...)}
}

// printJSON writes one JSON value, indented, and a line break.
func (e *Env) printJSON(v any) error {
	enc := json.NewEncoder(e.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// Main runs one command line and returns the exit code of the process.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	env := &Env{In: stdin, Out: stdout, Err: stderr, Now: time.Now}
	return run(env, args)
}

func run(env *Env, args []string) (code int) {
	var verbs verbs
	type stop int
	defer func() { // kong leaves through its exit function after --help
		if r := recover(); r != nil {
			s, ok := r.(stop)
			if !ok {
				panic(r)
			}
			code = int(s)
		}
	}()
	parser, err := newParser(&verbs, env, func(c int) { panic(stop(c)) })
	if err != nil {
		fmt.Fprintln(env.Err, err)
		return exitMisuse
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(env.Err, "zhunsheng: %s\n用 zhunsheng --help 查看用法。\n", mistake(err))
		return exitMisuse
	}
	err = ctx.Run(env)
	if err == nil {
		return exitDone
	}
	var exit *exitError
	if errors.As(err, &exit) {
		if exit.err != nil {
			fmt.Fprintf(env.Err, "zhunsheng: %v\n", exit.err)
		}
		return exit.code
	}
	fmt.Fprintf(env.Err, "zhunsheng: %v\n", err)
	return exitWrong
}

// newParser is the parser of the command line.
func newParser(into *verbs, env *Env, exit func(code int)) (*kong.Kong, error) {
	parser, err := kong.New(into,
		kong.Name("zhunsheng"),
		kong.Description("准绳：法治政府建设工作平台"),
		kong.Writers(env.Out, env.Err),
		kong.Exit(exit),
		kong.Help(printHelp),
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: helpWidth, Compact: true}),
		kong.Bind(env),
	)
	if err == nil {
		parser.Model.HelpFlag.Help = "显示用法。"
	}
	return parser, err
}
