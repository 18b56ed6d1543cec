package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"zhunsheng/internal/doors/api"
	"zhunsheng/internal/doors/web"
	"zhunsheng/internal/doors/web/view"
)

type serveCmd struct {
	database
	Addr string `env:"ZS_ADDR" default:"127.0.0.1:8080" help:"监听地址。"`
}

// Run serves until it is told to stop.
func (c serveCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := c.open(ctx, env, options{})
	if err != nil {
		return err
	}
	return errors.Join(s.serve(ctx, env, c.Addr, nil), s.close())
}

// Times of the server: a slow reader does not hold a place for ever.
const (
	readHeader = 10 * time.Second
	readAll    = 5 * time.Minute // a document of 50 MB over a bad line
	idle       = 2 * time.Minute
)

// serve answers requests on addr until ctx ends, then lets those under way finish.
func (s *system) serve(ctx context.Context, env *Env, addr string, demo []view.DemoAccount) error {
	config := web.Config{Acts: s.acts, Dispatch: s.dispatch, Accounts: s.accounts, House: s.house, Log: s.log, Demo: demo}
	signer, err := s.key(ctx)
	if err != nil {
		return fmt.Errorf("读不出存证密钥：%w", err)
	}
	if signer != nil {
		config.Key = signer.Key()
	} else {
		fmt.Fprintln(env.Err, "数据库里还没有单位，没有人可以登录。请先用 zhunsheng init 建库。")
	}
	pages, err := web.New(config)
	if err != nil {
		return err
	}
	defer s.sign(ctx, signer)()
	defer s.follow(ctx)()
	defer s.keepDuties(ctx)()
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	api.Register(mux, api.Config{Acts: s.acts, Dispatch: s.dispatch, Accounts: s.accounts, Log: s.log})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.db.Ping(r.Context()); err != nil {
			http.Error(w, "数据库没有应答", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	handler, err := s.measured(mux)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return misuse("不能监听 %s：%v", addr, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: readHeader, ReadTimeout: readAll, IdleTimeout: idle}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	go debug.FreeOSMemory() // what reading the pack took is not needed again
	fmt.Fprintf(env.Out, "准绳已经启动：http://%s\n", listener.Addr())
	select {
	case err = <-done:
	case <-ctx.Done():
		quiet, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		err = server.Shutdown(quiet)
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}
