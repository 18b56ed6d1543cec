// Package pack carries the law as data that the program is delivered with: calendar, and in further folders
// procedures, laws, registers, papers and reports. It holds files only; package rulebook reads them.
package pack

import "embed"

// Files is the embedded pack, with its folders at the root.
//
//go:embed all:calendar
var Files embed.FS
