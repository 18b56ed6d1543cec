package web

import (
	"fmt"
	"net/http"
	"strconv"

	"zhunsheng/internal/app"
)

// plain answers with text as it is.
func plain(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write([]byte(text)) // the reader has gone away: nothing is left to tell it
	return nil
}

// logCheckpoint serves the newest checkpoint as C2SP tlog-tiles asks, with the lines of its witnesses.
func (s *Server) logCheckpoint(w http.ResponseWriter, r *http.Request) error {
	snap, ok, err := s.proof.Snapshot(r.Context())
	if err != nil {
		return err
	}
	if !ok {
		return app.Faultf(app.NotFound, "还没有存证快照。")
	}
	text := snap.Note
	for _, c := range snap.Cosigns {
		text += c.Line + "\n"
	}
	return plain(w, text)
}

// logKey serves the public key of the log.
func (s *Server) logKey(w http.ResponseWriter, _ *http.Request) error {
	if s.proof.Key.IsZero() {
		return app.Faultf(app.NotFound, "本平台还没有存证公钥。")
	}
	return plain(w, s.proof.Key.String()+"\n")
}

// logTile serves hashes of the log, never entries.
func (s *Server) logTile(w http.ResponseWriter, r *http.Request) error {
	b, err := s.proof.Tile(r.Context(), "tile/"+r.PathValue("path"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d, immutable", int(tileAge.Seconds())))
	_, _ = w.Write(b) // the reader has gone away: nothing is left to tell it
	return nil
}
