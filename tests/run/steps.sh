# Sourced by the rings: one line per step, its output in a log that is shown on failure only.

STEP=0
PYTHON=/usr/bin/python3
[ -x "$PYTHON" ] || PYTHON=python3
ESSAIM_BIN="$(realpath -m "$TEST_TARGET")/release/essaim"
# The command line is tested as a user finds it.
# Every option is also a variable: of these names only those of the tests themselves are kept.
for setting in $(compgen -e ESSAIM_); do
  case "$setting" in ESSAIM_BIN | ESSAIM_SHARED | ESSAIM_TEST_*) ;; *) unset "$setting" ;; esac
done
export ESSAIM_BIN PYTHONDONTWRITEBYTECODE=1 CARGO_TERM_COLOR=never RUST_BACKTRACE=0

# step LABEL COMMAND…: false when the command fails.
step() {
  local label="$1" start=$SECONDS status=0 log counted passed failed skipped
  shift
  STEP=$((STEP + 1))
  log="$TEST_LOGS/$TEST_RING.$STEP.log"
  "$@" >"$log" 2>&1 || status=$?
  counted="$("$PYTHON" tests/run/count.py "$log" "$status")"
  echo "$counted" >>"$TEST_LOGS/$TEST_RING.counts"
  read -r passed failed skipped <<<"$counted"
  if [ "$failed" -eq 0 ]; then
    echo "  $label … ok en $((SECONDS - start)) s ($passed réussis)"
  else
    echo "  $label … ÉCHEC en $((SECONDS - start)) s ($failed échoués) ; $log, ses dernières lignes :"
    # nextest tells its failures after its summary.
    awk '/^ +Summary \[/ {last = ""} {last = last "    | " $0 "\n"} END {printf "%s", last}' "$log" | tail -n 60
  fi
  [ "$skipped" -eq 0 ] || sed -n 's/^ *\(SKIP.*\)/    \1/p' "$log" | sort -u | head -n 10
  [ "$failed" -eq 0 ]
}

# skip LABEL REASON: a step that cannot run here, said and counted.
skip() {
  echo "  $1 … SKIP : $2"
  echo "0 0 1" >>"$TEST_LOGS/$TEST_RING.counts"
}

# nextest when it is there; the same workspace feature set always, so that nothing is built twice.
rust_tests() { # rust_tests NEXTEST-FILTER CARGO-TEST-ARGUMENTS…
  local filter="$1"
  shift
  if command -v cargo-nextest >/dev/null; then
    cargo nextest run --workspace --locked -E "$filter"
  else
    cargo test --workspace --locked "$@" -- --show-output
  fi
}

build_release() {
  step "programme, sans LTO" cargo build --release -p essaim --locked
}

# Builds the demonstration once for all the rings, and serves it: DEMO_DIR and BASE_URL.
serve_demo() {
  export DEMO_DIR="$TEST_WORK/demo"
  if [ ! -e "$DEMO_DIR/pemb-demo.gpkg" ]; then
    step "démonstration" "$ESSAIM_BIN" demo --build-only --dir "$DEMO_DIR" || return 1
  fi
  local log="$TEST_LOGS/$TEST_RING.server.log"
  "$ESSAIM_BIN" demo --dir "$DEMO_DIR" --listen 127.0.0.1:0 2>"$log" &
  SERVER=$!
  trap 'kill "$SERVER" 2>/dev/null; wait "$SERVER" 2>/dev/null || true' EXIT
  for _ in $(seq 100); do
    BASE_URL="$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$log" || true)"
    if [ -n "$BASE_URL" ] && "$PYTHON" -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' "$BASE_URL/readyz" 2>/dev/null; then
      export BASE_URL
      return 0
    fi
    sleep 0.1
  done
  step "service" cat "$log" /dev/null/le-service-ne-repond-pas
}
