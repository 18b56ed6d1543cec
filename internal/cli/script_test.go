package cli

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"zhunsheng/internal/store/storetest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// clockEnv sets the clock of a program that a script runs, so that scripts read the same in any year.
const clockEnv = "SCRIPT_NOW"

// TestMain lets the test binary be the program itself where a script executes zhunsheng.
func TestMain(m *testing.M) {
	testscript.Main(stopping{m}, map[string]func(){"zhunsheng": func() {
		env := &Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: time.Now}
		if text := os.Getenv(clockEnv); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				panic(err)
			}
			begun := time.Now()
			env.Now = func() time.Time { return at.Add(time.Since(begun)) }
		}
		os.Exit(run(env, os.Args[1:]))
	}})
}

// stopping ends the database server of the tests after them.
type stopping struct{ *testing.M }

// Run runs the tests.
func (m stopping) Run() int {
	defer storetest.Stop()
	return m.M.Run()
}

// TestScript runs every verb as a user does. Each script begins on 1 April 2026 without a database; `found` gives it a
// small county.
func TestScript(t *testing.T) {
	county := sync.OnceValues(func() (string, error) { return makeCounty(t.TempDir()) })
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("ZS_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv(clockEnv, "2026-04-01T10:00:00+08:00")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"found": func(ts *testscript.TestScript, _ bool, _ []string) {
				from, err := county()
				ts.Check(err)
				ts.Check(os.CopyFS(ts.Getenv("ZS_DATA"), os.DirFS(from)))
			},
			"address": address,
			"await":   await,
			"get":     get,
		},
	})
}

// makeCounty founds a government with two departments, a township and a few people.
func makeCounty(dir string) (string, error) {
	now := func() time.Time { return time.Date(2026, 4, 1, 1, 0, 0, 0, time.UTC) }
	data := filepath.Join(dir, "county")
	for _, step := range []struct{ args, in string }{
		{"init --name 衡平县人民政府 --region 990127 --admin xitong:方其 --security anquan:罗述 --auditor shenji:江岷", ""},
		{"register import unit -", `单位编码,全称,简称,类别,监督关系,上级
SFJ,衡平县司法局,县司法局,工作部门,监督对象,990127
NYJ,衡平县农业农村局,县农业农村局,工作部门,监督对象,990127
WXZ,望岫镇人民政府,望岫镇,乡镇、街道,监督对象,990127
`},
		{"register import person -", "人员编号,姓名\nR1,何砚秋\nR2,顾堃\nR3,叶知微\n"},
		{"register import post -", "岗位编号,人员,单位,角色,职务\nP1,R1,SFJ,coordinator,股长\nP2,R2,NYJ,liaison,办公室主任\nP3,R3,WXZ,liaison,党政办主任\n"},
	} {
		var out, errs bytes.Buffer
		args := append(strings.Fields(step.args), "--data", data)
		if code := run(&Env{In: strings.NewReader(step.in), Out: &out, Err: &errs, Now: now}, args); code != 0 {
			return "", fmt.Errorf("%s: exit %d\n%s%s", step.args, code, &out, &errs)
		}
	}
	return data, nil
}

// address sets a variable to an address that is free.
func address(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

// await waits until a server answers.
func await(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := fetch(ctx, args[0]); err == nil {
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s does not answer", args[0])
		case <-tick.C:
		}
	}
}

// get writes what a server answers into a file.
func get(ts *testscript.TestScript, _ bool, args []string) {
	b, err := fetch(context.Background(), args[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o600))
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, answer.Status)
	}
	return b, err
}
