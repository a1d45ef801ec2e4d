#!/usr/bin/env bash
# Time from the start of `essaim serve` to a ready answer, from the packed form and from the tables.
#   STRUCTURES=1300000 benches/readyz.sh          a fictive country, its structures multiplied
#   ATLAS=france.gpkg benches/readyz.sh           the same over the zones of an atlas of yours
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
cargo build --release --locked -p essaim
cargo build --release --locked -p store --example multiply
bin="$(realpath "$target/release/essaim")"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
port=8473

if [ -z "${ATLAS:-}" ]; then
  "$bin" synth --establishments 200000 --seed 1 --out "$dir/pays" 2>/dev/null
  ATLAS="$dir/pays.gpkg"
  "$bin" ingest --atlas "$ATLAS" --territoire departement:01 --fictif \
    --etablissements "$dir/pays/StockEtablissement_utf8.csv" --unites-legales "$dir/pays/StockUniteLegale_utf8.csv" \
    --geolocalisation "$dir/pays/GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv" \
    --iris "$dir/pays/iris.gpkg" --communes "$dir/pays/communes.gpkg" 2>/dev/null
fi
large="$dir/large.gpkg"
"$target/release/examples/multiply" "$ATLAS" "$large" "${STRUCTURES:-1300000}"

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
