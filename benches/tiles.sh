#!/usr/bin/env bash
# Vector tiles of an atlas beside Martin on PostGIS, same points, same machine, same run: cold and warm apart.
#   benches/tiles.sh                    a fictive country of 2.5 M structures
#   ATLAS=france.gpkg benches/tiles.sh  an atlas of yours
# Martin comes from crates.io (MARTIN=path/to/martin spares its build); without it, ours is measured alone and it is said.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
. benches/country.bash
command -v wrk >/dev/null || { echo "SKIP: wrk absent (paquet wrk)"; exit 0; }
cargo build --release --locked -q -p essaim
dir="$(mktemp -d)"
chmod 755 "$dir"
started=()
cleanup() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  [ -d "$dir/pg" ] && tests/postgis/stop.sh "$dir/pg" >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap cleanup EXIT
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

[ -n "${ATLAS:-}" ] || { ATLAS="$dir/large.gpkg"; country "$ATLAS" 2500000; }
ours=$(port)
"$target/release/essaim" serve --atlas "$ATLAS" --listen "127.0.0.1:$ours" >"$dir/essaim.log" 2>&1 &
started+=($!)

martin=""
if [ -z "${MARTIN:-}" ] && cargo install martin --version 1.14.0 --locked -q --no-default-features --features postgres --root "$target/martin"; then
  MARTIN="$target/martin/bin/martin"
fi
if [ -x "${MARTIN:-/nowhere}" ] && command -v ogr2ogr >/dev/null && url=$(tests/postgis/start.sh "$dir/pg" 2>/dev/null); then
  psql -q "$url" -c 'CREATE EXTENSION IF NOT EXISTS postgis'
  # The columns that our points carry, in the CRS of the tiles, with the index that PostGIS needs.
  ogr2ogr -q -f PostgreSQL "PG:$(sed -E 's#postgres://([^@]+)@([^:]+):([0-9]+)/(.*)#host=\2 port=\3 user=\1 dbname=\4#' <<<"$url")" "$ATLAS" structures -nln structures -t_srs EPSG:3857 -lco GEOMETRY_NAME=geom -lco FID=fid \
    -select siret,famille,secteur,tranche_effectifs,qualite_position --config PG_USE_COPY YES
  psql -q "$url" -c 'VACUUM ANALYZE structures'
  for cache in 0 512; do
    at=$(port)
    "$MARTIN" "$url" --listen-addresses "127.0.0.1:$at" --cache-size "$cache" >"$dir/martin-$cache.log" 2>&1 &
    started+=($!)
    martin="$martin http://127.0.0.1:$at/structures"
  done
else
  echo "SKIP: Martin, PostGIS ou ogr2ogr absent : mesures sans pair"
fi
# shellcheck disable=SC2086
python3 benches/tiles.py "http://127.0.0.1:$ours" $martin
