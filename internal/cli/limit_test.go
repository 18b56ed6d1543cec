package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// zs runs one command line.
func zs(args ...string) (code int, out, err string) {
	var stdout, stderr bytes.Buffer
	code = Main(args, strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// limitOf runs `limit … -o json` and gives one limit of the answer.
func limitOf(t *testing.T, id, args string) map[string]any {
	t.Helper()
	code, out, stderr := zs(append(append([]string{"limit"}, strings.Fields(args)...), "-o", "json")...)
	if code != exitDone {
		t.Fatalf("limit %s: exit %d: %s", args, code, stderr)
	}
	var answer struct {
		Procedure string
		InForce   string `json:"in_force"`
		Limits    []map[string]any
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Procedure == "" || answer.InForce == "" {
		t.Errorf("answer without procedure or version: %s", out)
	}
	for _, l := range answer.Limits {
		if l["id"] == id {
			return l
		}
	}
	t.Fatalf("no limit %s in %s", id, out)
	return nil
}

func TestLimit(t *testing.T) {
	for name, c := range map[string]struct {
		args, id   string
		due, state string
		met        any
	}{
		"the promise of the interface": {"penalty --event file=2024-09-09 --event decide=2024-12-11", "decide", "2024-12-08", "missed", false},
		"pauses count on trial":        {"penalty --event file=2024-09-09 --event decide=2024-12-11 --pause hearing=2024-10-08..2024-10-20", "decide", "2024-12-21", "met", true},
		"unless told otherwise":        {"penalty --event file=2024-09-09 --event decide=2024-12-11 --pause hearing=2024-10-08..2024-10-20 --param pause_hearing=false", "decide", "2024-12-08", "missed", false},
		"open pause":                   {"penalty --event file=2024-09-09 --pause hearing=2024-10-08.. --today 2024-11-01", "decide", "", "paused", nil},
		"extension":                    {"penalty --event file=2024-09-09 --event decide=2025-01-07 --param decide_extension=30 --extend decide=2024-12-08", "decide", "2025-01-07", "met", true},
		"extension without a day":      {"penalty --event file=2024-09-09 --param decide_extension=30 --extend decide --today 2024-10-01", "decide", "2025-01-07", "running", nil},
		"extension too late":           {"penalty --event file=2024-09-09 --event decide=2025-01-07 --param decide_extension=30 --extend decide=2024-12-09", "decide", "2024-12-08", "missed", false},
		"rolls forward":                {"penalty --event serve@张三=2026-09-16 --today 2026-09-20", "pay", "2026-10-08", "running", nil},
		"unless rolling is off":        {"penalty --event serve@张三=2026-09-16 --param pay_roll=false --today 2026-09-20", "pay", "2026-10-01", "running", nil},
		"due soon":                     {"penalty --event file=2024-09-09 --today 2024-12-01", "decide", "2024-12-08", "due_soon", nil},
		"soon as told":                 {"penalty --event file=2024-09-09 --today 2024-12-01 --param soon_days=3", "decide", "2024-12-08", "running", nil},
		"overdue":                      {"penalty --event file=2024-09-09 --today 2024-12-09", "decide", "2024-12-08", "overdue", nil},
		"not started":                  {"penalty --event file=2024-09-09 --today 2024-12-09", "serve", "", "not_started", nil},
		"counted backwards":            {"penalty --event hearing=2026-06-15 --event hearing_notice=2026-06-04 --today 2026-07-01", "hearing_notice", "2026-06-03", "missed", false},
		"a field as the length":        {"task --event open=2026-09-24 --param due=2026-12-31 --today 2026-10-01", "due", "2026-12-31", "running", nil},
		"urgent, as explained":         {"decision --event comment_open=2026-05-01 --event comment_close=2026-05-15 --param urgent=true", "comment", "", "met", true},
		"objected late, signed before": {"task --event open=2026-09-01 --event take=2026-09-03 --event object=2026-09-09", "object", "2026-09-04", "missed", false},
		"a lawsuit ends the watch":     {"supervision --event urge=2026-03-10 --event end=2026-03-15 --param within=15 --today 2026-04-01", "report_back", "2026-03-25", "met", true},
		"workdays of a task":           {"task --event open=2026-09-24 --event take=2026-09-30 --today 2026-10-01", "take", "2026-09-30", "met", true},
	} {
		t.Run(name, func(t *testing.T) {
			l := limitOf(t, c.id, c.args)
			due, _ := l["due"].(string)
			if due != c.due || l["state"] != c.state || l["met"] != c.met {
				t.Errorf("got due %v, state %v, met %v; want %s, %s, %v", l["due"], l["state"], l["met"], c.due, c.state, c.met)
			}
			for _, key := range []string{"title", "shape", "earliest", "provisional", "why"} {
				if _, there := l[key]; !there {
					t.Errorf("no %s", key)
				}
			}
		})
	}
}

func TestLimitReasons(t *testing.T) {
	l := limitOf(t, "decide", "penalty --event file=2024-09-09 --event decide=2024-12-11")
	want := []any{
		map[string]any{"date": "2024-09-09", "text": "立案之日，次日起算", "cites": "行政处罚法第五十四条"},
		map[string]any{"date": "2024-12-08", "text": "满九十日", "cites": "行政处罚法第六十条"},
	}
	if diff := cmp.Diff(want, l["why"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	l = limitOf(t, "decide", "penalty --event file=2024-09-09 --pause hearing=2024-10-08..2024-10-20 --today 2024-10-30")
	if why := l["why"].([]any)[2].(map[string]any); why["cites"] != "部门规章参数" {
		t.Errorf("a pause rests on %v", why["cites"])
	}
}

func TestLimitMisuse(t *testing.T) {
	for name, c := range map[string]struct {
		args string
		code int
		err  string
	}{
		"unknown procedure":  {"penalti --event file=2024-09-09", 2, "是不是“penalty”"},
		"unknown step":       {"penalty --event fiel=2024-09-09", 2, "是不是“file”"},
		"unknown ground":     {"penalty --event file=2024-09-09 --pause holiday=2024-10-01..2024-10-07", 2, "hearing appraisal announcement"},
		"unknown parameter":  {"penalty --param nothing=1", 2, "nothing"},
		"impossible date":    {"penalty --event file=2024-02-30", 2, "2024年2月只有29天"},
		"impossible today":   {"penalty --today tomorrow", 2, "--today"},
		"event without day":  {"penalty --event file", 2, "环节=日期"},
		"pause without end":  {"penalty --pause hearing=2024-10-08", 2, "自..至"},
		"extension is off":   {"penalty --event file=2024-09-09 --extend decide", 1, "没有启用"},
		"no such extension":  {"penalty --event file=2024-09-09 --extend serve", 1, "没有延长的规定"},
		"extended twice":     {"seizure --event seize=2026-05-15 --extend dispose=2026-06-01 --extend dispose=2026-07-01", 1, "最多延长1次"},
		"extended on no day": {"penalty --event file=2024-09-09 --extend decide=2024-10-32", 2, "2024-10-32"},
		"unknown channel":    {"disclosure --event arrive=2026-09-01 --param channel=fax", 2, "in_person registered ordinary online"},
		"no such pack":       {"penalty --pack /nowhere", 2, "/nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, stderr := zs(append([]string{"limit"}, strings.Fields(c.args)...)...)
			if code != c.code || !strings.Contains(stderr, c.err) || out != "" {
				t.Errorf("exit %d, %q on standard error, %q on standard output", code, stderr, out)
			}
		})
	}
}

const shorter = `overlay: penalty
in_force: 2026-01-01
by: 示例县司法局
limits:
  decide:
    length: 60 days
examples:
  sixty_days:
    add: true
    dates: {file: 2026-03-02}
    today: 2026-03-02
    expect: {limit.decide.due: 2026-05-01}
`

// packOf writes a pack of one overlay.
func packOf(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "procedures"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "procedures", "own.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLimitWithOverlay(t *testing.T) {
	dir := packOf(t, shorter)
	if l := limitOf(t, "decide", "penalty --event file=2026-03-02 --today 2026-03-03 --pack "+dir); l["due"] != "2026-05-01" {
		t.Errorf("under the overlay due %v", l["due"])
	}
	if l := limitOf(t, "decide", "penalty --event file=2025-03-03 --today 2025-03-04 --pack "+dir); l["due"] != "2025-06-01" {
		t.Errorf("before the overlay due %v", l["due"])
	}
	if l := limitOf(t, "decide", "penalty --event file=2026-03-02 --today 2026-03-03 --version 2025-01-01 --pack "+dir); l["due"] != "2026-05-31" {
		t.Errorf("by the older text due %v", l["due"])
	}
}
