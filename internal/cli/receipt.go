package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"zhunsheng/internal/proof/ledger"
)

// receiptCmd is about receipts (回执), without a database.
type receiptCmd struct {
	Verify receiptVerifyCmd `cmd:"" help:"离线核验回执：只凭回执和公钥。"`
}

type receiptVerifyCmd struct {
	output
	File    string   `arg:"" help:"回执文件，或者存有回执码文字的文件；- 表示标准输入。"`
	Key     string   `placeholder:"公钥" help:"公布的存证公钥，或者存有公钥的文件。省略时用回执自带的公钥，公钥本身不作核对。"`
	Witness []string `sep:"none" placeholder:"公钥" help:"见证单位的公钥，或者存有公钥的文件；可以多次给出。"`
}

// receiptAnswer is the JSON of receipt verify; only ok, check and message are there when the receipt does not hold.
type receiptAnswer struct {
	OK         bool             `json:"ok"`
	Check      string           `json:"check,omitempty"`
	Message    string           `json:"message,omitempty"`
	KeyChecked *bool            `json:"key_checked,omitempty"`
	Seq        int64            `json:"seq,omitempty"`
	Leaf       string           `json:"leaf,omitempty"`
	At         string           `json:"at,omitempty"`
	Kind       string           `json:"kind,omitempty"`
	Region     string           `json:"region,omitempty"`
	Unit       int64            `json:"unit,omitempty"`
	Matter     string           `json:"matter,omitempty"`
	Step       string           `json:"step,omitempty"`
	Legal      string           `json:"legal,omitempty"`
	Number     string           `json:"number,omitempty"`
	Log        *receiptLog      `json:"log,omitempty"`
	Parts      []receiptPart    `json:"parts,omitempty"`
	Cosigned   []receiptWitness `json:"cosigned,omitempty"`
}

type receiptLog struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"`
}

type receiptPart struct {
	Name  string `json:"name"`
	Shown bool   `json:"shown"`
}

type receiptWitness struct {
	Name string `json:"name"`
	At   string `json:"at"`
}

// Run proves a receipt with nothing but itself and the log's public key.
func (c receiptVerifyCmd) Run(env *Env) error {
	var key ledger.Key
	var witnesses []ledger.Witness
	if c.Key != "" {
		text, err := keyText(c.Key)
		if err != nil {
			return misuse("--key：%w", err)
		}
		if key, err = ledger.ParseKey(text); err != nil {
			return misuse("--key：%w", err)
		}
	}
	for _, arg := range c.Witness {
		text, err := keyText(arg)
		if err != nil {
			return misuse("--witness：%w", err)
		}
		w, err := ledger.ParseWitness(text)
		if err != nil {
			return misuse("--witness：%w", err)
		}
		witnesses = append(witnesses, w)
	}
	b, err := readReceipt(env, c.File)
	if err != nil {
		return misuse("读不出 %s：%w", c.File, err)
	}
	r, err := ledger.ParseReceipt(b)
	if errors.Is(err, ledger.ErrNotReceipt) {
		return misuse("%w", err)
	}
	var res ledger.Result
	if err == nil {
		res, err = ledger.Verify(r, key, witnesses...)
	}
	if err != nil {
		return c.refuse(env, err)
	}
	answer := receiptOf(res)
	if c.json() {
		return env.printJSON(answer)
	}
	return c.table(env, r, res)
}

// refuse says why the receipt does not hold.
func (c receiptVerifyCmd) refuse(env *Env, err error) error {
	if !c.json() {
		return wrong("%w", err)
	}
	answer := receiptAnswer{Message: err.Error()}
	var f *ledger.Failure
	if errors.As(err, &f) {
		answer.Check = f.Check
	}
	if err := env.printJSON(answer); err != nil {
		return err
	}
	return wrongShown()
}

func receiptOf(res ledger.Result) receiptAnswer {
	h := res.Head
	a := receiptAnswer{
		OK: true, KeyChecked: &res.KeyChecked, Seq: h.Seq, Leaf: ledger.Digest(res.Leaf).String(),
		At: res.At().Format(time.RFC3339Nano), Kind: h.Kind, Region: h.Region, Unit: h.Unit, Matter: h.Matter, Step: h.Step,
		Legal: h.Legal, Number: h.Number,
		Log: &receiptLog{res.Checkpoint.Origin, res.Checkpoint.Size, ledger.Digest(res.Checkpoint.Root).String()},
	}
	for _, p := range res.Shown {
		a.Parts = append(a.Parts, receiptPart{p.String(), true})
	}
	for _, p := range res.Withheld {
		a.Parts = append(a.Parts, receiptPart{p.String(), false})
	}
	for _, w := range res.Cosigned {
		a.Cosigned = append(a.Cosigned, receiptWitness{w.Name, w.At.Format(time.RFC3339)})
	}
	return a
}

func titles(parts []ledger.Part) string {
	var names []string
	for _, p := range parts {
		names = append(names, p.Title())
	}
	if names == nil {
		return "无"
	}
	return strings.Join(names, "、")
}

func (c receiptVerifyCmd) table(env *Env, r *ledger.Receipt, res ledger.Result) error {
	var out strings.Builder
	fmt.Fprintln(&out, "核验通过：这条记录在存证之中，内容没有改动。")
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&out, "  %s　%s\n", name, value)
		}
	}
	line("存证编号", fmt.Sprint(res.Head.Seq))
	line("记录时间", res.At().Format("2006-01-02 15:04:05"))
	line("法定日期", res.Head.Legal)
	line("文　　号", res.Head.Number)
	line("校 验 值", ledger.Digest(res.Leaf).String())
	line("存证快照", fmt.Sprintf("%s，共 %d 条记录", res.Checkpoint.Origin, res.Checkpoint.Size))
	line("已核内容", titles(res.Shown))
	line("未示内容", titles(res.Withheld)) // not shown to this holder, or erased: the proof stands all the same
	for _, w := range res.Cosigned {
		line("见　　证", w.Name+"，"+w.At.In(res.At().Location()).Format("2006-01-02 15:04:05"))
	}
	if res.KeyChecked {
		line("公　　钥", "与给定的公钥一致")
	} else {
		line("公　　钥", r.Key)
		fmt.Fprintln(&out, "注意：没有核对公钥本身。请与公布的公钥比对，或者用 --key 给出后再核验一次。")
	}
	_, err := io.WriteString(env.Out, out.String())
	return err
}

// keyText takes a key as it is written or out of a file.
func keyText(arg string) (string, error) {
	if strings.Contains(arg, "+") {
		if _, err := os.Stat(arg); err != nil {
			return arg, nil
		}
	}
	b, err := readAtMost(arg, 4<<10)
	return string(b), err
}

func readReceipt(env *Env, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(env.In, ledger.MaxReceipt+1))
	}
	return readAtMost(name, ledger.MaxReceipt+1)
}

func readAtMost(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}
