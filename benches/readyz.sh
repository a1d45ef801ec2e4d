#!/usr/bin/env bash
# Time from the start of `essaim serve` to a ready answer, from the packed form and from the tables.
#   STRUCTURES=1300000 benches/readyz.sh          a fictive country, its structures multiplied
#   ATLAS=france.gpkg benches/readyz.sh           the same over the zones of an atlas of yours
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
. benches/country.bash
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
port=8473
large="$dir/large.gpkg"
country "$large" "${STRUCTURES:-1300000}" "${ATLAS:-}"
bin="$(realpath "$target/release/essaim")"

ready() {
  local start end
  start=$(date +%s%N)
  "$bin" serve --atlas "$1" --listen "127.0.0.1:$port" >/dev/null 2>&1 &
  server=$!
  until curl -sf -o /dev/null "http://127.0.0.1:$port/readyz"; do sleep 0.005; done
  end=$(date +%s%N)
  echo "$2 : $(((end - start) / 1000000)) ms, $(awk '/VmHWM/ {print int($2 / 1024) " Mio"}' "/proc/$server/status") au plus"
  kill "$server"
  wait "$server" 2>/dev/null || true
}

# The first run brings the file into the cache of the system.
ready "$large" "forme compacte, fichier froid peut-être"
for _ in 1 2 3; do ready "$large" "forme compacte"; done
# Any writing transaction makes the packed form stale.
python3 -c 'import sqlite3, sys; b = sqlite3.connect(sys.argv[1]); b.execute("CREATE TABLE touche (x)"); b.commit()' "$large"
ready "$large" "tables"
