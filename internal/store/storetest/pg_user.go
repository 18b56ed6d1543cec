package storetest

import (
	"os/user"
	"runtime"
	"strconv"
)

// pgUser returns the user the server runs as where the tests run as root.
func pgUser() (uid, gid int, err error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, err
	}
	if uid, err = strconv.Atoi(u.Uid); err != nil {
		return 0, 0, err
	}
	gid, err = strconv.Atoi(u.Gid)
	return uid, gid, err
}

func lockThread() { runtime.LockOSThread() }
