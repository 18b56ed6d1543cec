package access_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/unit"
)

const today = "2026-09-23"

func rights(t *testing.T) *access.Rights {
	t.Helper()
	tree, err := unit.New([]unit.Unit{{No: 1, Code: "0"}, {No: 2, Code: "1", Parent: 1}, {No: 3, Code: "2", Parent: 1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return access.New(1, tree, []access.Post{
		{No: 10, Person: 100, Unit: 2, Role: access.Handler, From: "2020-01-01"},
		{No: 11, Person: 101, Unit: 2, Role: access.Head, From: "2020-01-01"},
		{No: 12, Person: 102, Unit: 3, Role: access.Coordinator, From: "2020-01-01"},
		{No: 13, Person: 103, Unit: 3, Role: access.SystemAdmin, From: "2020-01-01"},
		{No: 14, Person: 100, Unit: 3, Role: access.Handler, From: "2020-01-01", To: "2026-09-23"},
	}, []access.Delegation{
		{From: 11, To: 10, Kind: access.Record, Since: "2026-01-01"},
		{From: 12, To: 10, Kind: access.Cover, Since: "2026-10-01"},
	})
}

func TestMayAct(t *testing.T) {
	r := rights(t)
	actor := func(person, post, acting int64) access.Actor {
		a, ok := r.Actor(person, post, acting, today)
		if !ok {
			t.Fatalf("no mandate %d %d %d", person, post, acting)
		}
		return a
	}
	tests := map[string]struct {
		actor access.Actor
		want  bool
	}{
		"handler":                {actor(100, 10, 0), true},
		"recording for the head": {actor(100, 10, 11), true},
		"an administrator never": {actor(103, 13, 0), false},
		"the system":             {access.Actor{System: true}, true},
		"nobody":                 {access.Actor{}, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := access.MayAct(tc.actor); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestMaySee(t *testing.T) {
	plain := access.Object{Reach: []int64{2, 1}}
	sealed := access.Object{Reach: []int64{2, 1}, Sealed: true, Persons: []int64{101}}
	tests := map[string]struct {
		scope  access.Scope
		object access.Object
		want   bool
	}{
		"a unit in its reach":      {access.Scope{Units: []int64{2}}, plain, true},
		"another unit":             {access.Scope{Units: []int64{3}}, plain, false},
		"sealed, not named":        {access.Scope{Person: 100, Units: []int64{2}}, sealed, false},
		"sealed, named":            {access.Scope{Person: 101}, sealed, true},
		"the program":              {access.Scope{System: true}, sealed, true},
		"an administrator's scope": {access.Scope{Person: 103}, plain, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := access.MaySee(tc.scope, tc.object); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestMandates(t *testing.T) {
	r := rights(t)
	if _, ok := r.Actor(100, 14, 0, today); ok {
		t.Error("a post that has ended still acts")
	}
	if _, ok := r.Actor(100, 10, 12, today); ok {
		t.Error("leave cover acts before it begins")
	}
	if _, ok := r.Actor(100, 10, 12, "2026-10-08"); !ok {
		t.Error("leave cover does not act")
	}
	if diff := cmp.Diff([]int64{2, 3}, r.Scope(100, "2026-10-08").Units); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(access.Scope{Person: 103}, r.Scope(103, today)); diff != "" {
		t.Errorf("an administrator sees matters: %s", diff)
	}
}
