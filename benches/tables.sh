#!/usr/bin/env bash
# The table commune × family × sector × band of an atlas beside DuckDB's group-by on the same rows, in the same run.
#   benches/tables.sh                                       a fictive country of 1.3 M structures
#   ATLAS=france.gpkg benches/tables.sh region:11 ept:T10   an atlas of yours, its portraits too
# DuckDB comes from PyPI; without it the bench skips with a visible line.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
. benches/country.bash
venv="$target/bench-venv"
if [ ! -x "$venv/bin/python" ]; then python3 -m venv "$venv" || { echo "SKIP: python3-venv absent"; exit 0; }; fi
"$venv/bin/pip" -q install duckdb==1.5.5 || { echo "SKIP: duckdb introuvable sur PyPI"; exit 0; }
cargo build --release --locked -q -p essaim --example tables
tables=$(cargo build --release --locked -q -p essaim --example tables --message-format json \
  | python3 -c 'import json, sys
found = [json.loads(line).get("executable") for line in sys.stdin if line.startswith("{")]
print([path for path in found if path][-1])')
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
[ -n "${ATLAS:-}" ] || { ATLAS="$dir/large.gpkg"; country "$ATLAS" 1300000; }
ours="$("$tables" "$ATLAS" "$dir/columns.csv" "$@")"
exec "$venv/bin/python" benches/tables.py "$dir/columns.csv" "$ours"
