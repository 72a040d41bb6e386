"""From the one file of a trial to PostgreSQL: every row, in one transaction, counted on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model, QuerySet

from people import trail_checks
from people.models import TrailEntry
from qualitycounts.base.refusals import Refused

OLD = "moved-from"
STAY = (ContentType, Permission, Session)
"""What `migrate` makes anew, and sign-ins, which end."""
A_FEW = 200
"""Rows in memory at once."""


def move_rows(*, file: Path) -> dict[str, Any]:
    """Copy every row of a SQLite database into this one, which is PostgreSQL, as new as it and empty: all or nothing.

    Returns how many tables, rows and entries of the trail there are. Refuses (`Refused`, 422) another engine, a file
    that is no database of ours or of another version, a database that has rows, and what does not come out the same.
    """
    if connection.vendor != "postgresql":
        raise Refused("DATABASE_URL must name the PostgreSQL database that the rows go to.")
    open_old(file)
    try:
        check_versions(file)
        if full := next((model for model in models() if QuerySet(model).exists()), None):
            raise Refused(
                f"{full._meta.db_table} has rows. Make an empty database and run `manage.py migrate` there, no more."
            )
        with transaction.atomic():
            rows = {model._meta.db_table: copy_table(model) for model in models()}
            reset_sequences()
            connection.check_constraints()
            entries = check_trail()
    finally:
        connections[OLD].close()
        del connections[OLD]
        del connections.databases[OLD]
    return {"tables": len(rows), "rows": sum(rows.values()), "entries": entries, "ok": True}


def open_old(file: Path) -> None:
    """Name the file as a second database, which is only read."""
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    plain = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"file:{file.resolve()}?mode=ro", "OPTIONS": {"uri": True}}
    connections.databases[OLD] = connections.databases["default"] | plain


def models() -> Iterator[type[Model]]:
    """Every table that is copied, those between two others included."""
    every = apps.get_models(include_auto_created=True)
    return (model for model in every if model not in STAY and not model._meta.proxy)


def check_versions(file: Path) -> None:
    """Refuse where the two have not the same migrations."""
    theirs, ours = (set(MigrationRecorder(connections[name]).applied_migrations()) for name in (OLD, "default"))
    if not theirs:
        raise Refused(f"{file} is no database of Quality Counts.")
    if theirs != ours:
        raise Refused("The two databases are not of one version. Run `manage.py migrate` on both with this code first.")


def copy_table(model: type[Model]) -> int:
    """Copy the rows of one table as they are. How many there are, on both sides."""
    old: QuerySet[Model] = QuerySet(model, using=OLD)
    new: QuerySet[Model] = QuerySet(model)
    batch: list[Model] = []
    for row in old.order_by("pk").iterator(A_FEW):
        batch.append(row)
        if len(batch) == A_FEW:
            new.bulk_create(batch)
            batch = []
    new.bulk_create(batch)
    counts = old.count(), new.count()
    if counts[0] != counts[1]:
        raise Refused(f"{model._meta.db_table} has {counts[0]} rows and would have {counts[1]}. Nothing was moved.")
    return counts[0]


def reset_sequences() -> None:
    """Have each number that the database gives go on where the rows end."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models())):
            cursor.execute(statement)


def check_trail() -> int:
    """Refuse where the trail does not fit together to the very head that it had. How many entries it has."""
    theirs: QuerySet[TrailEntry] = QuerySet(TrailEntry, using=OLD)
    last = theirs.order_by("seq").last()
    entries = theirs.count()
    checked = trail_checks.compare_trail(head=last.hash if last else "", entries=entries)
    if checked.fault:
        raise Refused(f"{checked.fault} Nothing was moved.")
    return entries
