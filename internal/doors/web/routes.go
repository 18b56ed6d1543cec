package web

import (
	"net/http"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
)

// routes registers every page. The addresses of the menu are those of view.Places.
func (s *Server) routes(mux *http.ServeMux) {
	s.doorRoutes(mux)
	s.deskRoutes(mux)
	s.planRoutes(mux)
	s.matterRoutes(mux)
	s.caseRoutes(mux)
	s.houseRoutes(mux)
	s.gatherRoutes(mux)
	s.reportRoutes(mux)
	s.lawRoutes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/desk", http.StatusSeeOther)
			return
		}
		v, err := s.visit(r)
		if err == nil {
			err = app.Faultf(app.NotFound, "没有找到这个地址。")
		}
		s.fail(w, r, v, uuid.NewString(), err)
	})
}

func (s *Server) doorRoutes(mux *http.ServeMux) {
	s.open(mux, "GET "+pathSignIn, s.signInShow)
	s.open(mux, "POST "+pathSignIn, s.signIn)
	s.staff(mux, "POST "+pathSignOut, s.signOut)
	s.staff(mux, "GET "+pathPassword, s.passwordShow)
	s.staff(mux, "POST "+pathPassword, s.passwordSave)
	s.staff(mux, "POST /account/post", s.postChoose)
}

func (s *Server) planRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /plans", s.plansList)
	s.staff(mux, "GET /plans/import", s.planUploadShow)
	s.staff(mux, "POST /plans/import", s.planUpload)
	s.staff(mux, "GET /plans/import/{id}", s.planReviewShow)
	s.staff(mux, "POST /plans/import/{id}", s.planReviewSave)
	s.staff(mux, "POST /plans/import/{id}/delete", s.importDelete)
	s.staff(mux, "GET /plans/import/{id}/confirm", s.planConfirmShow)
	s.staff(mux, "POST /plans/import/{id}/confirm", s.planConfirm)
	s.staff(mux, "GET /plan/{plan}/sent", s.planSentShow)
	s.staff(mux, "GET /board", s.boardShow)
	s.planAgainRoutes(mux)
}
