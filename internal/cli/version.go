package cli

import (
	"fmt"
	"runtime/debug"
)

type versionCmd struct{ output }

// build is the version and the commit of the program.
func build() (version, commit string) {
	version = "开发版"
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" {
			version = v
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	return version, commit
}

// Run prints version, build and pack digest of the program.
func (c versionCmd) Run(env *Env) error {
	version, commit := build()
	book, err := loadBook(env, nil)
	if err != nil {
		return err
	}
	if c.json() {
		return env.printJSON(map[string]string{"version": version, "commit": commit, "pack": book.Digest()})
	}
	_, err = fmt.Fprintf(env.Out, "准绳 %s %s\n规则包 %s\n", version, commit, book.Digest())
	return err
}
