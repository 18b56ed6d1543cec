package plan_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"zhunsheng/internal/doc/plan"
)

// The corpus' own scorer, with the thresholds the parser has promised.
func TestScore(t *testing.T) {
	if _, err := os.Stat(filepath.Join(corpus, "score.py")); err != nil {
		t.Skipf("the shared corpus is not here: %v", err)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("no python3 to run the scorer: %v", err)
	}
	docs, err := filepath.Glob(filepath.Join(corpus, "*.txt"))
	if err != nil || len(docs) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	dir := t.TempDir()
	for _, doc := range docs {
		b, err := json.Marshal(plan.Parse(lines(readCorpus(t, filepath.Base(doc))), plan.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(doc)+".json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report := filepath.Join(dir, "scores.json")
	cmd := exec.CommandContext(t.Context(), python, filepath.Join(corpus, "score.py"), "--gold", filepath.Join(corpus, "gold"), "--pred", dir, "--json", report, "--strict-roles")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("scorer: %v\n%s", err, out)
	}
	b, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Total map[string]struct{ Scores []float64 }
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		t.Fatal(err)
	}
	for row, least := range map[string]float64{"measures": .99, "units": .99, "roles": .97, "deadlines": .95, "targets": .92, "figures": .92, "verdict": .92, "wrong": 1} {
		s := answer.Total[row].Scores
		t.Logf("%s: precision, recall, F1 %.3f", row, s)
		if len(s) != 3 || s[2] < least {
			t.Errorf("%s: precision, recall, F1 %v, promised %v", row, s, least)
		}
	}
}
