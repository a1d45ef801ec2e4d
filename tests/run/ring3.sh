#!/usr/bin/env bash
# Ring 3: the built program as a user meets it: command line, service, standards, generated files.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/run/steps.sh

build_release || exit 0
step "ligne de commande" rust_tests 'binary(cli)' --test cli || true
step "faits de la démonstration" "$PYTHON" tests/facts/verify_facts.py || true
serve_demo || exit 0
step "vérité de la démonstration" "$ESSAIM_BIN" check --atlas "$DEMO_DIR/pemb-demo.gpkg" \
  --truth "$DEMO_DIR/sources/verite.csv" || true
step "comptes par périmètre, en SQL" "$PYTHON" tests/facts/count_perimeters.py || true
step "contours vrais des IRIS" "$PYTHON" tests/real/check_real_outlines.py || true
step "API" "$PYTHON" -m unittest discover -s tests/api || true
step "OGC API Features, cœur" "$PYTHON" -m unittest discover -s tests/conformance || true
step "requêtes tirées de la description OpenAPI" tests/run/schemathesis.sh || true
step "OpenAPI valide" tests/run/openapi.sh || true
step "docker-compose.yml conforme" tests/run/compose.sh || true
