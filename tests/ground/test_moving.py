"""A trial in one SQLite file goes on in PostgreSQL, with every row and the same trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model, QuerySet

from people.models import TrailEntry, User
from qualitycounts import moving
from qualitycounts.base.refusals import Refused
from standards.models import StandardSet
from tests.factories import Council, open_audit
from tests.world import report

pytestmark = pytest.mark.django_db

TRIAL = "trial"


class Undone(Exception):
    """Ends a transaction that is not to stay."""


@pytest.fixture
def trial(v7: StandardSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A SQLite file with what a small council did, of which this database knows nothing."""
    file = tmp_path / "db.sqlite3"
    if connection.vendor == "sqlite":
        yield file
        return
    monkeypatch.setattr(DatabaseWrapper, "ensure_connection", connect, raising=False)
    plain = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": {}}
    connections.databases[TRIAL] = connections.databases["default"] | plain
    try:
        with suppress(Undone), transaction.atomic():
            council = Council.make()
            open_audit(council)
            report(SimpleNamespace(qa_officer=council.qa_officer), issued=True)
            copy_to_trial()
            raise Undone
        yield file
    finally:
        connections[TRIAL].close()
        del connections[TRIAL]
        del connections.databases[TRIAL]


def connect(wrapper: DatabaseWrapper) -> None:
    """Connect to SQLite, which Django's own test case forbids beside the tests' database."""
    if wrapper.connection is None:
        wrapper.connect()


def copy_to_trial() -> None:
    """Make the file's tables as the models have them, and put this database's rows in."""
    models = apps.get_models(include_auto_created=True)
    with connections[TRIAL].schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
    recorder = MigrationRecorder(connections[TRIAL])
    recorder.ensure_schema()
    for app, name in MigrationRecorder(connection).applied_migrations():
        recorder.record_applied(app, name)
    with connections[TRIAL].constraint_checks_disabled():
        for model in models:
            QuerySet(model, using=TRIAL).bulk_create(QuerySet(model), batch_size=50)


def rows_of(model: type[Model], using: str) -> list[dict[str, Any]]:
    """Every row of a table as it is; bytes as bytes, whatever an engine calls them."""
    found = QuerySet(model, using=using).order_by("pk").values()
    return [
        {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()} for row in found
    ]


def refused(trial: Path, sentence: str) -> None:
    """Nothing is moved, and why is said."""
    with pytest.raises(Refused) as refusal:
        moving.move_rows(file=trial)
    assert sentence in refusal.value.sentence


def test_every_row_comes_over_and_the_trail_leads_to_the_same_head(trial: Path) -> None:
    if connection.vendor == "sqlite":
        refused(trial, "DATABASE_URL must name the PostgreSQL database")
        return
    refused(trial, "has rows. Make an empty database")
    for model in moving.models():
        QuerySet(model)._raw_delete("default")  # type: ignore[attr-defined]
    refused(trial.with_name("none"), "There is no file")
    entry = QuerySet(TrailEntry, using=TRIAL).filter(seq=2)
    was = entry.values_list("ref", flat=True)[0]
    entry.update(ref="QC-0000-000")
    refused(trial, "Entry 2 of the trail was changed, or one before it was taken out. Nothing was moved.")
    assert not User.objects.exists(), "all or nothing"
    entry.update(ref=was)
    moved = moving.move_rows(file=trial)
    assert moved["entries"] == TrailEntry.objects.count() == 2
    assert moved["rows"] > 200
    for model in moving.models():
        assert rows_of(model, "default") == rows_of(model, TRIAL), model
    newest = User.objects.order_by("-pk")[0]
    assert User.objects.create(email="new@example.gov.uk", name="New").pk == newest.pk + 1, "numbers go on"
