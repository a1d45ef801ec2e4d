#!/usr/bin/env bash
# Validates the OpenAPI document with a tool of another hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
validator="$(tests/run/tool.sh openapi-spec-validator openapi-spec-validator==0.7.2)" || { echo "$validator"; exit 0; }
"$validator" --schema 3.0 api-spec/openapi.json
