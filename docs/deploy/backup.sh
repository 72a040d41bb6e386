#!/bin/bash
# One backup: a dump of the database with how many rows each table had in that very moment, then the files. It gets its
# name ($BACKUPS/2026-11-30T013000Z) when it is whole. Those older than $BACKUP_DAYS days go, never the newest.
# PostgreSQL's own PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD say where; exit 1 where anything failed.
set -euo pipefail
umask 077
here=$(dirname "$(readlink -f "$0")")
name=$(date -u +%Y-%m-%dT%H%M%SZ)
half="$BACKUPS/.half-$name"
rm -rf "$BACKUPS"/.half-*
mkdir -p "$half" "$FILES_DIR"
export HALF="$half" COUNTS="$here/counts.sql"

# Dump and counts of one snapshot: psql holds it open while pg_dump reads it.
psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 <<'SQL'
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
\! pg_dump --format=custom --snapshot="$SNAPSHOT" --file="$HALF/dumping" && mv "$HALF/dumping" "$HALF/database.dump"
\getenv counts COUNTS
\getenv half HALF
\set to :half/counts
\o :to
\i :counts
\o
COMMIT;
SQL
test -s "$half/database.dump" || { echo "The database could not be dumped." >&2; exit 1; }

# After the dump: every file that a row of it names is here by then. One that is written meanwhile is no fault.
tar --create --file="$half/files.tar" --directory="$FILES_DIR" --exclude='*.half' --warning=no-file-changed . || test $? = 1
(cd "$half" && sha256sum database.dump counts files.tar > SHA256SUMS)
sync
mv "$half" "$BACKUPS/$name"
find "$BACKUPS" -maxdepth 1 -name '2*Z' ! -name "$name" -mtime +"${BACKUP_DAYS:-14}" -exec rm -rf {} +
echo "$BACKUPS/$name"
