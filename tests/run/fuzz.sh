#!/usr/bin/env bash
# Runs the fuzz targets of fuzz/, so many seconds each: fuzz.sh [SECONDS] [TARGET…]
# The flags are those of `cargo fuzz -s none`, which works on the same folder; neither it nor a nightly compiler is needed.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds="${1:-30}"
shift || true
command -v c++ >/dev/null || { echo "SKIP: c++ absent (paquet g++), libFuzzer ne se construit pas"; exit 0; }

targets=("$@")
if [ "${#targets[@]}" = 0 ]; then
  mapfile -t targets < <(cd fuzz/fuzz_targets && printf '%s\n' *.rs | sed 's/\.rs$//')
fi
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
coverage+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
# With a target named, procedural macros and build scripts are not instrumented.
host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR="${ESSAIM_FUZZ_TARGET:-fuzz/target}"
RUSTFLAGS="$coverage --cfg fuzzing -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1" \
  cargo build --manifest-path fuzz/Cargo.toml --release --locked --target "$host" --quiet

for target in "${targets[@]}"; do
  mkdir -p "fuzz/corpus/$target" "fuzz/artifacts/$target"
  # The specimens and the small seeds are read only: what is found goes to the first folder.
  seeds=(tests/specimens)
  [ -d "fuzz/seeds/$target" ] && seeds=("fuzz/seeds/$target")
  log=$(mktemp)
  if "$CARGO_TARGET_DIR/$host/release/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
    -artifact_prefix="fuzz/artifacts/$target/" "fuzz/corpus/$target" "${seeds[@]}" >"$log" 2>&1; then
    printf '%-16s %s\n' "$target" "$(grep -E '^Done ' "$log" || tail -1 "$log")"
    rm -f "$log"
  else
    echo "$target : défaut trouvé" >&2
    tail -40 "$log" >&2
    exit 1
  fi
done
