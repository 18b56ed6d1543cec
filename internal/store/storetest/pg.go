// Package storetest runs tests on both engines, and makes acts for them that need no rules: a little world of units,
// persons and tasks whose records look like real ones.
package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"zhunsheng/internal/store"
)

// Engine is an engine to test on.
type Engine struct {
	Name string
	DSN  func(t testing.TB) string // of a new, empty database
}

// Each runs a test on SQLite and on PostgreSQL. Where no PostgreSQL can be had it says so and skips, except under CI,
// where it fails.
func Each(t *testing.T, fn func(t *testing.T, e Engine)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite()) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// SQLite is the engine over a file of its own.
func SQLite() Engine {
	return Engine{Name: "sqlite", DSN: func(t testing.TB) string {
		t.Helper()
		return "sqlite:" + filepath.Join(t.TempDir(), "zhunsheng.db")
	}}
}

// Open opens a new database of the engine and closes it when the test ends.
func (e Engine) Open(t testing.TB) *store.DB {
	t.Helper()
	return Open(t, e.DSN(t))
}

// Open opens a database and closes it when the test ends.
func Open(t testing.TB, dsn string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), dsn, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Postgres is a private PostgreSQL server on a socket of its own, started with the first test of a program that asks and
// ended by Stop.
func Postgres(t testing.TB) Engine {
	t.Helper()
	server.once.Do(func() { server.err = server.start() })
	if server.err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL is needed under CI: %v", server.err)
		}
		t.Skipf("not tested on PostgreSQL: %v", server.err)
	}
	return Engine{Name: "postgres", DSN: func(t testing.TB) string {
		t.Helper()
		var id [6]byte
		_, _ = rand.Read(id[:]) // never fails
		name := "zs_" + hex.EncodeToString(id[:])
		if err := server.exec("CREATE DATABASE " + name); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := server.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
				t.Log(err)
			}
		})
		return server.dsn(name)
	}}
}

var server pgServer

type pgServer struct {
	once sync.Once
	err  error
	dir  string
	port int
	cmd  *exec.Cmd
	end  chan struct{}
}

func (s *pgServer) dsn(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

func (s *pgServer) exec(text string) (err error) {
	db, err := sql.Open("pgx", s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.Exec(text)
	return err
}

// start makes a cluster in a folder of its own and runs it. PostgreSQL refuses to run as root: then it runs as the user
// postgres.
func (s *pgServer) start() error {
	bin, err := pgBin()
	if err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "zs-pg-"); err != nil {
		return err
	}
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if os.Geteuid() == 0 {
		uid, gid, err := pgUser()
		if err != nil {
			return err
		}
		if err := os.Chown(s.dir, uid, gid); err != nil {
			return err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	data := filepath.Join(s.dir, "data")
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
	init.SysProcAttr, init.Dir = attr, s.dir
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return err
	}
	var log bytes.Buffer
	s.cmd = exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(s.port), "-h", "127.0.0.1", "-k", s.dir,
		"-c", "shared_buffers=128MB", "-c", "max_wal_size=1GB")
	s.cmd.SysProcAttr, s.cmd.Dir, s.cmd.Stderr = attr, s.dir, &log
	// A child dies with the thread that started it (Pdeathsig), so that thread must live as long as the program: goroutines
	// locked to a thread keep it.
	s.end = make(chan struct{})
	begun := make(chan error)
	go func() {
		lockThread()
		err := s.cmd.Start()
		begun <- err
		if err == nil {
			_ = s.cmd.Wait() // it ends by our own signal
		}
		close(s.end)
	}()
	if err := <-begun; err != nil {
		return err
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 200 {
		if err = s.exec("SELECT 1"); err == nil {
			return nil
		}
		select {
		case <-s.end:
			return fmt.Errorf("postgres ended at once: %s", log.String())
		case <-tick.C:
		}
	}
	return fmt.Errorf("postgres did not come up: %w", err)
}

// Stop ends the private server, if one was started. Call it at the end of TestMain.
func Stop() {
	if server.cmd != nil && server.cmd.Process != nil {
		_ = server.cmd.Process.Signal(syscall.SIGQUIT) // its data are thrown away
		<-server.end
	}
	if server.dir != "" {
		_ = os.RemoveAll(server.dir)
	}
}

func pgBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.Max(found)), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New("no postgres program on this machine")
	}
	return filepath.Dir(path), nil
}
