#!/usr/bin/env bash
# Spatial queries on a whole country beside DuckDB, scipy and PostGIS: same data, same machine, same run.
# The peers come from PyPI (and PostGIS from the system); what is absent is skipped with a visible line.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
shared="${ESSAIM_SHARED:-../shared}"
if [ ! -f "$shared/data/iris/contours-iris-2020-france.parquet" ]; then
  echo "SKIP: contours des IRIS de France absents de $shared/data/iris (ESSAIM_SHARED)"; exit 0
fi
venv="$target/bench-venv"
if [ ! -x "$venv/bin/python" ]; then python3 -m venv "$venv" || { echo "SKIP: python3-venv absent"; exit 0; }; fi
"$venv/bin/pip" -q install numpy scipy duckdb==1.5.5 duckdb-extensions duckdb-extension-spatial \
  || { echo "SKIP: pairs (numpy, scipy, duckdb) introuvables sur PyPI"; exit 0; }
cargo build --release --locked -q -p spatial-index --example measures
# Cargo knows where it put the program, whatever its configuration.
measures=$(cargo build --release --locked -q -p spatial-index --example measures --message-format json \
  | python3 -c 'import json, sys
found = [json.loads(line).get("executable") for line in sys.stdin if line.startswith("{")]
print([path for path in found if path][-1])')
exec "$venv/bin/python" benches/spatial.py "$measures" "$shared/data/iris/contours-iris-2020-france.parquet" "$target/bench-spatial"
