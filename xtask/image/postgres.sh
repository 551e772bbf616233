# Creates the data when there is none, as the official image does, then runs the server.
set -eu
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  password=$(mktemp)
  printf '%s' "$POSTGRES_PASSWORD" > "$password"
  chown postgres "$password"
  as_postgres initdb --auth-local=trust --auth-host=scram-sha-256 --pwfile="$password"
  rm "$password"
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  as_postgres pg_ctl start --wait --options="-c listen_addresses=''"
  for file in /docker-entrypoint-initdb.d/*.sql; do
    as_postgres psql --set=ON_ERROR_STOP=1 --file="$file"
  done
  as_postgres pg_ctl stop --wait --mode=fast
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
