# make lists its targets.
.DEFAULT_GOAL := help
.PHONY: help run demo test race fuzz bench bench-all crash lint generate verify e2e screens

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## the server on ./data
	go run ./cmd/zhunsheng serve

demo: ## a ready county on http://127.0.0.1:8080
	go run ./cmd/zhunsheng demo

test: ## everything, as CI runs it
	./test.sh

race: ## unit tests under the race detector
	CGO_ENABLED=1 go test -race -short ./...

fuzz: ## every fuzz target, 20 s each
	@go list ./... | while read p; do for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz'); do echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime 20s $$p || exit 1; done; done

bench: ## the figures of docs/measured.md, up to 40 minutes
	go test -run '^$$' -bench . -benchtime 1x -timeout 60m ./bench

bench-all: ## every benchmark of every package
	go test -run '^$$' -bench . ./...

crash: ## 100 kills of a writer under load
	ZS_CRASH_ROUNDS=100 go test -run Kill -timeout 60m ./internal/store/...

lint: ## vet and the linters
	go vet ./...
	go tool -modfile=tools/lint/go.mod golangci-lint run ./...

generate: ## page components from .templ files
	go generate ./internal/doors/web/view

verify: ## prove the database in ./data again
	go run ./cmd/zhunsheng verify

e2e: ## browser tests alone
	go test -count 1 -run E2E ./internal/doors/...

screens: ## screenshots of every page at 1440 and 360 px into docs/screens
	ZS_SCREENS=$(CURDIR)/docs/screens go test -count 1 -run Screens -timeout 20m ./internal/doors/...
