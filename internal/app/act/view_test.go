package act

import (
	"testing"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store/read"
)

func TestWithhold(t *testing.T) {
	whole := &matter.State{Values: []matter.Held{
		{Name: "cause", Value: matter.OfText("占道经营")}, {Name: "party", Value: matter.OfText("某人"), Part: matter.PersonalPart},
		{Name: "witness", Value: matter.OfText("某人"), Part: matter.SealedPart},
	}}
	record := &matter.Record{Personal: matter.Words{Reason: "某人"}, Sealed: matter.Words{Reason: "某人"}, Open: matter.Words{Reason: "立案"}}
	v := View{State: whole, History: []read.Said{{Record: record}}}
	v.withhold()
	if len(v.State.Values) != 1 || v.State.Text("cause") == "" {
		t.Errorf("left %+v", v.State.Values)
	}
	if r := v.History[0].Record; !r.Personal.Empty() || !r.Sealed.Empty() || r.Open.Reason == "" {
		t.Errorf("left %+v", r)
	}
	if len(whole.Values) != 3 || record.Personal.Empty() {
		t.Error("what others read was changed")
	}
}
