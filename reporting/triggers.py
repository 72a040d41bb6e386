"""Triggers that keep a report as it was made: its figures and file from the making, its issue from the issuing.

Like the trail's, they are made again after every migration, since a change to the table drops them on SQLite.
"""

from __future__ import annotations

from typing import Any

from people.triggers import broken_of, make_all

REFUSAL = "a report that was made never changes"
KEPT = (
    "id",
    "ref",
    "period",
    "kind",
    "number",
    "as_at",
    "why",
    "working_well",
    "worries",
    "recommendations",
    "blocks",
    "figures",
    "rows",
    "pdf",
    "sha256",
    "made_at",
    "made_by_id",
)
ISSUE = ("issued_at", "issued_by_id")

SQLITE = (
    "DROP TRIGGER IF EXISTS report_no_update",
    "DROP TRIGGER IF EXISTS report_no_delete",
    "CREATE TRIGGER report_no_update BEFORE UPDATE ON reporting_report WHEN "
    "(OLD.sha256 <> '' AND NOT (" + " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in KEPT) + ")) OR "
    "(OLD.issued_at IS NOT NULL AND NOT (" + " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in ISSUE) + ")) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "CREATE TRIGGER report_no_delete BEFORE DELETE ON reporting_report WHEN OLD.sha256 <> '' "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    *(
        statement
        for act in ("UPDATE", "DELETE")
        for statement in (
            f"DROP TRIGGER IF EXISTS edition_no_{act.lower()}",
            f"CREATE TRIGGER edition_no_{act.lower()} BEFORE {act} ON reporting_edition "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        )
    ),
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION report_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF OLD.sha256 = '' THEN RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END; END IF; "
    "IF TG_OP = 'UPDATE' AND "
    + " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in KEPT)
    + " AND (OLD.issued_at IS NULL OR ("
    + " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in ISSUE)
    + f")) THEN RETURN NEW; END IF; RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE OR REPLACE TRIGGER report_no_change BEFORE DELETE OR UPDATE ON reporting_report "
    "FOR EACH ROW EXECUTE FUNCTION report_refuse()",
    "CREATE OR REPLACE FUNCTION edition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE OR REPLACE TRIGGER edition_no_change BEFORE DELETE OR UPDATE ON reporting_edition "
    "FOR EACH ROW EXECUTE FUNCTION edition_refuse()",
    *(
        statement
        for name, table, kept in (
            ("report", "reporting_report", " WHERE sha256 <> ''"),
            ("edition", "reporting_edition", ""),
        )
        for statement in (
            f"CREATE OR REPLACE FUNCTION {name}_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF EXISTS (SELECT FROM {table}{kept}) THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NULL; END $$",
            f"CREATE OR REPLACE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_refuse_truncate()",
        )
    ),
)


def create_report_triggers(using: str = "default", **_: Any) -> None:
    """Make the triggers on this database; run again, it changes nothing."""
    make_all("reporting_edition", SQLITE, POSTGRESQL, using)


def broken(using: str = "default") -> list[str]:
    """The names of the triggers that are missing, switched off or other than they were made."""
    return broken_of(SQLITE, POSTGRESQL, using)
