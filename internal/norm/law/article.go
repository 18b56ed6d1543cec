package law

import (
	"strconv"
)

// Key is the number of an article as pack files and addresses write it: 58, or 60-1 for 第六十条之一.
func (a *Article) Key() string {
	key := strconv.Itoa(a.No)
	if a.Sub > 0 {
		key += "-" + strconv.Itoa(a.Sub)
	}
	return key
}

// String is the number as laws write it: 第六十条之一.
func (a *Article) String() string {
	s := "第" + numeral(a.No) + "条"
	if a.Sub > 0 {
		s += "之" + numeral(a.Sub)
	}
	return s
}

// Instrument finds an instrument by its id, nil where there is none.
func (l *Library) Instrument(id string) *Instrument {
	for i := range l.instruments {
		if l.instruments[i].ID == id {
			return &l.instruments[i]
		}
	}
	return nil
}

// Levels are the ranks of instruments (效力级别), highest first.
func Levels() []string { return append([]string(nil), levels...) }

// On finds the text in force on a day (YYYY-MM-DD), the newest for ""; nil where none was.
func (in *Instrument) On(day string) *Version { return in.on(day) }
