package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// HTTPConfig is the YAML section `http`.
type HTTPConfig struct {
	// Listen is the address to serve on, such as 127.0.0.1:9464. Without a host
	// it is every address of the machine; port 0 is a free port; empty is no
	// server.
	Listen Address `yaml:"listen"`
}

// Address is HOST:PORT with a numeric port, or empty.
type Address string

// UnmarshalText checks the form; no name is looked up.
func (a *Address) UnmarshalText(text []byte) error {
	if len(text) > 0 {
		_, port, err := net.SplitHostPort(string(text))
		if err != nil {
			return fmt.Errorf("must be HOST:PORT: %w", err)
		}
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return fmt.Errorf("must be HOST:PORT: port %q is not 0 to 65535", port)
		}
	}
	*a = Address(text)
	return nil
}

// Server answers /metrics, /livez (200 while the process serves) and /readyz
// (200 or 503 with a line that says why).
type Server struct {
	listen   Address
	handler  http.Handler
	listener net.Listener // nil until Listen, or without an address
}

// NewServer prepares a server without touching the network. Ready is asked on
// every request to /readyz, from several goroutines; it must not block. Detail
// is shown whether ok or not.
func NewServer(cfg HTTPConfig, reg *prometheus.Registry, ready func() (ok bool, detail string)) *Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{
		Registry:            reg,
		MaxRequestsInFlight: 4, // a scrape costs; the frames come first
	}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, "alive")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if ok, detail := ready(); ok {
			answer(w, http.StatusOK, "ready: "+detail)
		} else {
			answer(w, http.StatusServiceUnavailable, "not ready: "+detail)
		}
	})
	return &Server{listen: cfg.Listen, handler: mux}
}

// answer writes line, joined to one if it is several.
func answer(w http.ResponseWriter, status int, line string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, strings.TrimSuffix(strings.Join(strings.Fields(line), " "), ":")+"\n")
}

// Listen binds the address, so that one in use is an error before anything
// starts. Without an address it does nothing. Run must follow, if only with a
// context already cancelled: it closes what Listen opened.
func (s *Server) Listen() error {
	if s.listen == "" {
		return nil
	}
	listener, err := net.Listen("tcp", string(s.listen))
	if err != nil {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	s.listener = listener
	return nil
}

// Addr is the address bound, with the port chosen for port 0; empty without one.
func (s *Server) Addr() string {
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// A client that reads or writes slowly, or sends headers without end, must not
// hold memory or connections.
const (
	headerTimeout  = 5 * time.Second
	readTimeout    = 10 * time.Second
	writeTimeout   = 30 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 16 << 10

	// drainTimeout is how long requests under way may take at the end. With it,
	// Run returns well within 2 s.
	drainTimeout = time.Second
)

// Run serves until ctx is done, then lets requests under way finish for a
// second and cuts the rest off. Without an address it only waits.
func (s *Server) Run(ctx context.Context) error {
	if s.listener == nil {
		if s.listen != "" {
			return fmt.Errorf("serve HTTP on %s: not listening", s.listen)
		}
		<-ctx.Done()
		return nil
	}
	server := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          log.New(io.Discard, "", 0), // a client's faults are not ours to log
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(s.listener) }()

	select {
	case err := <-served:
		return fmt.Errorf("serve HTTP on %s: %w", s.Addr(), err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	_ = <-served // always http.ErrServerClosed here
	if err != nil {
		return fmt.Errorf("stop serving HTTP on %s: %w", s.Addr(), err)
	}
	return nil
}
