#!/usr/bin/env bash
# Random requests made from the OpenAPI document, against the running service: no server error, and every answer
# has a status, a media type and a form that the document declares. Same seed, same requests.
set -euo pipefail
cd "$(dirname "$0")/../.."
program="$(tests/run/tool.sh schemathesis schemathesis==4.32.5)" || { echo "$program"; exit 0; }
program="$(realpath -s "$program")"
spec="$(realpath api-spec/openapi.json)"
# It leaves what it found where it runs.
cd "$(mktemp -d "${TEST_WORK:-/tmp}/schemathesis.XXXXXX")"
"$program" --no-color run "$spec" --url "$BASE_URL" \
  --seed 1 --generation-deterministic --max-examples "${ESSAIM_TEST_EXAMPLES:-10}" \
  --phases examples,fuzzing --continue-on-failure --warnings off --request-timeout 30 \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
