#!/bin/bash
# Bring one backup back: restore.sh NAME (its folder in $BACKUPS; without one, the newest). The database must have no
# table and $FILES_DIR no file: what is there is never written over. All of the database comes back or none of it.
# Exit 1 where the backup is not as it was written, or what came back is not what was counted with the dump.
set -euo pipefail
umask 077
here=$(dirname "$(readlink -f "$0")")
name=${1:-$(ls "$BACKUPS" | grep '^2.*Z$' | tail -n 1)}
from="$BACKUPS/$name"
refuse() { echo "$1" >&2; exit 1; }
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }

test -n "$name" && test -f "$from/SHA256SUMS" || refuse "There is no backup “$name” in $BACKUPS."
(cd "$from" && sha256sum --check --quiet SHA256SUMS) || refuse "$from is not as it was written."
tables=$(ask --command "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
test "$tables" = 0 || refuse "The database has $tables tables. Give it an empty one."
test -z "$(find "$FILES_DIR" -type f -print -quit)" || refuse "$FILES_DIR is not empty. Put its files elsewhere first."

pg_restore --exit-on-error --single-transaction --no-owner --dbname="$PGDATABASE" "$from/database.dump"
tar --extract --file="$from/files.tar" --directory="$FILES_DIR" --preserve-permissions
ask --file="$here/counts.sql" | diff "$from/counts" - || refuse "What came back is not what was counted with the dump."
echo "Restored $name: $(wc -l < "$from/counts") tables, $(awk '{ rows += $2 } END { print rows }' "$from/counts") rows," \
  "$(find "$FILES_DIR" -type f | wc -l) files. Now: manage.py migrate, then manage.py verify_restore"
