package admin_test

import (
	"os"
	"testing"

	"zhunsheng/internal/store/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}
