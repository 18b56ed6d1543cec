package view

//go:generate go run -modfile=../../../../tools/go.mod github.com/a-h/templ/cmd/templ generate
