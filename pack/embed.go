// Package pack carries the law as data that the program is delivered with: calendar, registers and procedures, and in
// further folders laws, papers and reports. It holds files only; package rulebook reads them.
package pack

import "embed"

// Files is the embedded pack, with its folders at the root.
//
//go:embed all:calendar all:laws all:papers all:procedures all:registers all:reports
var Files embed.FS
