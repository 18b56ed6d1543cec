// Package act is the one way truth is written: who acts is known, the rules are asked, what they answer is encoded and
// salted, and the writer takes it with the guards under which it was thought out. Pages, API, command line, imports,
// duties and the demo all come through here; nothing else imports store/write.
package act
