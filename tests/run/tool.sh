#!/usr/bin/env bash
# tool.sh PROGRAM REQUIREMENT…: installs a program of PyPI in the virtual environment of the tests if it is not
# there yet, and tells its path. Fails, with a line to show, when the index is out of reach.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv="${CARGO_TARGET_DIR:-target}/venv"
python="${PYTHON:-python3}"
program="$1"
shift

if ! [ -x "$venv/bin/$program" ]; then
  [ -x "$venv/bin/pip" ] || "$python" -m venv --clear "$venv" >&2
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$@" >&2 || {
    echo "SKIP $program : pip ou le dépôt de paquets Python est hors de portée"
    exit 1
  }
fi
echo "$venv/bin/$program"
