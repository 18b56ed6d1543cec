package main

import (
	"fmt"

	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

func main() {
	book, diags := rulebook.Load(pack.Files)
	fmt.Println(diags)
	if book != nil {
		fmt.Println(book.Check())
	}
}
