// Package rows turns records into the rows of the tables of truth. One function, Expand, says what an act does to them;
// the live writer, rebuild and verify all use it, so they cannot disagree. The other half of the package writes many rows
// of one table with one statement.
package rows

import "iter"

// Op is one way of writing to one table; a batch runs each at most once, in this order.
type Op uint8

// The ways of writing. Deletions come before insertions of the same table.
const (
	InsertRecord Op = iota
	InsertPart
	InsertOnce
	PutTile
	InsertDefinition
	InsertMatter
	UpdateMatter
	InsertReach
	InsertReachPerson
	PutRole
	DeleteLink
	PutLink
	DeleteTodo
	InsertTodo
	DeleteDue
	InsertDue
	DeleteFacet
	InsertFacet
	InsertFact
	AddTally
	PutNumber
	InsertEntry
	UpdateEntry
	InsertVersion
	PutUnit
	DeleteAlias
	InsertAlias
	PutPerson
	PutPost
	InsertFile
	InsertFileUse
	InsertOutbox
	ops // how many there are
)

type mode uint8

const (
	insert mode = iota
	ignore      // a row that is there stays as it is
	put         // a row that is there is replaced
	update      // by key; rows must be there
	remove      // by key
	add         // the last column is added to
)

type kind byte // i bigint, t text, b bytes

type column struct {
	name string
	kind kind
}

// Table is what is known of a table: its columns in order and how many of the first are its key.
type Table struct {
	Name    string
	columns []column
	keys    int
}

type op struct {
	table Table
	mode  mode
	fixed string // of an update: columns that never change, and whose indexes are left alone
}

func table(name string, keys int, columns ...string) Table {
	t := Table{Name: name, keys: keys}
	for _, c := range columns {
		t.columns = append(t.columns, column{c[2:], kind(c[0])})
	}
	return t
}

func (t Table) onlyKeys() Table { t.columns = t.columns[:t.keys]; return t }

var (
	recordTable = table("record", 1, "i:seq", "i:matter", "t:head", "t:effects", "b:effects_salt", "t:open", "b:open_salt", "b:leaf")
	matterTable = table("matter", 1, "i:no", "t:id", "t:region", "t:procedure", "t:def", "i:unit", "i:open", "t:title", "t:number",
		"i:version", "i:seq", "t:opened", "t:closed", "b:state", "b:cache")
	linkTable  = table("link", 3, "i:other", "t:kind", "i:matter", "i:seq")
	todoTable  = table("todo", 7, "i:unit", "t:role", "i:post", "t:due", "i:matter", "t:step", "t:key")
	dueTable   = table("due", 5, "i:unit", "t:due", "i:matter", "t:lim", "t:key", "i:provisional")
	facetTable = table("facet", 4, "t:procedure", "t:field", "t:value", "i:matter")
	entryTable = table("entry", 1, "i:no", "t:id", "t:register", "t:key", "i:version", "i:seq", "t:from_", "t:to_", "t:now")
	aliasTable = table("unit_alias", 2, "t:alias", "i:unit")
)

