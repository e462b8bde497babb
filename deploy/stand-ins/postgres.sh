#!/bin/bash
# As much of the official image's entrypoint as docker-compose.yml asks for: a user and a database by the environment.
set -euo pipefail
bin=/usr/lib/postgresql/18/bin

if [ "$(id -u)" = 0 ]; then
  install -d -o postgres -m 700 "$(dirname "$PGDATA")" "$PGDATA"
  exec gosu postgres "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  "$bin/initdb" -D "$PGDATA" --username="${POSTGRES_USER:-postgres}" --pwfile=<(echo "$POSTGRES_PASSWORD") \
    --encoding=UTF8 --locale=C --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE \"$POSTGRES_DB\"" | "$bin/postgres" --single -D "$PGDATA" postgres
fi
exec "$bin/postgres" -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp "${@:2}"
