#!/usr/bin/env bash
# Megabytes of official files a second and peak memory of an ingest, in three cases of the same size:
#   national     one row in a hundred is of the territory: what a territory of the national files costs;
#   territory    every row is of the territory: what a whole country would cost, row for row;
#   zip          the territory's files as published, unpacked as they are read (megabytes once unpacked).
# ESSAIM_BENCH_ROWS=5000000 for the size of the acceptance (1.1 GB of establishments, 0.6 GB of units, 0.5 GB of points).
set -euo pipefail
cd "$(dirname "$0")/.."
command -v /usr/bin/time >/dev/null || { echo "SKIP: /usr/bin/time absent (paquet time)"; exit 0; }
command -v python3 >/dev/null || { echo "SKIP: python3 absent"; exit 0; }

rows="${ESSAIM_BENCH_ROWS:-1000000}"
bin="${CARGO_TARGET_DIR:-target}/release/essaim"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$bin" synth --dir "$dir/sources" 2>/dev/null
stocks=(StockEtablissement_utf8 StockUniteLegale_utf8 GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8)

# measure NAME FOLDER SUFFIX BYTES
measure() {
  /usr/bin/time -f '%e %U %M' -o "$dir/time" "$bin" ingest --store "$dir/atlas.gpkg" --territoire ept:T10 --fictif \
    --etablissements "$2/${stocks[0]}.$3" --unites-legales "$2/${stocks[1]}.$3" --geolocalisation "$2/${stocks[2]}.$3" \
    --iris "$dir/sources/iris.gpkg" --communes "$dir/sources/communes.gpkg" >/dev/null 2>&1
  awk -v n="$1" -v b="$4" -v r="$rows" '{printf "%-12s %10d %10.0f %8.1f %8.1f %8.0f %10.0f\n", n, r, b / 1e6, $1, $2, b / 1e6 / $1, $3 / 1024}' "$dir/time"
}

size() { cat "$1"/*.csv | wc -c; }

printf '%-12s %10s %10s %8s %8s %8s %10s\n' cas lignes Mo s "s CPU" Mo/s "pic Mio"
python3 benches/stocks.py "$dir/sources" "$dir/stocks" --establishments "$rows" --elsewhere 99
measure national "$dir/stocks" csv "$(size "$dir/stocks")"
python3 benches/stocks.py "$dir/sources" "$dir/stocks" --establishments "$rows"
bytes=$(size "$dir/stocks")
measure territory "$dir/stocks" csv "$bytes"
for stock in "${stocks[@]}"; do
  python3 -m zipfile -c "$dir/stocks/$stock.zip" "$dir/stocks/$stock.csv"
  rm "$dir/stocks/$stock.csv"
done
measure zip "$dir/stocks" zip "$bytes"