var all = [ops]op{
	InsertRecord:      {table: recordTable, mode: insert},
	InsertPart:        {table: table("part", 2, "i:seq", "t:name", "b:salt", "t:body"), mode: insert},
	InsertOnce:        {table: table("once", 1, "t:request", "i:seq"), mode: insert},
	PutTile:           {table: table("tile", 2, "i:level", "i:n", "b:hashes"), mode: put},
	InsertDefinition:  {table: table("definition", 1, "t:digest", "t:kind", "t:id", "t:in_force", "t:rules", "i:first_seq"), mode: ignore},
	InsertMatter:      {table: matterTable, mode: insert},
	UpdateMatter:      {table: matterTable, mode: update, fixed: "id region procedure opened"},
	InsertReach:       {table: table("reach", 2, "i:unit", "i:matter", "t:procedure"), mode: ignore},
	InsertReachPerson: {table: table("reach_person", 2, "i:person", "i:matter"), mode: ignore},
	PutRole:           {table: table("role", 3, "i:matter", "i:unit", "t:role", "t:from_", "t:to_"), mode: put},
	DeleteLink:        {table: linkTable.onlyKeys(), mode: remove},
	PutLink:           {table: linkTable, mode: put},
	DeleteTodo:        {table: todoTable, mode: remove},
	InsertTodo:        {table: todoTable, mode: insert},
	DeleteDue:         {table: dueTable.onlyKeys(), mode: remove},
	InsertDue:         {table: dueTable, mode: put},
	DeleteFacet:       {table: facetTable, mode: remove},
	InsertFacet:       {table: facetTable, mode: insert},
	InsertFact:        {table: table("fact", 2, "i:seq", "i:i", "i:matter", "i:unit", "t:procedure", "t:fact", "t:month", "i:value"), mode: insert},
	AddTally:          {table: table("tally", 4, "t:procedure", "t:fact", "t:month", "i:unit", "i:value"), mode: add},
	PutNumber:         {table: table("number", 1, "t:series", "i:last"), mode: put},
	InsertEntry:       {table: entryTable, mode: insert},
	UpdateEntry:       {table: entryTable, mode: update, fixed: "id register"},
	InsertVersion:     {table: table("entry_version", 2, "i:entry", "i:version", "t:from_", "t:to_", "i:seq", "t:fields"), mode: put},
	PutUnit: {table: table("unit", 1, "i:no", "t:code", "t:sign", "t:name", "t:short", "t:kind", "t:standing", "i:parent", "t:region", "i:sort",
		"t:from_", "t:to_", "i:successor"), mode: put},
	DeleteAlias:   {table: aliasTable, mode: remove},
	InsertAlias:   {table: aliasTable, mode: ignore},
	PutPerson:     {table: table("person", 1, "i:no", "t:name"), mode: put},
	PutPost:       {table: table("post", 1, "i:no", "i:person", "i:unit", "t:role", "t:title", "t:from_", "t:to_", "i:acts_for"), mode: put},
	InsertFile:    {table: table("file", 1, "t:hash", "i:size"), mode: ignore},
	InsertFileUse: {table: table("file_use", 2, "t:hash", "i:seq"), mode: ignore},
	InsertOutbox: {table: table("outbox", 0, "i:at", "i:seq", "t:kind", "i:unit", "t:role", "i:post", "t:body", "i:tries", "i:next_at"),
		mode: insert},
}

// Columns returns the names of the columns of an operation's rows, and how many of the first are the key.
func (o Op) Columns() (names []string, keys int) {
	for _, c := range all[o].table.columns {
		names = append(names, c.name)
	}
	return names, all[o].table.keys
}

// Table returns the name of the table an operation writes.
func (o Op) Table() string { return all[o].table.Name }

// Ops visits every operation in the order a batch runs them.
func Ops() iter.Seq[Op] {
	return func(yield func(Op) bool) {
		for o := range ops {
			if !yield(o) {
				return
			}
		}
	}
}

// Kinds returns the kinds of the columns: i bigint, t text, b bytes.
func (o Op) Kinds() string {
	var b []byte
	for _, c := range all[o].table.columns {
		b = append(b, byte(c.kind))
	}
	return string(b)
}

// Effect is what an operation does to the row with its key.
type Effect uint8

// The effects.
const (
	Makes   Effect = iota // the row must not be there
	Keeps                 // a row that is there stays
	Sets                  // the row is as given
	Removes               // the row goes
	Adds                  // its last column is added to
)

// Effect returns what the operation does.
func (o Op) Effect() Effect {
	switch all[o].mode {
	case ignore:
		return Keeps
	case put, update:
		return Sets
	case remove:
		return Removes
	case add:
		return Adds
	}
	return Makes
}

// Whole returns, by table, the operation that carries all columns of a row: what reads and fills whole tables.
func Whole() map[string]Op {
	return map[string]Op{
		"record": InsertRecord, "part": InsertPart, "tile": PutTile, "definition": InsertDefinition, "matter": InsertMatter,
		"reach": InsertReach, "reach_person": InsertReachPerson, "role": PutRole, "link": PutLink, "todo": InsertTodo, "due": InsertDue,
		"facet": InsertFacet, "fact": InsertFact, "tally": AddTally, "number": PutNumber, "entry": InsertEntry,
		"entry_version": InsertVersion, "unit": PutUnit, "unit_alias": InsertAlias, "person": PutPerson, "post": PutPost,
		"file": InsertFile, "file_use": InsertFileUse,
	}
}
