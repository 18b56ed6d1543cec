#!/usr/bin/env bash
# Installs what the tests need (where it is missing and this user may), then runs everything.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
command -v gcc >/dev/null || missing+=(gcc)
[ -e /usr/include/stdlib.h ] || missing+=(libc6-dev)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
command -v chromium >/dev/null || missing+=(chromium)
ls /usr/share/fonts/*/noto/*CJK* >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
command -v python3 >/dev/null || missing+=(python3)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing: ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "missing and not installable by this user: ${missing[*]}" >&2
    [ "${CI:-}" = true ] && exit 1
  fi
fi

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

step "formatting"
unformatted=$(gofmt -l cmd internal pack bench 2>/dev/null || true)
[ -z "$unformatted" ] || { echo "gofmt: $unformatted" >&2; exit 1; }

step "build and vet"
go build ./...
go vet ./...

step "generated files"
go generate ./internal/doors/web/view 2>/dev/null
git diff --exit-code --stat -- 'internal/doors/web/view/*_templ.go'

step "linters"
go tool -modfile=tools/lint/go.mod golangci-lint run ./...

step "tests"
go test -timeout 14m ./...

step "race detector"
CGO_ENABLED=1 go test -race -short -timeout 14m ./internal/...

step "done"
