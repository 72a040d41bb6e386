"""The trail: what is written stays as it was written, in one line, and says so when it does not."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from people import trail, triggers
from people.models import TrailEntry
from tests.conftest import NOW
from tests.factories import Council


def write(council: Council, *acts: str) -> None:
    with trail.acting(by=council.qa_officer, at=NOW) as act:
        for name in acts:
            act.add(name, council.case, was="open", now="closed", why="It closed.", content={"b": 1, "a": "é"})


def test_entries_of_one_act_are_numbered_and_chained(council: Council) -> None:
    write(council, "first", "second")
    write(council, "third")
    entries = list(TrailEntry.objects.order_by("seq"))
    assert [entry.act for entry in entries] == ["first", "second", "third"]
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [entry.prev_hash for entry in entries] == [trail.FIRST, entries[0].hash, entries[1].hash]
    assert entries[0].content == '{"a":"é","b":1}'
    assert trail.verify() == trail.Verdict(True, 3, entries[2].hash, None)


def test_a_nested_act_joins_the_outer_one_and_a_fault_undoes_both(council: Council) -> None:
    def outer() -> None:
        with trail.acting(by=council.qa_officer, at=NOW) as act:
            act.add("outer", council.case)
            with trail.acting(by=council.auditor, at=NOW) as inner:
                inner.add("inner", council.case)
                assert inner is act
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        outer()
    assert not TrailEntry.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people_trailentry SET why = 'other'",
        "UPDATE people_trailentry SET content = 'other'",
        "UPDATE people_trailentry SET content = NULL, why = 'other'",
        "DELETE FROM people_trailentry",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_entry(council: Council, change: str) -> None:
    write(council, "first")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert trail.verify().ok


def test_retention_may_blank_the_content_and_the_chain_still_verifies(council: Council) -> None:
    write(council, "first", "second")
    TrailEntry.objects.filter(seq=1).update(content=None)
    assert trail.verify().ok


def test_verify_names_the_first_entry_that_was_tampered_with(council: Council) -> None:
    write(council, "first", "second", "third")
    drop = ["trail_no_update"] if connection.vendor == "sqlite" else ["trail_no_change"]
    with connection.cursor() as cursor:
        for name in drop:
            cursor.execute(f"DROP TRIGGER {name}{'' if connection.vendor == 'sqlite' else ' ON people_trailentry'}")
        assert not triggers.present()
        cursor.execute("UPDATE people_trailentry SET why = 'other' WHERE seq = 2")
    triggers.make()
    assert triggers.present()
    assert trail.verify().first_bad == 2


def test_history_of_a_record_is_its_own_entries_only(council: Council) -> None:
    write(council, "about the case")
    with trail.acting(by=None, at=NOW) as act:
        act.add("about a person", council.keyworker)
    assert [entry.act for entry in trail.entries_about(council.case)] == ["about the case"]
