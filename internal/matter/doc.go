// Package matter is the state of a matter (事项) and the one way it comes about: folding the effects of records.
//
// It knows no rule. What an act may do is decided by package procedure, which answers with Effects and Words; what they
// do to the state is decided here, and only here, for the living system, for rebuild and for verify alike. A repaired
// rule therefore never disagrees with history.
//
// Small numbers ("no") name matters, entries, units, persons and posts: the no of a thing is the seq of the record that
// made it. Legal dates are written YYYY-MM-DD; "" means none.
package matter
