"""Triggers that keep the trail as it was written, made again after every migration.

On SQLite a later change to the table rebuilds it and drops its triggers in silence, so they cannot live in a
migration: `post_migrate` runs this every time, and health says when they are missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    "CREATE OR REPLACE TRIGGER trail_no_change BEFORE DELETE OR UPDATE ON people_trailentry "
    "FOR EACH ROW EXECUTE FUNCTION trail_refuse()",
    "CREATE OR REPLACE TRIGGER trail_no_truncate BEFORE TRUNCATE ON people_trailentry "
    "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()",
)


def create_trail_triggers(using: str = "default", **_: Any) -> None:
    """Make the triggers on this database; run again, it changes nothing."""
    make_all("people_trailentry", SQLITE, POSTGRESQL, using)


def make_all(table: str, sqlite: Sequence[str], postgresql: Sequence[str], using: str) -> None:
    """Run an engine's statements, once the table is there; a trigger that was switched off is on again after it."""
    connection = connections[using]
    if table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in sqlite if connection.vendor == "sqlite" else postgresql:
            cursor.execute(statement)


TRIGGER = re.compile(r"CREATE (OR REPLACE )?TRIGGER (?P<name>\w+) BEFORE [A-Z ]+ ON (?P<table>\w+)")
FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (?P<name>\w+)\(\).* AS \$\$(?P<text>.*)\$\$", re.DOTALL)


def broken(using: str = "default") -> list[str]:
    """The names of the trail's triggers that are missing, switched off or other than they were made."""
    return broken_of(SQLITE, POSTGRESQL, using)


def broken_of(sqlite: Sequence[str], postgresql: Sequence[str], using: str = "default") -> list[str]:
    """The names of those triggers that are not as the statements make them, their function's text included."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            held = dict(cursor.fetchall())
            wanted = {made["name"]: text for text in sqlite if (made := TRIGGER.match(text))}
            return [name for name, text in wanted.items() if held.get(name) != text]
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(t.oid, true), prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid) AND "
            "(tgenabled = 'A' OR current_setting('session_replication_role') <> 'replica')"
        )
        kept = {name: (text, function) for name, text, function in cursor.fetchall()}
    texts = {made["name"]: made["text"] for text in postgresql if (made := FUNCTION.match(text))}
    broken = []
    for text in postgresql:
        if made := TRIGGER.match(text):
            function = texts[text.rpartition(" ")[2].removesuffix("()")]
            if kept.get(made["name"]) != (text.replace("OR REPLACE ", ""), function):
                broken.append(made["name"])
    return broken


def sentence(names: list[str], of: str) -> str:
    """What is wrong with triggers, and what to do."""
    which = ", ".join(names)
    return f"The triggers {of} are missing, off or changed: {which}. Run `manage.py migrate` to make them again."
