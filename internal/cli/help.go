package cli

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// helpWidth is as wide as help is printed, whatever the terminal.
const helpWidth = 100

// helpWords are the fixed words of help in Chinese, at the beginning of a line.
var helpWords = []struct{ en, zh string }{
	{"Usage: ", "用法："}, {"Arguments:", "参数："}, {"Flags:", "选项："}, {"Commands:", "命令："},
}

// moreHelp is the last line of help on a group of verbs.
var moreHelp = regexp.MustCompile(`(?m)^Run "(.*) --help" for more information.*$`)

// printHelp prints the help of the verb asked about, in Chinese.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	var b bytes.Buffer
	out := ctx.Stdout
	ctx.Stdout = &b
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	_, err = out.Write([]byte(inChinese(b.String())))
	return err
}

func inChinese(help string) string {
	lines := strings.Split(help, "\n")
	for i, line := range lines {
		for _, w := range helpWords {
			if rest, ok := strings.CutPrefix(line, w.en); ok {
				lines[i] = w.zh + rest
			}
		}
	}
	help = strings.NewReplacer("[flags]", "[选项]", "<command>", "<命令>").Replace(strings.Join(lines, "\n"))
	return moreHelp.ReplaceAllString(help, "用 $1 --help 查看每个命令的用法。")
}

// mistakes are what kong says of a command line that is off, with our words for it.
var mistakes = []struct {
	said *regexp.Regexp
	zh   string
}{
	{regexp.MustCompile(`^unexpected argument (.+?), did you mean (?:one of )?(.+)\?$`), "没有命令或者参数 $1，是不是 $2？"},
	{regexp.MustCompile(`^unexpected argument (.+)$`), "多余的参数 $1"},
	{regexp.MustCompile(`^unknown flag (.+?), did you mean (?:one of )?(.+)\?$`), "没有选项 $1，是不是 $2？"},
	{regexp.MustCompile(`^unknown flag (.+)$`), "没有选项 $1"},
	{regexp.MustCompile(`^missing flags: (.+)$`), "缺少选项 $1"},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), "缺少参数 $1"},
	{regexp.MustCompile(`^expected one of (.+)$`), "请写明命令：$1"},
	{regexp.MustCompile(`^expected (".*)$`), "还缺少 $1"},
	{regexp.MustCompile(`^(.+?) must be one of (.+) but got "(.*)"$`), "$1 应当是 $2 之一，现在是“$3”"},
	{regexp.MustCompile(`^(.+?): expected an? (?:valid 64 bit )?int but got "(.*?)"(?: \(.*\))?$`), "$1 应当是整数，现在是“$2”"},
	{regexp.MustCompile(`^(.+?): missing value, expecting .*$`), "$1 后面缺少内容"},
	{regexp.MustCompile(`^(.+?): expected string value but got .*$`), "$1 后面缺少内容"},
}

// mistake says in Chinese what is off in a command line; what is not known is left as kong says it.
func mistake(err error) string {
	said := err.Error()
	for _, m := range mistakes {
		if m.said.MatchString(said) {
			return m.said.ReplaceAllString(said, m.zh)
		}
	}
	return said
}
