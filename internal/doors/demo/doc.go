// Package demo builds a county of our own invention, 衡平县, and two years of work in it: units, people, posts, two yearly
// plans, the tasks that came of them, and matters of every other line of work. Everything is written through the use cases
// a real office would press, under a clock that walks through the years; nothing is put into the database behind their
// back. Names, numbers and documents are invented. It is also what tests and screenshots look at.
package demo
