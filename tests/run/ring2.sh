#!/usr/bin/env bash
# Ring 2: the GeoPackage file and PostGIS answer alike, on a PostGIS of our own.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/run/steps.sh

# Without a PostGIS the tests of the store still run, and those that need it say SKIP.
if ! [ -x tests/postgis/start.sh ]; then
  skip "PostGIS" "tests/postgis/start.sh absent"
elif ESSAIM_TEST_POSTGIS="$(tests/postgis/start.sh 2>"$TEST_LOGS/2.postgis.log")"; then
  trap 'tests/postgis/stop.sh >>"$TEST_LOGS/2.postgis.log" 2>&1 || true' EXIT
  export ESSAIM_TEST_POSTGIS
else
  unset ESSAIM_TEST_POSTGIS
  skip "PostGIS" "$(tail -n 1 "$TEST_LOGS/2.postgis.log")"
fi
step "dépôts, fichier et PostGIS" rust_tests 'package(store) and kind(test)' -p store --tests || true
