package ledger

import (
	"fmt"
	"time"
)

// What Verify checks, in its order; a Failure names the first that did not hold.
const (
	CheckFormat         = "format"    // the receipt can be read
	CheckKey            = "key"       // the key is a log's key, and the one the holder trusts
	CheckHead           = "head"      // the head is canonical and stands where it says
	CheckSignature      = "signature" // the checkpoint is signed by the log and by known witnesses
	CheckInclusionProof = "inclusion" // the head is in the tree of the checkpoint
	CheckPart           = "part"      // what is laid open is what was committed to
)

// Failure says that a receipt does not hold, in words for its holder.
type Failure struct {
	Check  string // which check, one of the constants
	Detail string // what is off, in Chinese
}

// Error returns the sentence shown to the holder.
func (f *Failure) Error() string {
	if f.Check == CheckFormat {
		return "核验不通过：这份回执已经损坏（" + f.Detail + "）。请改用原件；没有原件的，请联系出具回执的机关。"
	}
	return "核验不通过：这份回执与公布的存证不一致（" + f.Detail + "）。请保存原件，并联系出具回执的机关。"
}

func failed(check, format string, args ...any) *Failure {
	return &Failure{Check: check, Detail: fmt.Sprintf(format, args...)}
}

// Result is what a receipt has been found to prove.
type Result struct {
	Head       Head
	Leaf       Hash       // 校验值 of the record
	Checkpoint Checkpoint // the log as it stood
	KeyChecked bool       // the key was compared with one the holder had from elsewhere
	Shown      []Part     // parts laid open and found right
	Withheld   []Part     // parts the record has that the receipt does not lay open, or that were erased
	Cosigned   []Cosigned // known witnesses that have seen the log grow correctly
}

// At returns when the record was taken, in China's time.
func (r Result) At() time.Time { return time.UnixMicro(r.Head.At).In(china) }

var china = time.FixedZone("UTC+8", 8*60*60)

// Verify proves a receipt with nothing but itself and the log's public key. With the zero Key it uses the key the
// receipt brings along; then Result.KeyChecked is false, and all that is proved is that the receipt agrees with itself.
// The error is always a *Failure.
func Verify(r *Receipt, trusted Key, witnesses ...Witness) (Result, error) {
	var res Result
	key, err := ParseKey(r.Key)
	if err != nil {
		return res, failed(CheckKey, "%v", err)
	}
	if !trusted.IsZero() {
		if key.String() != trusted.String() {
			return res, failed(CheckKey, "回执所附的公钥不是给定的公钥 %s", trusted.Name())
		}
		res.KeyChecked = true
	}
	if res.Head, err = ParseHead([]byte(r.Head)); err != nil {
		return res, failed(CheckHead, "记录的头不合规定的写法")
	}
	if IndexOf(res.Head.Seq) != r.Index {
		return res, failed(CheckHead, "存证编号 %d 与所附位置 %d 不符", res.Head.Seq, r.Index)
	}
	if res.Checkpoint, res.Cosigned, err = OpenCheckpoint(r.Checkpoint, key, witnesses...); err != nil {
		return res, failed(CheckSignature, "存证快照的签名不对")
	}
	if res.Checkpoint.Size != r.Size {
		return res, failed(CheckSignature, "存证快照的记录数 %d 与所附的 %d 不符", res.Checkpoint.Size, r.Size)
	}
	res.Leaf = LeafHash([]byte(r.Head))
	if CheckInclusion(r.Proof, r.Size, res.Checkpoint.Root, r.Index, res.Leaf) != nil {
		return res, failed(CheckInclusionProof, "记录不在存证快照之中")
	}
	var seen [parts]bool
	for _, p := range r.Parts {
		switch {
		case p.Part >= parts:
			return res, failed(CheckPart, "不认识的内容部分")
		case seen[p.Part]:
			return res, failed(CheckPart, "“%s”出现两次", p.Part.Title())
		case Commit(p.Salt, []byte(p.Body)) != res.Head.Parts[p.Part]:
			return res, failed(CheckPart, "“%s”已被改动", p.Part.Title())
		}
		seen[p.Part] = true
	}
	for p, d := range res.Head.Parts {
		switch {
		case seen[p]:
			res.Shown = append(res.Shown, Part(p))
		case d != (Digest{}):
			res.Withheld = append(res.Withheld, Part(p))
		}
	}
	return res, nil
}
