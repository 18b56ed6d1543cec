// Package procedure is the engine of procedures (程序): a definition says as data which steps there are, who takes them,
// in what order, under which conditions and within which time; the engine answers what may happen now and what an act
// does. It is pure: Do takes a state, an act and what surrounds it, and gives effects or a refusal that names every
// condition that is not met, with its article.
//
// Nothing here writes. What the effects do to a matter is decided by package matter alone, so that a repaired engine
// never disagrees with history.
package procedure
