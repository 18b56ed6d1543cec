package demo

import (
	"bufio"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// course is how matters of a procedure go: its steps, each so many days after the first. A file of data/matters holds
// courses with the matters that go that way:
//
//	procedure name place=UNIT … | field=value
//	  +3T09:30 step @p1 >outcome by=role of=step | field=value | !word=value
//	* {P}-03-02 UNIT stop=step key=name place=UNIT … | title | party | field=value | link.kind=key
//
// A value of a matter goes before that of its course, and both before the words of phrases.txt. Rows are parted by " // ",
// their columns by ；; dates are told by their distance from the start (+30). Who acts is found from the step's roles.
type course struct {
	procedure, name string
	places          map[string]string
	values          map[string]string // by field, for every matter
	lines           []line
}

// line is one act of a course.
type line struct {
	source    string // file:line, for the one who has to mend it
	day       int    // after the start
	clock     string // hh:mm where a limit is in hours
	step, key string
	outcome   string
	by        string            // role, role@place or login of the one who acts, where it is not the first that fits
	of        string            // correct, void: the step whose record is meant
	values    map[string]string // by field
	words     map[string]string // of the act itself: reason, limit, ground, until, files, said.gate, unless.gate …
}

// tale is one matter of a course.
type tale struct {
	*course
	source  string
	start   string
	unit    string
	stop    string // last step
	key     string
	title   string
	who     string
	places  map[string]string
	values  map[string]string
	links   map[string]string // kind → key
	phrases map[string]string
}

// readTales reads the matters of every file of a folder.
func (y Years) readTales() ([]*tale, error) {
	names, err := files.ReadDir("data/matters")
	if err != nil {
		return nil, fmt.Errorf("read data/matters: %w", err)
	}
	text, err := y.file("phrases.txt")
	if err != nil {
		return nil, err
	}
	phrases := map[string]string{}
	for s := range strings.Lines(text) {
		if name, words, ok := strings.Cut(strings.TrimSpace(s), "="); ok && !strings.HasPrefix(name, "#") {
			phrases[name] = words
		}
	}
	var out []*tale
	for _, f := range names {
		text, err := y.file("matters/" + f.Name())
		if err != nil {
			return nil, err
		}
		tales, err := readTales(f.Name(), text)
		if err != nil {
			return nil, err
		}
		out = append(out, tales...)
	}
	for _, t := range out {
		t.phrases = phrases
	}
	return out, nil
}

// readTales reads one file.
func readTales(file, text string) ([]*tale, error) {
	var out []*tale
	var c *course
	scan := bufio.NewScanner(strings.NewReader(text))
	for n := 1; scan.Scan(); n++ {
		s, at := scan.Text(), fmt.Sprintf("%s:%d", file, n)
		var err error
		switch {
		case strings.TrimSpace(s) == "" || strings.HasPrefix(s, "#"):
		case strings.HasPrefix(s, "* "):
			var t *tale
			if t, err = readTale(at, s[2:], c); err == nil {
				out = append(out, t)
			}
		case strings.HasPrefix(s, "  "):
			var l line
			if l, err = readLine(at, s); err == nil {
				c.lines = append(c.lines, l)
			}
		default:
			c, err = readCourse(at, s)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, scan.Err()
}

// readCourse reads the head of a course.
func readCourse(at, s string) (*course, error) {
	parts := strings.Split(s, "|")
	words := strings.Fields(parts[0])
	if len(words) < 2 {
		return nil, fmt.Errorf("%s: a course has a procedure and a name", at)
	}
	c := &course{procedure: words[0], name: words[1], places: map[string]string{}, values: map[string]string{}}
	for _, w := range words[2:] {
		place, unit, _ := strings.Cut(w, "=")
		c.places[place] = unit
	}
	for _, p := range parts[1:] {
		name, value, ok := strings.Cut(strings.TrimSpace(p), "=")
		if !ok {
			return nil, fmt.Errorf("%s: %q has no =", at, p)
		}
		c.values[name] = value
	}
	return c, nil
}

// readLine reads an act of a course.
func readLine(at, s string) (line, error) {
	parts := strings.Split(strings.TrimSpace(s), "|")
	head := strings.Fields(parts[0])
	l := line{source: at, values: map[string]string{}, words: map[string]string{}}
	if len(head) < 2 {
		return l, fmt.Errorf("%s: an act has a day and a step", at)
	}
	day, clock, _ := strings.Cut(head[0], "T")
	n, err := strconv.Atoi(day)
	if err != nil {
		return l, fmt.Errorf("%s: day %q: %w", at, day, err)
	}
	l.day, l.clock, l.step = n, clock, head[1]
	for _, w := range head[2:] {
		name, value, _ := strings.Cut(w, "=")
		switch {
		case strings.HasPrefix(w, "@"):
			l.key = w[1:]
		case strings.HasPrefix(w, ">"):
			l.outcome = w[1:]
		case name == "by":
			l.by = value
		case name == "of":
			l.of = value
		default:
			return l, fmt.Errorf("%s: what is %q?", at, w)
		}
	}
	for _, p := range parts[1:] {
		name, value, ok := strings.Cut(strings.TrimSpace(p), "=")
		switch {
		case !ok:
			return l, fmt.Errorf("%s: %q has no =", at, p)
		case strings.HasPrefix(name, "!"):
			l.words[name[1:]] = value
		default:
			l.values[name] = value
		}
	}
	return l, nil
}

// readTale reads a matter.
func readTale(at, s string, c *course) (*tale, error) {
	if c == nil {
		return nil, fmt.Errorf("%s: a matter before its course", at)
	}
	parts := strings.Split(s, "|")
	head := strings.Fields(parts[0])
	if len(head) < 2 {
		return nil, fmt.Errorf("%s: a matter has a day and a unit", at)
	}
	t := &tale{course: c, source: at, start: head[0], unit: head[1], places: map[string]string{}, values: map[string]string{}, links: map[string]string{}}
	for _, w := range head[2:] {
		switch name, value, _ := strings.Cut(w, "="); name {
		case "stop":
			t.stop = value
		case "key":
			t.key = value
		default:
			t.places[name] = value
		}
	}
	plain := 0
	for _, p := range parts[1:] {
		name, value, ok := strings.Cut(strings.TrimSpace(p), "=")
		kind, link := strings.CutPrefix(name, "link.")
		switch {
		case ok && link:
			t.links[kind] = value
		case ok:
			t.values[name] = value
		case plain == 0:
			t.title, plain = name, 1
		default:
			t.who = name // an empty one leaves it out
		}
	}
	if t.stop != "" && !slices.ContainsFunc(c.lines, func(l line) bool { return l.step == t.stop }) {
		return nil, fmt.Errorf("%s: the course has no step %q", at, t.stop)
	}
	return t, nil
}

// place is the units that hold a place in the matter.
func (t *tale) place(name string) []string {
	if name == "lead" {
		return []string{t.unit}
	}
	codes := t.places[name]
	if codes == "" {
		codes = t.course.places[name]
	}
	if codes == "" {
		return nil
	}
	return strings.Split(codes, ",")
}

var toCome = regexp.MustCompile(`(^|；)\+\d`)

// dated tells whether the act names a day to come.
func (l *line) dated() bool {
	for _, words := range []map[string]string{l.values, l.words} {
		for _, w := range words {
			if toCome.MatchString(w) {
				return true
			}
		}
	}
	return false
}
