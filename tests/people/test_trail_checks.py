"""The nightly check of the trail: what it keeps outside the database, what it finds, and whom it tells."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from people import trail, trail_checks, triggers
from people.models import Heartbeat, Notice, TrailEntry
from qualitycounts import health
from tests.conftest import NOW
from tests.factories import Council

NIGHT = timedelta(days=1)


@pytest.fixture(autouse=True)
def kept_outside(settings: Any, tmp_path: Path) -> Path:
    """Where heads are written down, and two people who get them by mail."""
    settings.TRAIL_HEADS = tmp_path / "heads.jsonl"
    settings.TRAIL_WATCHERS = ["records@council.example", "audit@council.example"]
    return tmp_path / "heads.jsonl"


def write(council: Council, *acts: str) -> None:
    with trail.acting(by=council.qa_officer, at=NOW) as act:
        for name in acts:
            act.add(name, council.case, why="It closed.", content={"a": 1})


def tamper(statement: str) -> None:
    """Change the trail as somebody who owns the tables can: its triggers off, then as they were."""
    with connection.cursor() as cursor:
        for name in ("trail_no_update", "trail_no_delete", "trail_no_change", "trail_no_truncate"):
            on = "" if connection.vendor == "sqlite" else " ON people_trailentry"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        cursor.execute(statement)
    triggers.create_trail_triggers()


def test_each_day_the_head_is_written_down_and_mailed_once(council: Council, kept_outside: Path) -> None:
    write(council, "first", "second")
    head = TrailEntry.objects.get(seq=2).hash
    assert trail_checks.check_nightly(at=NOW).fault == ""
    assert trail_checks.check_nightly(at=NOW + timedelta(hours=1)).fault == ""
    (line,) = map(json.loads, kept_outside.read_text().splitlines())
    assert (line["day"], line["entries"], line["head"]) == ("2026-11-23", 2, head)
    assert sorted(sent.to[0] for sent in mail.outbox) == ["audit@council.example", "records@council.example"]
    assert f"manage.py verify_trail --entries 2 --head {head}" in mail.outbox[0].body
    write(council, "third")
    assert trail_checks.check_nightly(at=NOW + NIGHT).fault == ""
    assert len(kept_outside.read_text().splitlines()) == 2
    assert health.trail(at=NOW + NIGHT) == ""


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE people_trailentry SET act = 'other' WHERE seq = 2", "Entry 2"),
        ("UPDATE people_trailentry SET content = NULL, why = '' WHERE seq = 2", "Entry 2"),
        ("DELETE FROM people_trailentry WHERE seq = 2", "Entry 3"),
        ("DELETE FROM people_trailentry WHERE seq = 3", "its end was cut off"),
        ("DELETE FROM people_trailentry", "its end was cut off"),
    ],
)
def test_a_fault_is_told_to_all_who_can_act_and_stays_until_a_check_finds_all_well(
    council: Council, kept_outside: Path, statement: str, says: str
) -> None:
    write(council, "first", "second", "third")
    assert trail_checks.check_nightly(at=NOW).fault == ""
    mail.outbox.clear()
    tamper(statement)
    for hour in (0, 1):
        assert says in trail_checks.check_nightly(at=NOW + NIGHT + timedelta(hours=hour)).fault
    assert len(kept_outside.read_text().splitlines()) == 1, "the head of a trail with a fault is not kept"
    told = Notice.objects.filter(key__startswith="trail-fault")
    assert {notice.to for notice in told} >= {council.head_of_qa, council.administrator}
    assert len(told) == len({notice.to for notice in told}), "each once a day"
    assert says in told[0].body
    assert {sent.to[0] for sent in mail.outbox} == {"records@council.example", "audit@council.example"}
    assert says in mail.outbox[0].body
    assert "found a fault" in trail_checks.trouble(at=NOW + NIGHT, since=None)


def test_the_command_does_the_same_at_once_and_takes_no_other_head(council: Council, kept_outside: Path) -> None:
    write(council, "first")
    call_command("verify_trail", "--nightly", stdout=StringIO())
    assert len(kept_outside.read_text().splitlines()) == 1
    with pytest.raises(CommandError, match="give no other one"):
        call_command("verify_trail", "--nightly", "--entries", "1", stdout=StringIO())
    tamper("DELETE FROM people_trailentry")
    with pytest.raises(CommandError, match="its end was cut off"):
        call_command("verify_trail", "--nightly", stdout=StringIO())


def test_a_fault_that_was_mended_is_no_fault_any_more(council: Council) -> None:
    write(council, "first", "second")
    trail_checks.check_nightly(at=NOW)
    tamper("UPDATE people_trailentry SET why = 'Other.' WHERE seq = 1")
    assert "Entry 1" in trail_checks.check_nightly(at=NOW + NIGHT).fault
    tamper("UPDATE people_trailentry SET why = 'It closed.' WHERE seq = 1")
    assert trail_checks.check_nightly(at=NOW + NIGHT).fault == ""
    assert trail_checks.trouble(at=NOW + NIGHT, since=None) == ""


def test_health_is_red_once_no_check_was_made_for_more_than_a_day(v7: Any) -> None:
    assert trail_checks.trouble(at=NOW, since=None) == ""
    assert trail_checks.trouble(at=NOW + trail_checks.LONGEST, since=NOW) == ""
    late = NOW + trail_checks.LONGEST + timedelta(seconds=1)
    assert "not checked for more than a day" in trail_checks.trouble(at=late, since=NOW)
    Heartbeat.objects.create(part=trail_checks.CHECKED, beat=late)
    assert trail_checks.trouble(at=late, since=NOW) == ""
