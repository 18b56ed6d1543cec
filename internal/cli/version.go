package cli

import (
	"fmt"
	"runtime/debug"
)

type versionCmd struct{ output }

// Run prints version and build of the program.
func (c versionCmd) Run(env *Env) error {
	version, commit := "开发版", ""
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
	if c.json() {
		return env.printJSON(map[string]string{"version": version, "commit": commit})
	}
	_, err := fmt.Fprintf(env.Out, "准绳 %s %s\n", version, commit)
	return err
}
