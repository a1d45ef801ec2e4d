#!/usr/bin/env bash
# Runs the rings of tests, fast ones first, with a timed verdict each; a ring's output goes to a log that is
# shown on failure. rings.sh [RING…]
set -euo pipefail
cd "$(dirname "$0")/../.."

names=([1]="unités, propriétés" [2]="fichier et PostGIS répondent pareil" [3]="boîte noire sur le programme"
  [4]="QGIS et GDAL" [5]="parcours dans un navigateur")
export TEST_TARGET="${CARGO_TARGET_DIR:-target}"
export TEST_LOGS="$TEST_TARGET/test-logs"
TEST_WORK="$(mktemp -d "${TMPDIR:-/tmp}/essaim-tests.XXXXXX")"
export TEST_WORK
trap 'rm -rf "$TEST_WORK"' EXIT
rm -rf "$TEST_LOGS"
mkdir -p "$TEST_LOGS"

asked=("$@")
[ ${#asked[@]} -gt 0 ] || asked=(1 2 3 4 5)
passed=0 failed=0 skipped=0
for ring in "${asked[@]}"; do
  [ -n "${names[$ring]:-}" ] || { echo "anneau $ring inconnu : 1 à 5" >&2; exit 2; }
  echo "anneau $ring (${names[$ring]})"
  export TEST_RING="$ring"
  counts="$TEST_LOGS/$ring.counts"
  : >"$counts"
  start=$SECONDS
  # A ring counts its failures itself; one that dies on the way counts as a failure more.
  bash "tests/run/ring$ring.sh" || echo "0 1 0" >>"$counts"
  read -r ok ko aside < <(awk '{p += $1; f += $2; s += $3} END {print p + 0, f + 0, s + 0}' "$counts")
  verdict=ok
  [ "$ko" -eq 0 ] || verdict=ÉCHEC
  echo "anneau $ring (${names[$ring]}) … $verdict en $((SECONDS - start)) s : $ok réussis, $ko échoués, $aside sautés"
  passed=$((passed + ok)) failed=$((failed + ko)) skipped=$((skipped + aside))
done
summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" -eq 0 ]
