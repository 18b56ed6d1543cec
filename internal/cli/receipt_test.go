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

// receiptVectors are the examples of docs/ledger.md.
func receiptVectors(t *testing.T) (v struct {
	Receipt    string
	Short      string                          `json:"receipt_short"`
	LogKey     struct{ Public, Secret string } `json:"log_key"`
	WitnessKey struct{ Public string }         `json:"witness_key"`
}) {
	t.Helper()
	b, err := os.ReadFile("../proof/ledger/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestReceiptVerify(t *testing.T) {
	v := receiptVectors(t)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, code, key := file("receipt.json", v.Receipt), file("code.txt", v.Short+"\n"), file("log.pub", v.LogKey.Public+"\n")
	changed := file("changed.json", strings.Replace(v.Receipt, "百分之六十", "百分之百", 1))
	cut := file("cut.json", v.Receipt[:len(v.Receipt)-40])
	other := strings.Replace(v.LogKey.Public, "410199", "410198", 1)

	for name, c := range map[string]struct {
		args     []string
		stdin    string
		code     int
		out, err string // parts of what is printed
	}{
		"with its own key":       {[]string{good}, "", 0, "没有核对公钥本身", ""},
		"with the key":           {[]string{good, "--key", v.LogKey.Public}, "", 0, "与给定的公钥一致", ""},
		"with a key file":        {[]string{good, "--key", key}, "", 0, "已核内容　办理结果、一般内容", ""},
		"printed code":           {[]string{code, "--key", key}, "", 0, "未示内容　办理结果、一般内容", ""},
		"standard input":         {[]string{"-"}, v.Receipt, 0, "核验通过", ""},
		"witness not there":      {[]string{good, "--witness", v.WitnessKey.Public}, "", 0, "核验通过", ""},
		"changed":                {[]string{changed}, "", 1, "", "核验不通过：这份回执与公布的存证不一致（“一般内容”已被改动）"},
		"cut short":              {[]string{cut}, "", 1, "", "这份回执已经损坏"},
		"not a receipt":          {[]string{"-"}, "第一条 为了", 2, "", "这不是回执"},
		"empty":                  {[]string{"-"}, "", 2, "", "这不是回执"},
		"no such file":           {[]string{filepath.Join(dir, "none")}, "", 2, "", "none"},
		"no file named":          {nil, "", 2, "", "file"},
		"a wrong key":            {[]string{good, "--key", other}, "", 2, "", "--key"},
		"a secret as key":        {[]string{good, "--key", v.LogKey.Secret}, "", 2, "", "--key"},
		"no key file":            {[]string{good, "--key", "none.pub"}, "", 2, "", "--key"},
		"a log key as witness":   {[]string{good, "--witness", v.LogKey.Public}, "", 2, "", "--witness"},
		"a witness key as key":   {[]string{good, "--key", v.WitnessKey.Public}, "", 2, "", "--key"},
		"no such witness file":   {[]string{good, "--witness", "none.pub"}, "", 2, "", "--witness"},
		"changed, asked as json": {[]string{changed, "-o", "json"}, "", 1, `"check": "part"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			got := Main(append([]string{"receipt", "verify"}, c.args...), strings.NewReader(c.stdin), &out, &errs)
			if got != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(errs.String(), c.err) {
				t.Errorf("exit %d, want %d\n%s%s", got, c.code, out.String(), errs.String())
			}
			if c.out == "" && out.Len() > 0 {
				t.Errorf("printed: %s", out.String())
			}
		})
	}
}

func TestReceiptVerifyJSON(t *testing.T) {
	v := receiptVectors(t)
	var out, errs bytes.Buffer
	if code := Main([]string{"receipt", "verify", "-", "--key", v.LogKey.Public, "-o", "json"}, strings.NewReader(v.Receipt), &out, &errs); code != 0 {
		t.Fatal(code, errs.String())
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	log := got["log"].(map[string]any)
	if len(log["root"].(string)) != 64 || len(got["leaf"].(string)) != 64 {
		t.Error("digests are not 64 digits:", out.String())
	}
	delete(log, "root")
	delete(got, "leaf")
	want := map[string]any{
		"ok": true, "key_checked": true, "seq": 3.0, "at": "2026-09-23T10:31:07.000125+08:00", "kind": "act", "region": "410199",
		"unit": 27.0, "matter": "01997a3e-5b1c-7d20-9a44-3f6c1e5b7a90", "step": "progress", "legal": "2026-09-23",
		"number": "衡政办督〔2026〕45号",
		"log":    map[string]any{"origin": strings.Split(v.LogKey.Public, "+")[0], "size": 5.0},
		"parts":  []any{map[string]any{"name": "effects", "shown": true}, map[string]any{"name": "open", "shown": true}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
