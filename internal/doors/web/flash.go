package web

import (
	"encoding/json"

	"zhunsheng/internal/doors/web/view"
)

// encodeFlash and decodeFlash carry messages over a redirect in the session.
func encodeFlash(flash []view.Flash) []byte {
	b, err := json.Marshal(flash)
	if err != nil { // a Flash is plain text: it always has a JSON form
		return nil
	}
	return b
}

func decodeFlash(b []byte) []view.Flash {
	var flash []view.Flash
	if len(b) == 0 || json.Unmarshal(b, &flash) != nil {
		return nil
	}
	return flash
}
