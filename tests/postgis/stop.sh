#!/bin/sh
# Stops a cluster that start.sh made and removes its folder.
#
#   tests/postgis/stop.sh DIR      # the folder told by start.sh
#   tests/postgis/stop.sh          # the server whose address is in ESSAIM_TEST_POSTGIS
set -eu

fail() {
    echo "stop.sh: $*" >&2
    exit 1
}

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v pg_ctl)")

if [ $# -ge 1 ]; then
    dir=$1
else
    url=${ESSAIM_TEST_POSTGIS:?"usage : stop.sh DIR, ou ESSAIM_TEST_POSTGIS dans l’environnement"}
    dir=$(dirname "$("$bin/psql" --dbname="$url" --no-psqlrc --tuples-only --no-align --command='SHOW data_directory')")
fi
# Only what start.sh made is ever stopped and removed.
[ -f "$dir/essaim-postgis" ] || fail "$dir n’a pas été fait par start.sh"

if [ -f "$dir/data/postmaster.pid" ]; then
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u postgres -- "$bin/pg_ctl" stop --pgdata="$dir/data" --mode=immediate >/dev/null
    else
        "$bin/pg_ctl" stop --pgdata="$dir/data" --mode=immediate >/dev/null
    fi
fi
rm -rf "$dir"
