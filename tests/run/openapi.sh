#!/usr/bin/env bash
# Validates the OpenAPI document with a tool of another hand, in a virtual environment of our own.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv="${CARGO_TARGET_DIR:-target}/venv"
python="${PYTHON:-python3}"

if ! [ -x "$venv/bin/openapi-spec-validator" ]; then
  rm -rf "$venv"
  if ! { "$python" -m venv "$venv" && "$venv/bin/pip" install --quiet 'openapi-spec-validator==0.7.2'; }; then
    rm -rf "$venv"
    echo "SKIP openapi-spec-validator : pip ou le dépôt de paquets Python est hors de portée"
    exit 0
  fi
fi
"$venv/bin/openapi-spec-validator" --schema 3.0 api-spec/openapi.json
