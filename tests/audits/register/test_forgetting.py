"""Of an imported file only the cleaned rows are kept, and only while they wait: no child's name is in the database."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from audits.models import Case, Import
from audits.register import extracts as register_extracts
from audits.register import reading
from people.models import User
from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused, Stale
from qualitycounts.celery import app
from tests.audits.register.extracts import (
    DECEMBER,
    LATER,
    NOVEMBER,
    as_csv,
    bring,
    counted,
    fixture,
    line,
    said,
    staff_csv,
    take,
)
from tests.audits.register.test_register_pages import hand_over
from tests.conftest import NOW
from tests.factories import Council

pytestmark = pytest.mark.django_db
NAME = "Qwertysson"


def tables_that_hold(words: str) -> list[str]:
    """Each column of the whole database in which these words stand, whatever its type."""
    places = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("django_migrations"):
                continue
            for column in connection.introspection.get_table_description(cursor, table):
                name = connection.ops.quote_name(column.name)
                cursor.execute(f"SELECT {name} FROM {connection.ops.quote_name(table)}")  # noqa: S608
                cells = (value for (value,) in cursor.fetchall() if value is not None)
                texts = (bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in cells)
                if any(words.casefold().encode() in text.lower() for text in texts):
                    places.append(f"{table}.{column.name}")
    return places


def with_names() -> bytes:
    """A case extract with a child's name wherever one may stand: in a column of its own, and in wrong cells."""
    rows = [
        line("1", Child_Name=NAME),
        line(f"{NAME}, Ann", Child_Name=""),
        line("2", Child_Name="", Category=f"Ann {NAME}"),
        line("3", Child_Name="", Date_Opened=NAME),
        line("4", Child_Name="", Age=NAME, Gender=f"Ann {NAME}", Disability=f"Ann {NAME}", Last_Audited=NAME),
        line("5", Child_Name="", Date_Closed=f"{NAME} 2"),
        *(line(str(number), Child_Name="") for number in range(10, 14)),
    ]
    wide = as_csv(line("6", Child_Name=NAME), line("7", Child_Name=NAME)).decode().splitlines()[1]
    return as_csv(*rows) + f"{wide},{NAME}\r\n".encode()


def test_no_child_s_name_is_in_the_database_while_a_file_is_looked_at_nor_once_it_is_applied(
    client: Client, council: Council
) -> None:
    client.force_login(council.qa_officer)
    assert tables_that_hold(council.keyworker.name), "the search itself finds what is there"
    address = hand_over(client, with_names(), name="c.csv")["Location"]
    assert tables_that_hold(NAME) == []
    for show in ("added", "refused", "odd", "closed"):
        assert NAME not in client.get(f"{address}?show={show}").content.decode()
    assert "This cell is not one of CLA" in client.get(f"{address}?show=refused").content.decode()
    assert client.post(f"{address}apply/").status_code == 302
    assert Case.objects.filter(person_id__in="14").count() == 2
    assert tables_that_hold(NAME) == []


def test_none_is_there_of_a_file_that_is_refused_either(council: Council) -> None:
    for data in (
        with_names().replace(b"CIN", NAME.encode()),
        as_csv(line(NAME, Person_ID=NAME, Category=NAME)),
        f"Name,Number\n{NAME},1\n".encode(),
    ):
        with pytest.raises(Refused):
            bring_raw(data)
    assert Import.objects.filter(state="refused").count() == 3
    assert tables_that_hold(NAME) == []


def bring_raw(data: bytes) -> Import:
    return register_extracts.import_file(kind="cases", data=data, name="c.csv", as_at=NOVEMBER, by=None, at=NOW)


