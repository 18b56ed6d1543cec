package papers

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store/read"
)

// sealedCopy is the label of a signed and sealed copy (盖章件), followed by the record whose paper it is: sealed-copy@123.
const sealedCopy = "sealed-copy@"

// IsSealedCopy tells whether a file is kept under the label of a signed and sealed copy.
func IsSealedCopy(label string) bool { return strings.HasPrefix(label, sealedCopy) }

// Copy is a signed and sealed copy of a paper.
type Copy struct {
	Seq  int64 // record of the note that brought it
	Day  string
	Blob matter.Blob
	// Of is the digest of the text that had been reviewed when the copy was brought, "" not said.
	Of string
	// Compared tells that the copy is a document whose text can be read; Lines then hold what differs.
	Compared bool
	Lines    []Line
}

// copiesOf finds the copies of a record's paper; those whose note was voided are none.
func copiesOf(history []read.Said, seq int64) []Copy {
	var out []Copy
	label := sealedCopy + strconv.FormatInt(seq, 10)
	for _, h := range history {
		for _, f := range h.Record.Files {
			if f.Label != label {
				continue
			}
			if voided, _ := became(history, h.Record.Seq); voided == 0 {
				_, of, _ := strings.Cut(h.Record.Reason, boundBy)
				out = append(out, Copy{Seq: h.Record.Seq, Day: h.Head.Legal, Blob: f.Blob, Of: of})
			}
		}
	}
	return out
}

// boundBy stands in the note before the digest of the text that the copy is of.
const boundBy = "，审定文本校验值 "

// Attach keeps signed and sealed copies of a paper: a note of the matter that names the digest of the text reviewed.
func (p *Papers) Attach(ctx context.Context, who access.Actor, request string, v *act.View, m *Made, files []matter.Blob) (act.Done, error) {
	if len(files) == 0 {
		return act.Done{}, app.Wrong("file", "请选择盖章件的扫描件、照片或者文档。")
	}
	note := procedure.Act{Step: "note", Reason: "《" + m.Title + "》盖章件（记录 " + strconv.FormatInt(m.Seq, 10) + "）" + boundBy + m.Digest}
	for _, b := range files {
		note.Files = append(note.Files, matter.Attached{Label: sealedCopy + strconv.FormatInt(m.Seq, 10), Blob: b})
	}
	return p.Acts.Do(ctx, act.Request{ID: request, Who: who, Matter: v.State.No, Act: note})
}

// Copies lists the signed and sealed copies of a paper, newest first, each compared with the text that was reviewed where
// it is a document that can be read. A scan is a picture: whether it agrees a person has to see.
func (p *Papers) Copies(ctx context.Context, v *act.View, m *Made) ([]Copy, error) {
	out := copiesOf(v.History, m.Seq)
	slices.Reverse(out)
	reviewed, err := m.lines()
	if err != nil {
		return nil, err
	}
	for i := range out {
		c := &out[i]
		if ext := strings.ToLower(path.Ext(c.Blob.Name)); ext != ".docx" && ext != ".txt" {
			continue
		}
		b, err := p.Acts.Blob(ctx, c.Blob.Hash)
		if err != nil {
			return nil, err
		}
		doc, err := docfile.Read(c.Blob.Name, b)
		if err != nil {
			continue // it bears the name of a document and is none: shown as a file like any other
		}
		c.Compared, c.Lines = true, Differences(reviewed, paragraphs(doc))
	}
	return out, nil
}

// lines is the text of the paper as it reads in the document that people download, so that the same document brings no
// difference.
func (m *Made) lines() ([]string, error) {
	b, err := m.DOCX()
	if err != nil {
		return nil, err
	}
	doc, err := docfile.Read("paper.docx", b)
	if err != nil {
		return nil, err
	}
	return paragraphs(doc), nil
}

func paragraphs(doc docfile.Document) []string {
	var out []string
	for _, p := range doc.Paragraphs {
		if s := strings.TrimSpace(p.Text); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Line is one line of a comparison.
type Line struct {
	Text string
	In   string // both, reviewed: only in the text reviewed, copy: only in the copy
}

// Sides of a line.
const (
	InBoth     = "both"
	InReviewed = "reviewed"
	InCopy     = "copy"
)

// mostLines bounds a comparison; what follows is not compared.
const mostLines = 2_000

// Differences compares two texts line by line; white space and width of signs make no difference. It gives all lines in
// order where any differs, and none where they agree.
func Differences(reviewed, copied []string) []Line {
	a, b := bare(reviewed), bare(copied)
	if slices.Equal(a, b) {
		return nil
	}
	if len(a) > mostLines || len(b) > mostLines {
		a, b, reviewed, copied = a[:min(len(a), mostLines)], b[:min(len(b), mostLines)], reviewed[:min(len(a), mostLines)], copied[:min(len(b), mostLines)]
	}
	common := make([][]int32, len(a)+1) // length of the longest common run of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []Line
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, Line{reviewed[i], InBoth})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, Line{reviewed[i], InReviewed})
			i++
		default:
			out = append(out, Line{copied[j], InCopy})
			j++
		}
	}
	return out
}

// bare takes out what makes no difference.
func bare(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.Map(func(r rune) rune {
			switch {
			case unicode.IsSpace(r):
				return -1
			case r >= 0xff01 && r <= 0xff5e: // full-width signs
				return r - 0xfee0
			}
			return r
		}, l)
	}
	return out
}
