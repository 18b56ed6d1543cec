package write_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

// The child of TestKilled is this test program itself, told by the environment what to write to.
const (
	crashDSN  = "ZS_CRASH_CHILD"
	crashSeed = "ZS_CRASH_SEED"
)

// crashChild writes under load until it is killed. It prints each request once it has been acknowledged, with the record
// it led to.
func crashChild() int {
	ctx := context.Background()
	seed, err := strconv.Atoi(os.Getenv(crashSeed))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	db, err := store.Open(ctx, os.Getenv(crashDSN), store.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	wr, err := write.New(db, write.Config{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for k := range 16 {
		w := storetest.NewWorld(wr, uint64(seed*16+k))
		w.Prefix(seed*16 + k)
		wg.Go(func() {
			for {
				c := w.OpenChange(1)
				if n := len(w.Matters); n > 0 && w.Rand.IntN(4) > 0 {
					if m := w.Matters[w.Rand.IntN(n)]; m.Open {
						c = w.ActChange(m)
					}
				}
				done, err := wr.Do(ctx, c)
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				mu.Lock()
				fmt.Println(c.Request, done.Seq)
				mu.Unlock()
				if _, err := w.Settle(c, done); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
			}
		})
	}
	wg.Wait()
	return 1 // it only ends this way when writing failed
}

// TestKilled kills a program that writes under load, at random moments, again and again on one database. After each kill
// the database is opened, verified, and every request that had been acknowledged is looked up.
func TestKilled(t *testing.T) {
	rounds := 10
	if s := os.Getenv("ZS_CRASH_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		rounds = n
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		dsn := e.DSN(t)
		acknowledged := map[string]int64{}
		for round := range rounds {
			kill(t, self, dsn, round, acknowledged)
			db, err := store.Open(t.Context(), dsn, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r := sound(t, db)
			found(t, db, acknowledged)
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			if t.Failed() {
				t.Fatalf("after round %d: %+v", round, r)
			}
		}
		t.Logf("%d rounds, %d acknowledged acts, each found again", rounds, len(acknowledged))
		if len(acknowledged) < 10*rounds {
			t.Errorf("only %d acts were acknowledged: the load was none", len(acknowledged))
		}
	})
}

// kill runs the child for a while, keeping what it acknowledges, and kills it without a warning.
func kill(t *testing.T, self, dsn string, round int, acknowledged map[string]int64) {
	t.Helper()
	child := exec.Command(self)
	child.Env = append(os.Environ(), crashDSN+"="+dsn, crashSeed+"="+strconv.Itoa(round+1))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	begun := make(chan struct{})
	read := make(chan struct{})
	go func() {
		defer close(read)
		lines := bufio.NewScanner(out)
		signal := sync.OnceFunc(func() { close(begun) })
		for lines.Scan() {
			// A line cut off by the kill was written, not read whole: it is none.
			request, seq, ok := strings.Cut(lines.Text(), " ")
			if n, err := strconv.ParseInt(seq, 10, 64); ok && err == nil && len(request) == 36 {
				acknowledged[request] = n
			}
			signal()
		}
	}()
	select {
	case <-begun:
	case <-read:
		t.Fatal("the child ended before it wrote anything")
	case <-time.After(30 * time.Second):
	}
	<-time.After(time.Duration(rand.IntN(250)) * time.Millisecond)
	if err := child.Process.Kill(); err != nil {
		t.Error(err)
	}
	<-read
	var exit *exec.ExitError
	if err := child.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Errorf("the child was not killed: %v", err)
	}
}

func found(t *testing.T, db *store.DB, acknowledged map[string]int64) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		for request, want := range acknowledged {
			seq, there, err := read.Once(t.Context(), tx, request)
			if err != nil {
				return err
			}
			if !there || seq != want {
				t.Errorf("request %s was acknowledged as record %d and is %d (%v)", request, want, seq, there)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
