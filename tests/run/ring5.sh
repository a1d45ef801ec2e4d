#!/usr/bin/env bash
# Ring 5: the viewer's journeys in a real browser.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/run/steps.sh

if ! [ -f tests/viewer/run.mjs ]; then
  skip "parcours" "tests/viewer/run.mjs absent"
elif ! command -v node >/dev/null; then
  skip "parcours" "Node absent"
else
  build_release || exit 0
  serve_demo || exit 0
  step "parcours" node tests/viewer/run.mjs "$BASE_URL" || true
fi
