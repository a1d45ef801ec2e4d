#!/usr/bin/env bash
# The map in a browser without a graphics card: the demonstration, then an atlas of 200,000 structures.
#   ATLAS=ile-de-france.gpkg benches/viewer.sh  for the second, an atlas of yours
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/country.bash
bin="${CARGO_TARGET_DIR:-target}/release/essaim"
[ -d tests/viewer/node_modules/playwright-core ] || (cd tests/viewer && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || { echo "SKIP: le pilote du navigateur manque"; exit 0; }
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || { echo "SKIP: Chromium absent"; exit 0; }
cargo build --release --locked -q -p essaim
dir="$(mktemp -d)"
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$dir"' EXIT
[ -n "${ATLAS:-}" ] || { ATLAS="$dir/large.gpkg"; country "$ATLAS" 200000; }

measure() { # measure LOG COMMAND…
  local log="$dir/$1.log" url
  shift
  "$@" 2>"$log" >/dev/null &
  server=$!
  for _ in $(seq 300); do
    url="$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$log" || true)"
    if [ -n "$url" ] && curl -sf -o /dev/null "$url/readyz"; then break; fi
    sleep 0.1
  done
  node benches/viewer.mjs "$url"
  kill "$server"
  wait "$server" 2>/dev/null || true
}

measure demo "$bin" demo --dir "$dir/demo" --listen 127.0.0.1:0
measure large "$bin" serve --atlas "$ATLAS" --listen 127.0.0.1:0
