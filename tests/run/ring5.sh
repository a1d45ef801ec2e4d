#!/usr/bin/env bash
# Ring 5: the viewer's journeys in a real browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/run/steps.sh

install_driver() { (cd tests/viewer && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); }

if ! command -v npm >/dev/null; then
  skip "parcours" "Node et npm absents"
elif ! { [ -d tests/viewer/node_modules/typescript ] || install_driver >"$TEST_LOGS/5.npm.log" 2>&1; }; then
  skip "parcours" "npm n’a pas pu installer le pilote du navigateur ($TEST_LOGS/5.npm.log)"
else
  step "types de la carte" tests/viewer/node_modules/.bin/tsc -p tests/viewer || true
  step "unités de la carte" node --test --test-reporter=tap tests/viewer/unit.test.mjs || true
  build_release || exit 0
  serve_demo || exit 0
  step "parcours" node tests/viewer/run.mjs "$BASE_URL" || true
fi
