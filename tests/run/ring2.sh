#!/usr/bin/env bash
# Ring 2: the GeoPackage file and PostGIS answer alike, on a PostGIS of our own.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/run/steps.sh

# Without a PostGIS the tests of the file still run, and those that need a server say SKIP.
cluster="$(mktemp -d "${TMPDIR:-/tmp}/essaim-postgis.XXXXXX")"
log="$TEST_LOGS/2.postgis.log"
trap 'tests/postgis/stop.sh "$cluster" >>"$log" 2>&1 || rm -rf "$cluster"' EXIT
if ESSAIM_TEST_POSTGIS="$(tests/postgis/start.sh "$cluster" 2>"$log")"; then
  export ESSAIM_TEST_POSTGIS
else
  unset ESSAIM_TEST_POSTGIS
  skip "PostGIS" "$(tail -n 1 "$log")"
fi
step "dépôts, fichier et PostGIS" rust_tests 'package(store) and kind(test)' -p store --tests || true

[ -n "${ESSAIM_TEST_POSTGIS:-}" ] || exit 0
build_release || exit 0
# Without the reference data the real outlines are skipped, and it says so.
step "mêmes réponses par l’un et l’autre" "$PYTHON" tests/postgis/compare_stores.py "$ESSAIM_BIN" \
  "$ESSAIM_TEST_POSTGIS" "${ESSAIM_SHARED:-../shared}" || true
