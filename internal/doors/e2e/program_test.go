// Package e2e drives the real program in a real browser: it is started through its command line on a free port with a
// fresh data folder, and a person's clicks go by the visible words of the pages alone.
package e2e

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"zhunsheng/internal/cli"
)

// program is the demo county, served by the program itself inside the test.
type program struct {
	address string   // http://127.0.0.1:PORT
	said    string   // what it had printed when it began to serve
	logins  []string // printed accounts, in order
	data    string   // its data folder
}

// password opens every printed account.
var printedPassword = regexp.MustCompile(`密码都是 (\S+?)：`)

// password is the one printed with the accounts.
func (p *program) password() string {
	m := printedPassword.FindStringSubmatch(p.said)
	if m == nil {
		return ""
	}
	return m[1]
}

// login finds a printed account by words of its line: the unit and the post.
func (p *program) login(t *testing.T, words ...string) string {
	t.Helper()
	for _, line := range p.logins {
		all := true
		for _, w := range words {
			all = all && strings.Contains(line, w)
		}
		if all {
			return strings.Fields(line)[0]
		}
	}
	t.Fatalf("no printed account has %q", words)
	return ""
}

// lines collects what the program prints and tells when its address has come.
type lines struct {
	mu      sync.Mutex
	b       bytes.Buffer
	started chan struct{}
	once    sync.Once
}

var printedAddress = regexp.MustCompile(`准绳已经启动：(http://\S+)\n`)

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.b.Write(p)
	if printedAddress.Match(l.b.Bytes()) {
		l.once.Do(func() { close(l.started) })
	}
	return n, err
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs `zhunsheng demo` and stops it as an operator does, with SIGTERM; it must then leave with code 0.
func start(t *testing.T) *program {
	t.Helper()
	out, errs := &lines{started: make(chan struct{})}, &lines{started: make(chan struct{})}
	code := make(chan int, 1)
	data := t.TempDir()
	args := []string{"demo", "--addr", "127.0.0.1:0", "--data", data}
	go func() { code <- cli.Main(args, strings.NewReader(""), out, errs) }()
	select {
	case <-out.started:
	case c := <-code:
		t.Fatalf("the program left with code %d before it served:\n%s%s", c, out, errs)
	case <-time.After(2 * time.Minute):
		t.Fatalf("the program does not serve after two minutes:\n%s%s", out, errs)
	}
	t.Cleanup(func() {
		if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
			t.Errorf("stop the program: %v", err)
			return
		}
		select {
		case c := <-code:
			if c != 0 {
				t.Errorf("the program left with code %d:\n%s", c, errs)
			}
		case <-time.After(time.Minute):
			t.Error("the program does not stop within a minute of SIGTERM")
		}
		if t.Failed() {
			t.Logf("the program logged:\n%s", errs)
		}
	})
	p := &program{said: out.String(), data: data}
	p.address = printedAddress.FindStringSubmatch(p.said)[1]
	for line := range strings.Lines(p.said) {
		if strings.HasPrefix(line, "  ") {
			p.logins = append(p.logins, strings.TrimSpace(line))
		}
	}
	if len(p.logins) < 50 || p.password() == "" {
		t.Fatalf("the accounts are not printed:\n%s", p.said)
	}
	return p
}
