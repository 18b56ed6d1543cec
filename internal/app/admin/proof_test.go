package admin_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/proof/ledger"
)

func TestReceiptsProveWhatTheViewerSees(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		ctx := context.Background()
		p := &admin.Proof{Acts: s.Acts, Key: s.Key()}
		task := s.Task("NYJ", "公布裁量基准", "2026-11-30")
		blob, err := s.Acts.Keep(ctx, "汇总表.txt", []byte("五项基准"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Do("nyj03", task, procedure.Act{Step: "take"}); err != nil {
			t.Fatal(err)
		}
		done, err := s.Do("nyj03", task, procedure.Act{
			Step: "report", Input: matter.Values{}.With("progress", matter.OfText("完成初稿")), Files: []matter.Attached{{Label: "evidence", Blob: blob}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Receipt(ctx, s.Viewer("nyj03"), done.Seq); kindOf(t, err) != app.Conflict {
			t.Error("a receipt without a snapshot")
		}
		s.Sign()
		r, err := p.Receipt(ctx, s.Viewer("nyj03"), done.Seq)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ledger.ParseReceipt(r.Encode())
		if err != nil {
			t.Fatal(err)
		}
		res, err := ledger.Verify(again, s.Key())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]ledger.Part{ledger.Effects, ledger.Files, ledger.Open}, res.Shown); diff != "" {
			t.Error(diff)
		}
		for login, sees := range map[string]bool{"nyj03": true, "tongchou": true, "jiandu": true, "scj03": false, "xitong": false, "shenji": false} {
			shown, err := p.Record(ctx, s.Viewer(login), done.Seq)
			if login == "shenji" { // the auditor knows that it was done, not what it says
				if err != nil || len(shown.Parts) != 0 || len(shown.Hidden) != 3 || shown.Title != "" {
					t.Errorf("the auditor sees %+v, %v", shown, err)
				}
			} else if sees != (err == nil) {
				t.Errorf("%s sees the record: %v", login, err)
			}
			may, err := p.MaySeeFile(ctx, s.Viewer(login), blob.Hash)
			if err != nil || may != sees {
				t.Errorf("%s sees the file: %v, %v", login, may, err)
			}
		}
		latest, err := p.Latest(ctx, s.Viewer("scj03"), 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range latest {
			if l.Matter != 0 {
				t.Errorf("the newest records show %d to someone who does not see it", l.Matter)
			}
		}
		snap, ok, err := p.Snapshot(ctx)
		if err != nil || !ok || snap.Size != done.Seq {
			t.Errorf("snapshot %+v, %v, %v", snap, ok, err)
		}
	})
}

func TestTilesAddUpToTheSnapshot(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	p := &admin.Proof{Acts: s.Acts, Key: s.Key()}
	s.Sign()
	snap, ok, err := p.Snapshot(ctx)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	b, err := p.Tile(ctx, ledger.TilePath(0, 0, int(snap.Size)))
	if err != nil {
		t.Fatal(err)
	}
	if len(b) != int(snap.Size)*32 {
		t.Errorf("%d bytes for %d leaves", len(b), snap.Size)
	}
	for name, path := range map[string]string{
		"too wide": ledger.TilePath(0, 0, int(snap.Size)+1), "too far": ledger.TilePath(0, 1, 1), "entries": "tile/entries/000", "nonsense": "tile/../../log.key",
	} {
		if _, err := p.Tile(ctx, path); kindOf(t, err) != app.NotFound {
			t.Errorf("%s: a tile was served", name)
		}
	}
}

func TestPersonalWordsOfEntries(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	p := &admin.Proof{Acts: s.Acts}
	no, err := s.House.NewPerson(ctx, s.Actor("nyj02"), "", "", "殷琦", "0000-1234", admin.PostForm{Unit: s.Units["NYJ"].Entry, Role: access.Handler})
	if err != nil {
		t.Fatal(err)
	}
	for login, sees := range map[string]bool{"nyj02": true, "tongchou": true, "scj03": false} {
		shown, err := p.Record(ctx, s.Viewer(login), no)
		if err != nil {
			t.Fatal(err)
		}
		has := false
		for _, part := range shown.Parts {
			has = has || part == ledger.Personal
		}
		if has != sees {
			t.Errorf("%s sees the telephone: %v", login, has)
		}
	}
	if _, err := p.Receipt(ctx, s.Viewer("nyj02"), no); kindOf(t, err) != app.Conflict {
		t.Error("a receipt without a key")
	}
}

func TestAccountsAndTheirTrail(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	keeper := s.Actor("xitong")
	if _, err := s.House.OpenAccount(ctx, s.Actor("tongchou"), "", s.People["nyj03"].Entry, "shen"); kindOf(t, err) != app.Denied {
		t.Error("the coordinator opened an account")
	}
	password, err := s.House.OpenAccount(ctx, keeper, "", s.People["nyj03"].Entry, "shen")
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.Accounts.SignIn(ctx, "shen", password)
	if err != nil || !in.MustChange {
		t.Fatalf("%+v, %v", in, err)
	}
	if _, err := s.House.OpenAccount(ctx, keeper, "", s.People["nyj04"].Entry, "shen"); kindOf(t, err) != app.Invalid {
		t.Error("a login was given twice")
	}
	if err := s.House.LockAccount(ctx, keeper, "", in.Person); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accounts.SignIn(ctx, "shen", password); err == nil {
		t.Error("a locked account signs in")
	}
	if ok, err := s.Accounts.Usable(ctx, in.Person); ok || err != nil {
		t.Errorf("a locked account is usable: %v, %v", ok, err)
	}
	if err := s.House.UnlockAccount(ctx, keeper, "", in.Person); err != nil {
		t.Fatal(err)
	}
	_, fresh, err := s.House.ResetAccount(ctx, keeper, "", in.Person)
	if err != nil || fresh == password {
		t.Fatal(fresh, err)
	}
	if err := s.House.EndAccount(ctx, keeper, "", in.Person); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accounts.SignIn(ctx, "shen", fresh); err == nil {
		t.Error("an ended account signs in")
	}
	if _, _, err := s.House.Trail(ctx, keeper, admin.TrailFilter{}); kindOf(t, err) != app.Denied {
		t.Error("the system administrator reads the audit list")
	}
	lines, _, err := s.House.Trail(ctx, s.Actor("shenji"), admin.TrailFilter{Kind: admin.TrailAccount})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lines {
		got = append(got, l.What)
	}
	want := []string{"停用账号 shen", "重置账号 shen 的密码", "解除锁定账号 shen", "锁定账号 shen", "开立账号 shen"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTrailPagesToTheBeginning(t *testing.T) {
	s := apptest.New(t)
	ctx := context.Background()
	for range 3 {
		s.Task("NYJ", "公布裁量基准", "2026-11-30")
	}
	seen := map[int64]bool{}
	f := admin.TrailFilter{Limit: 7}
	for {
		lines, next, err := s.House.Trail(ctx, s.Actor("shenji"), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if seen[l.Seq] {
				t.Fatalf("record %d twice", l.Seq)
			}
			seen[l.Seq] = true
		}
		if next == 0 {
			break
		}
		f.Before = next
	}
	latest := s.Enter(act.RegisterPerson, "last", "2026-01-01", matter.Values{}.With("name", matter.OfText("末位")))
	if len(seen) != int(latest.Entry)-1 {
		t.Errorf("%d records, want %d", len(seen), latest.Entry-1)
	}
	lines, _, err := s.House.Trail(ctx, s.Actor("shenji"), admin.TrailFilter{Kind: admin.TrailAct, Person: s.People["tongchou"].Entry})
	if err != nil || len(lines) != 3 || lines[0].What != "任务：下达" {
		t.Errorf("acts of the coordinator: %+v, %v", lines, err)
	}
	if lines, next, err := s.House.Trail(ctx, s.Actor("shenji"), admin.TrailFilter{From: "2026-09-24"}); err != nil || len(lines) != 0 || next != 0 {
		t.Errorf("records of tomorrow: %d, %d, %v", len(lines), next, err)
	}
}
