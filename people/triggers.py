"""Triggers that keep the trail as it was written, made again after every migration.

On SQLite a later change to the table rebuilds it and drops its triggers in silence, so they cannot live in a
migration: `post_migrate` runs this every time, and health says when they are missing.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

REFUSAL = "the trail is append-only"
KEPT = (
    "id",
    "seq",
    "at",
    "by_id",
    "in_place_of_id",
    "act",
    "kind",
    "ref",
    "was",
    "now",
    "why_hash",
    "content_hash",
    "prev_hash",
    "hash",
)

SQLITE = (
    "DROP TRIGGER IF EXISTS trail_no_update",
    "DROP TRIGGER IF EXISTS trail_no_delete",
    "CREATE TRIGGER trail_no_update BEFORE UPDATE ON people_trailentry WHEN NOT (NEW.content IS NULL AND "
    "(NEW.why = '' OR NEW.why = OLD.why) AND "
    + " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in KEPT)
    + f") BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER trail_no_delete BEFORE DELETE ON people_trailentry BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' AND NEW.content IS NULL AND (NEW.why = '' OR NEW.why = OLD.why) AND "
    + " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in KEPT)
    + f" THEN RETURN NEW; END IF; RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE OR REPLACE TRIGGER trail_no_change BEFORE UPDATE OR DELETE ON people_trailentry "
    "FOR EACH ROW EXECUTE FUNCTION trail_refuse()",
    "CREATE OR REPLACE TRIGGER trail_no_truncate BEFORE TRUNCATE ON people_trailentry "
    "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()",
)


def make(using: str = "default", **_: Any) -> None:
    """Make the triggers on this database; run again, it changes nothing."""
    connection = connections[using]
    if "people_trailentry" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)


def present(using: str = "default") -> bool:
    """Whether both triggers are there."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'trail_no_%'"
    else:
        query = (
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'trail_no_%' AND tgrelid = 'people_trailentry'::regclass"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return bool(cursor.fetchone()[0] == 2)
