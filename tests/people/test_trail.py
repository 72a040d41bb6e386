"""The trail: what is written stays as it was written, in one line, and says so when it does not."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from people import trail, triggers
from people.models import TrailEntry
from qualitycounts import health
from reporting import triggers as report_triggers
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


def told_by_retention(*numbers: int) -> None:
    with trail.acting(by=None, at=NOW) as act:
        emptied = trail.empty(TrailEntry.objects.filter(seq__in=numbers))
        act.add_by_ref("audit.words_removed", "audit", "QC-2611-001", content={trail.EMPTIED: emptied})


def test_retention_may_blank_the_content_and_says_so_and_the_chain_still_verifies(council: Council) -> None:
    write(council, "first", "second")
    told_by_retention(1)
    assert list(TrailEntry.objects.values_list("seq", "content", "why")[:1]) == [(1, None, "")]
    assert (trail.verify().ok, trail.unaccounted()) == (True, [])


@pytest.mark.parametrize("gone", [{"content": None}, {"content": None, "why": ""}])
def test_words_that_are_gone_without_an_entry_of_retention_are_a_fault(council: Council, gone: dict[str, None]) -> None:
    write(council, "first", "second", "third")
    told_by_retention(1)
    TrailEntry.objects.filter(seq__in=(2, 4)).update(**gone)
    assert (trail.verify().first_bad, trail.unaccounted()) == (1, [1, 2, 4]), (
        "the entry that told of it was emptied, too"
    )


def test_a_reason_that_is_gone_is_a_fault_as_content_is(council: Council) -> None:
    with trail.acting(by=council.qa_officer, at=NOW) as act:
        act.add("first", council.case, why="It closed.")
        act.add("second", council.case)
    assert (trail.verify().ok, trail.unaccounted()) == (True, []), "what never had words lost none"
    TrailEntry.objects.update(content=None, why="")
    assert (trail.verify().first_bad, trail.unaccounted()) == (1, [1])
    assert "1 entries of the trail lost their words" in health.trail(at=NOW)


def test_an_entry_of_retention_speaks_for_what_came_before_it_alone(council: Council) -> None:
    with trail.acting(by=None, at=NOW) as act:
        act.add_by_ref("audit.words_removed", "audit", "QC-2611-001", content={trail.EMPTIED: [1, 2]})
    write(council, "second")
    TrailEntry.objects.filter(seq=2).update(content=None)
    assert (trail.verify().first_bad, trail.unaccounted()) == (2, [2])


def test_a_trail_that_was_cut_or_chained_anew_does_not_lead_to_the_head_that_was_kept(council: Council) -> None:
    write(council, "first", "second")
    early = trail.verify()
    write(council, "third")
    late = trail.verify()
    for kept in (early, late):
        for words in (["--head", kept.head], ["--head", kept.head.upper(), "--entries", str(kept.entries)]):
            call_command("verify_trail", *words, stdout=StringIO())
    assert trail.verify(head=trail.FIRST).ok, "what an empty trail printed"
    for words in (["--head", "0" * 63 + "1"], ["--entries", "4"], ["--head", late.head, "--entries", "2"]):
        refused(words, code=1)
    for words in (["--head", "abc"], ["--entries", "-1"]):
        refused(words, code=2)
    off()
    TrailEntry.objects.filter(seq=3).delete()
    triggers.create_trail_triggers()
    assert trail.verify().ok, "of itself it cannot know"
    refused(["--head", late.head], code=1)
    refused(["--entries", "3"], code=1)
    assert trail.verify(head=late.head) == trail.Verdict(False, 2, early.head, 3)
    call_command("verify_trail", "--head", early.head, stdout=StringIO())
    write(council, "another third")
    refused(["--head", late.head, "--entries", "3"], code=1)


def refused(words: list[str], *, code: int) -> None:
    with pytest.raises(CommandError) as raised:
        call_command("verify_trail", *words, stdout=StringIO())
    assert raised.value.returncode == code
    assert code == 2 or "does not lead to the head or the number that was kept" in str(raised.value)


def off() -> None:
    """As a superuser would take the guards away."""
    names = ["trail_no_update", "trail_no_delete"] if connection.vendor == "sqlite" else ["trail_no_change"]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER {name}{'' if connection.vendor == 'sqlite' else ' ON people_trailentry'}")


HOLLOW = {
    "sqlite": {
        "trail_no_update": "DROP TRIGGER trail_no_update; CREATE TRIGGER trail_no_update BEFORE UPDATE ON "
        "people_trailentry WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END",
        "trail_no_delete": "DROP TRIGGER trail_no_delete; CREATE TRIGGER trail_no_delete BEFORE DELETE ON "
        "people_user BEGIN SELECT 1; END",
        "report_no_delete": "DROP TRIGGER report_no_delete; CREATE TRIGGER report_no_delete BEFORE DELETE ON "
        "reporting_report WHEN 0 BEGIN SELECT 1; END",
    },
    "postgresql": {
        "trail_no_change": "ALTER TABLE people_trailentry DISABLE TRIGGER USER",
        "trail_no_truncate": "ALTER TABLE people_trailentry ENABLE REPLICA TRIGGER trail_no_truncate",
        "trail_no_change, trail_no_truncate": "CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE "
        "plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "trail_no_change,": "CREATE OR REPLACE TRIGGER trail_no_change BEFORE DELETE ON people_trailentry FOR EACH ROW "
        "EXECUTE FUNCTION trail_refuse()",
        "report_no_truncate": "ALTER TABLE reporting_report DISABLE TRIGGER report_no_truncate",
        "edition_no_change": "CREATE OR REPLACE FUNCTION edition_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
    },
}


@pytest.mark.parametrize("number", range(6))
def test_triggers_that_are_off_or_hollow_are_seen(council: Council, number: int) -> None:
    write(council, "first")
    ways = list(HOLLOW[connection.vendor].items())
    if number >= len(ways):
        return
    names, change = ways[number]
    with connection.cursor() as cursor:
        before = [] if connection.vendor == "sqlite" else ["SET CONSTRAINTS ALL IMMEDIATE"]
        for statement in before + (change.split("; ", 1) if connection.vendor == "sqlite" else [change]):
            cursor.execute(statement)
    name = names.split(",")[0]
    if name.startswith("trail"):
        with pytest.raises(CommandError, match=f"off or changed: .*{name}"):
            call_command("verify_trail", stdout=StringIO())
        assert name in health.trail(at=NOW)
    else:
        assert name in health.reports()
    triggers.create_trail_triggers()
    report_triggers.create_report_triggers()
    assert (health.trail(at=NOW), health.reports()) == ("", ""), "migrate makes them again"


def test_verify_names_the_first_entry_that_was_tampered_with(council: Council) -> None:
    write(council, "first", "second", "third")
    drop = ["trail_no_update"] if connection.vendor == "sqlite" else ["trail_no_change"]
    with connection.cursor() as cursor:
        for name in drop:
            cursor.execute(f"DROP TRIGGER {name}{'' if connection.vendor == 'sqlite' else ' ON people_trailentry'}")
        assert triggers.broken()
        cursor.execute("UPDATE people_trailentry SET why = 'other' WHERE seq = 2")
    triggers.create_trail_triggers()
    assert not triggers.broken()
    assert trail.verify().first_bad == 2


def test_history_of_a_record_is_its_own_entries_only(council: Council) -> None:
    write(council, "about the case")
    with trail.acting(by=None, at=NOW) as act:
        act.add("about a person", council.keyworker)
    assert [entry.act for entry in trail.entries_about(council.case)] == ["about the case"]


def test_the_trail_verifies_and_says_where_it_was_touched(council: Council) -> None:
    with trail.acting(by=council.staff, at=NOW) as act:
        for _ in range(3):
            act.add("user.signed_in", council.staff)
    out = StringIO()
    call_command("verify_trail", "--json", stdout=out)
    whole_one = json.loads(out.getvalue())
    last = TrailEntry.objects.get(seq=3)
    assert whole_one == {"ok": True, "entries": 3, "head": last.hash, "first_bad": None, "guarded": True}
    on = "" if connection.vendor == "sqlite" else " ON people_trailentry"
    with connection.cursor() as cursor:
        for name in ("trail_no_update", "trail_no_change"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    with pytest.raises(CommandError, match="triggers that guard the trail are missing") as refused:
        call_command("verify_trail", stdout=StringIO())
    assert refused.value.returncode == 1
    TrailEntry.objects.filter(seq=2).update(act="user.signed_out")
    with pytest.raises(CommandError, match="Entry 2 of the trail was changed"):
        call_command("verify_trail", "--json", stdout=StringIO())


def test_a_line_of_history_costs_two_statements_however_many_there_are(
    council: Council, django_assert_num_queries: Any
) -> None:
    entries = [trail.Act(by=council.qa_officer, at=NOW) for _ in range(3)]
    for number, act in enumerate(entries):
        for name in ("first", "second")[: number + 1]:
            act.add(name, council.case)
        with django_assert_num_queries(2):
            trail.chain(act.entries)
    assert trail.verify().ok
