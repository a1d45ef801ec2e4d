#!/usr/bin/env bash
# Ring 1: form, lints, unit tests, properties, documentation tests. Nothing outside the repository.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/run/steps.sh

step "le compteur de ce lanceur" "$PYTHON" tests/run/test_count.py || true
step "mise en forme" cargo fmt --all --check -- --color never || true
step "clippy" cargo clippy --workspace --all-targets --locked --quiet -- -D warnings || true
# The command line (ring 3) and the stores (ring 2) have their own rings.
step "unités et propriétés" rust_tests 'not binary(cli) and not (package(store) and kind(test))' || true
step "exemples de la documentation" cargo test --workspace --locked --doc || true
