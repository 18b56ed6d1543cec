// Command zhunsheng (准绳) runs a local government's law-based administration.
package main

import (
	"os"

	"zhunsheng/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
