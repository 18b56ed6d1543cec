package web_test

import (
	"net/url"
	"testing"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/norm/procedure"
)

// TestParams sets a local rule on the page of its procedure and finds it in force the same day.
func TestParams(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	at(t, server, s, "nyj02").post("/procedures/penalty/params", url.Values{"param": {"major_fine"}, "value": {"5000元"}, "basis": {"省规定"}}, 403)
	d := at(t, server, s, "tongchou")
	_, body := d.get("/procedures/penalty", 200)
	has(t, body, "较大数额罚款", "设定参数")
	_, body = d.post("/procedures/penalty/params", url.Values{"param": {"major_fine"}, "value": {"许多"}, "from": {s.Acts.Today()}}, 422)
	has(t, body, "不能取这个值", "请写明依据")
	for _, value := range []string{"5000元", "8000元"} { // the second is a new version of the same entry
		_, body = d.post("/procedures/penalty/params", url.Values{
			"param": {"major_fine"}, "value": {value}, "from": {s.Acts.Today()}, "basis": {"某省行政处罚听证规定第三条"},
		}, 200)
		has(t, body, "已经设定“较大数额罚款”。", "起取 "+value, "某省行政处罚听证规定第三条")
	}
	site, err := s.Acts.Site(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	def, _ := s.Acts.Book().Procedure("penalty", s.Acts.Today())
	if v, ok := act.ParamOn(site, def, "major_fine", s.Units["SFJ"].Entry, s.Acts.Today()); !ok || v.Int != 800000 {
		t.Errorf("the parameter is %d, %v", v.Int, ok)
	}
	if _, ok := procedure.ParseParam(def.Param("major_fine"), "许多"); ok {
		t.Error("许多 is an amount")
	}
}
