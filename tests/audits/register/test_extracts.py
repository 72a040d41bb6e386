"""An extract is looked at first and applied once, by page or by command."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError
from django.db import connections

from audits.models import Case, Import
from audits.register import changes
from audits.register import extracts as register_extracts
from people import trail
from qualitycounts.base.refusals import NotNow, Refused, Stale, TooLarge
from tests.audits.register.extracts import DECEMBER, LATER, NOVEMBER, as_csv, bring, counted, fixture, line
from tests.conftest import NOW
from tests.factories import Council

pytestmark = pytest.mark.django_db


def look_at(*lines: dict[str, str], at: datetime = NOW) -> Import:
    return register_extracts.keep_preview(
        kind="cases", data=as_csv(*lines), name="c.csv", as_at=NOVEMBER, by=None, at=at
    )


def test_looking_changes_nothing_and_says_what_applying_would(council: Council) -> None:
    looked_at = look_at(line("1"), line("2"))
    assert counted(looked_at) == (2, 2, 0, 1, 0)
    assert not Case.objects.filter(person_id="1").exists()
    assert counted(register_extracts.apply_import(looked_at, by=council.qa_officer, at=LATER)) == counted(looked_at)
    assert Case.objects.filter(person_id="1").exists()


def test_an_extract_is_applied_once_and_then_the_file_is_gone(council: Council) -> None:
    looked_at = look_at(line())
    applied = register_extracts.apply_import(looked_at, by=council.qa_officer, at=LATER)
    assert (applied.state, applied.applied, applied.data) == ("applied", LATER, None)
    with pytest.raises(NotNow, match="applied already"):
        register_extracts.apply_import(looked_at, by=council.qa_officer, at=LATER)
    entries = [(entry.act, entry.by) for entry in trail.entries_about(applied)]
    assert entries == [("import.previewed", None), ("import.applied", council.qa_officer)]


@pytest.mark.parametrize("looked_at_first", [True, False])
def test_one_looked_at_before_another_was_applied_is_stale(council: Council, looked_at_first: bool) -> None:
    first, second = look_at(line("1")), look_at(line("2"))
    applied, waiting = (second, first) if looked_at_first else (first, second)
    register_extracts.apply_import(applied, by=None, at=LATER)
    with pytest.raises(Stale, match="Another extract was applied"):
        register_extracts.apply_import(waiting, by=None, at=LATER)


def test_a_file_that_waits_more_than_a_day_is_let_go(council: Council) -> None:
    waiting = look_at(line("1"))
    look_at(line("2"), at=NOW + timedelta(days=1))
    register_extracts.check_can_apply(waiting)
    look_at(line("2"), at=NOW + timedelta(days=1, seconds=1))
    waiting.refresh_from_db()
    with pytest.raises(Stale, match="more than a day ago"):
        register_extracts.apply_import(waiting, by=None, at=LATER)


def test_a_bad_file_changes_nothing_and_leaves_nothing(council: Council) -> None:
    for data, refused in ((b"", Refused), (b"a,b\n1,2\n", Refused), (b"x" * 11_000_000, TooLarge)):
        with pytest.raises(refused):
            register_extracts.keep_preview(kind="cases", data=data, name="x.csv", as_at=NOVEMBER, by=None, at=NOW)
    assert not Case.objects.exclude(pk=council.case.pk).exists()
    refused_files = list(Import.objects.order_by("pk"))
    assert [(one.state, one.file_name, bool(one.refused_why), one.data) for one in refused_files] == [
        ("refused", "x.csv", True, None)
    ] * 3
    assert refused_files[0].file_hash == hashlib.sha256(b"").hexdigest()
    with pytest.raises(NotNow, match="was refused"):
        register_extracts.apply_import(refused_files[1], by=None, at=LATER)


def test_a_date_to_come_or_before_the_last_is_warned_of(council: Council) -> None:
    bring(line(), as_at=NOVEMBER)

    def warned(as_at: date) -> list[str]:
        return changes.warnings(kind="cases", as_at=as_at, on=DECEMBER)

    assert warned(NOVEMBER) == warned(DECEMBER) == []
    assert "still to come" in warned(DECEMBER + timedelta(days=1))[0]
    assert "takes the register back" in warned(NOVEMBER - timedelta(days=1))[0]


def run_together(*works: Callable[[], object]) -> list[object]:
    """What each of these, started at the same moment in threads of their own, gave back or was refused with."""
    results: list[object] = []
    start = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> None:
        start.wait()
        try:
            results.append(work())
        except Refused as refusal:
            results.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_the_same_extract_at_once_apply_it_once(council: Council) -> None:
    looked_at = look_at(*(line(str(number)) for number in range(1, 40)))
    results = run_together(*[lambda: register_extracts.apply_import(looked_at, by=council.qa_officer, at=LATER)] * 3)
    assert sum(isinstance(result, Import) for result in results) == 1
    assert sum(isinstance(result, NotNow) for result in results) == 2
    assert Case.objects.filter(changes=None).count() == 39
    assert trail.verify().ok


@pytest.mark.django_db(transaction=True)
def test_of_two_extracts_applied_at_once_one_is_stale(council: Council) -> None:
    first, second = look_at(line("1")), look_at(line("2"))
    results = run_together(
        lambda: register_extracts.apply_import(first, by=council.qa_officer, at=LATER),
        lambda: register_extracts.apply_import(second, by=council.head_of_qa, at=LATER),
    )
    assert sorted(type(result).__name__ for result in results) == ["Import", "Stale"]
    assert Case.objects.filter(person_id__in="12").count() == 1


# The commands.


def command(name: str, *words: str) -> dict[str, Any]:
    out = StringIO()
    call_command(name, *words, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_commands_say_what_they_did_as_json(council: Council) -> None:
    staff = command("import_staff", str(fixture("2026-11", "staff")), "--as-at", "2026-11-01")
    assert {key: staff[key] for key in ("rows", "added", "changed", "left")} == {
        "rows": 176,
        "added": 176,
        "changed": 0,
        "left": 0,
    }
    cases = command("import_cases", str(fixture("2026-11", "cases")), "--as-at", "2026-11-01")
    assert (cases["rows"], cases["added"], cases["changed"], cases["unchanged"]) == (1150, 1133, 0, 0)
    assert all(problem.keys() == {"row", "column", "why"} for problem in cases["problems"])
    assert cases["as_at"] == "2026-11-01"


def test_a_dry_run_says_the_same_and_changes_nothing(council: Council, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes(as_csv(line("1"), line("2", Category="?")))
    dry = command("import_cases", str(file), "--as-at", "2026-11-01", "--dry-run")
    assert not Case.objects.filter(person_id="1").exists()
    assert not Import.objects.exists()
    assert command("import_cases", str(file), "--as-at", "2026-11-01") == dry


def test_without_json_the_commands_say_it_in_words(council: Council, tmp_path: Path) -> None:
    file, out = tmp_path / "cases.csv", StringIO()
    file.write_bytes(as_csv(line("1"), line("2", Category="?")))
    call_command("import_cases", str(file), "--as-at", "2026-11-01", stdout=out)
    assert out.getvalue().splitlines()[:3] == ["rows: 2", "not_used: 1", "added: 1"]
    assert "Category, 1 row: 3. “?” is not one of CLA, CP, CIN, CL, EH" in out.getvalue()


def test_a_refusal_is_a_sentence_and_exit_1(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    for name in ("import_cases", "import_staff"):
        for file in (empty, tmp_path / "missing.csv"):
            with pytest.raises(CommandError) as refused:
                call_command(name, str(file))
            assert refused.value.returncode == 1
            assert str(refused.value).endswith(".")


@pytest.mark.parametrize("words", [["import_cases"], ["import_staff", "x.csv", "--as-at", "31/10/2026"]])
def test_bad_usage_is_exit_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        execute_from_command_line(["manage.py", *words])
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err
