#!/usr/bin/env bash
# Requests a second of the service on the demonstration, each beside the trivial answer of the same process in the
# same run (/healthz): the ratio is what our own code costs. Needs wrk (Debian: wrk).
set -euo pipefail
cd "$(dirname "$0")/.."
command -v wrk >/dev/null || { echo "SKIP: wrk absent (paquet wrk)"; exit 0; }

bin="${CARGO_TARGET_DIR:-target}/release/essaim"
dir=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
"$bin" demo --build-only --dir "$dir" 2>/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$bin" demo --dir "$dir" --listen "127.0.0.1:$port" 2>/dev/null &
server=$!
base="http://127.0.0.1:$port"
for _ in $(seq 100); do curl -fsS "$base/readyz" >/dev/null 2>&1 && break; sleep 0.1; done

rate() { wrk -t1 -c8 -d3s "$base$1" | awk '/Requests\/sec/ {print $2}'; }
ceiling=$(rate /healthz)
printf '%-62s %12s %8s %10s\n' "requête" "req/s" "/healthz" "octets"
for path in \
  "/healthz" \
  "/proximity/nearest?lon=2.4836&lat=48.8369&k=10" \
  "/proximity/within?lon=2.4836&lat=48.8369&rayon=500" \
  "/collections/structures/items?limit=100" \
  "/collections/structures/items?limit=10000" \
  "/aggregates?territoire=ept:T10&par=famille" \
  "/density?zone=commune" \
  "/density?zone=iris" \
  "/portrait/ept:T10?f=json" \
  "/portrait/ept:T10?f=html" \
  "/?f=html"; do
  found=$(rate "$path")
  bytes=$(curl -fsS "$base$path" | wc -c)
  awk -v p="$path" -v f="$found" -v c="$ceiling" -v b="$bytes" 'BEGIN {printf "%-62s %12.0f %8.3f %10d\n", p, f, f / c, b}'
done
