#!/usr/bin/env bash
# Rows a second, peak memory and bytes of the fictive country of `essaim synth --establishments`.
# ESTABLISHMENTS=5000000 for another size; ESSAIM_BENCH_ZIP=1 for the files as published.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v /usr/bin/time >/dev/null || { echo "SKIP: /usr/bin/time absent (paquet time)"; exit 0; }

rows="${ESTABLISHMENTS:-500000}"
bin="${CARGO_TARGET_DIR:-target}/release/essaim"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
options=(--establishments "$rows" --seed 1 --out "$dir/pays")
if [[ "${ESSAIM_BENCH_ZIP:-}" == 1 ]]; then options+=(--zip); fi
/usr/bin/time -f '%e %U %M' -o "$dir/time" "$bin" synth "${options[@]}" 2>/dev/null
bytes=$(du -sb "$dir/pays" | cut -f1)
printf '%10s %10s %8s %8s %12s %10s\n' lignes Mo s "s CPU" lignes/s "pic Mio"
awk -v r="$rows" -v b="$bytes" '{printf "%10d %10.0f %8.1f %8.1f %12.0f %10.0f\n", r, b / 1e6, $1, $2, r / $1, $3 / 1024}' "$dir/time"