def test_the_kept_rows_say_and_do_what_the_file_did(council: Council) -> None:
    for kind in ("staff", "cases"):
        path = fixture("2026-11", kind)
        read = reading.read_file(kind=kind, data=path.read_bytes(), name=path.name, as_at=NOVEMBER)
        looked_at = register_extracts.keep_preview(
            kind=kind, data=path.read_bytes(), name=path.name, as_at=NOVEMBER, by=None, at=NOW
        )
        again = register_extracts.read_again(Import.objects.get(pk=looked_at.pk))
        assert (again.counts, again.problems, again.used) == (read.counts, read.problems, read.used)
        assert again.cleaned.used == read.cleaned.used
        applied = register_extracts.apply_import(looked_at, by=None, at=LATER)
        assert (applied.counts, applied.problems, applied.data) == (read.counts, read.problems, None)


def test_whoever_stands_in_a_row_that_cannot_be_used_is_still_not_absent(council: Council) -> None:
    Case.objects.update(source=Case.Source.DEMO)
    bring(line("1"), line("2"))
    looked_at = register_extracts.keep_preview(
        kind="cases", data=as_csv(line("1", Category="?"), line("3")), name="c.csv", as_at=DECEMBER, by=None, at=NOW
    )
    assert counted(register_extracts.apply_import(looked_at, by=None, at=LATER)) == (2, 1, 0, 1, 0)
    assert said(looked_at) == [(2, "Category")]
    assert set(Case.objects.filter(closed_on=DECEMBER).values_list("person_id", flat=True)) == {"2"}
    people = staff_csv("Ann", "Bea", "Cat")
    register_extracts.import_file(kind="staff", data=people, name="s.csv", as_at=NOVEMBER, by=None, at=NOW)
    bad = staff_csv("Ann", "Bea").replace(b"bea@", b"bea at ")
    looked_at = register_extracts.keep_preview(kind="staff", data=bad, name="s.csv", as_at=DECEMBER, by=None, at=NOW)
    register_extracts.apply_import(looked_at, by=None, at=LATER)
    assert [user.name for user in User.objects.exclude(left_on=None)] == ["Cat Lark"]


def test_the_schedule_lets_go_of_what_was_looked_at_and_left_lying(council: Council) -> None:
    assert "audits.tasks.forget_abandoned" in {each["task"] for each in app.conf.beat_schedule.values()}
    forget = importlib.import_module("audits.tasks").forget_abandoned
    old = register_extracts.keep_preview(
        kind="cases", data=as_csv(line("1")), name="c.csv", as_at=NOVEMBER, by=None, at=clock.now() - timedelta(days=2)
    )
    new = register_extracts.keep_preview(
        kind="staff", data=staff_csv("Ann"), name="s.csv", as_at=NOVEMBER, by=None, at=clock.now()
    )
    Import.objects.filter(pk=old.pk).update(data=b"{}")
    assert (forget(), forget()) == (1, 0)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.data, bool(new.data)) == (None, True)
    with pytest.raises(Stale, match="Import the file again"):
        register_extracts.apply_import(old, by=None, at=clock.now())


def test_the_migration_empties_what_lay_there_of_old(council: Council) -> None:
    take(fixture("2026-11", "staff"), NOVEMBER)
    done = bring(line("1"), line("2", Category="?"))
    old = [
        {"row": 2, "column": "Category", "why": f"“{NAME} “x” ANN” is not one of CLA, CP, CIN, CL, EH, so the row."},
        {"row": 3, "column": "Person ID", "why": f"“{NAME}” is not a person number, so the row was not used."},
        {"row": 4, "column": "Age", "why": f"“{NAME}” is not an age from 0 to 25, so it was left out."},
        {"row": 5, "column": "Team", "why": "“North” is not in the staff list."},
    ]
    Import.objects.filter(pk=done.pk).update(data=f"Name\n{NAME}\n".encode(), problems=old)
    migration = importlib.import_module("audits.migrations.0004_forget_imported_files")
    migration.forget(apps, None)
    assert tables_that_hold(NAME) == []
    done.refresh_from_db()
    assert [each["why"] for each in done.problems][2:] == [
        "This cell is not an age from 0 to 25, so it was left out.",
        "“North” is not in the staff list.",
    ]
