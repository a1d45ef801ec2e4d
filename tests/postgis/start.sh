#!/bin/sh
# Starts a private PostgreSQL cluster with PostGIS for the tests and prints its address on stdout.
#
#   url=$(tests/postgis/start.sh [DIR])     # DIR: where the cluster lives, a new temporary folder by default
#   ESSAIM_TEST_POSTGIS="$url" cargo test -p store
#   tests/postgis/stop.sh DIR               # the folder is told on stderr; or ESSAIM_TEST_POSTGIS="$url" stop.sh
#
# Installs nothing: needs the packages postgresql and postgresql-NN-postgis-3. Nothing durable is
# kept: fsync is off.
set -eu

fail() {
    echo "start.sh: $*" >&2
    exit 1
}

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")
[ -x "$bin/initdb" ] || fail "PostgreSQL introuvable ; installer postgresql et postgresql-NN-postgis-3"
command -v python3 >/dev/null || fail "python3 introuvable"

dir=${1:-$(mktemp -d "${TMPDIR:-/tmp}/essaim-postgis.XXXXXX")}
mkdir -p "$dir"
[ ! -e "$dir/data" ] || fail "$dir/data existe déjà"
: >"$dir/essaim-postgis"

# PostgreSQL refuses to run as root.
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$dir"
    as() { runuser -u postgres -- "$@"; }
else
    as() { "$@"; }
fi

as "$bin/initdb" --pgdata="$dir/data" --username=essaim --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; fail "initdb a échoué"; }

# The port may be taken between its choice and its use: try again with another.
attempt=0
while :; do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
    if as "$bin/pg_ctl" start --pgdata="$dir/data" --log="$dir/server.log" --wait --timeout=60 --options="$options" >/dev/null 2>&1; then
        break
    fi
    attempt=$((attempt + 1))
    [ "$attempt" -lt 3 ] || { cat "$dir/server.log" >&2; fail "le serveur ne démarre pas"; }
done

echo "start.sh: dossier $dir ; arrêt : tests/postgis/stop.sh $dir" >&2
echo "postgres://essaim@127.0.0.1:$port/postgres"
