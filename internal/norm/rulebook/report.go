package rulebook

// Report gives the template of a report (定期报告) in Markdown: reports/ID.md of the last layer that has one.
func (b *Book) Report(id string) (string, bool) {
	text, ok := b.texts["reports/"+id+".md"]
	return string(text), ok
}
