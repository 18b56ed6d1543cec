package matter

// Cache is what a matter's rows in the worklists were last written as. It is derived by rule, is not in records, and is
// kept beside the state so that an act writes only the difference.
type Cache struct {
	Todo []Todo
	Due  []Due
}

// Todo is a step that is ready and waits for someone: any post of Role in Unit, or only Post where one is assigned.
type Todo struct {
	Unit int64
	Role string
	Post int64 // 0: any
	Due  string
	Step string
	Key  string
}

// Due is an open limit's due date.
type Due struct {
	Unit        int64
	Due         string // "9999-12-31" while paused
	Limit       string
	Key         string
	Provisional bool
}

// NoDue stands for a due date that is not known now: it sorts last.
const NoDue = "9999-12-31"
