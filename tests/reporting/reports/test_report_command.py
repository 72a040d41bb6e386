"""`manage.py report`: the same report as the page's, written to a file, with its numbers as JSON."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audits.models import Audit
from reporting.models import Report
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = NOW.date()


def run(period: str, out: Path) -> dict[str, Any]:
    said = StringIO()
    call_command("report", period, "--out", str(out), "--json", stdout=said)
    done: dict[str, Any] = json.loads(said.getvalue())
    return done


def test_its_numbers_are_the_pages_and_its_file_is_the_pages(council: Council, client: Client, tmp_path: Path) -> None:
    Builder(council).audits(60)
    done = run("2026-10", tmp_path / "report.pdf")
    client.force_login(council.qa_officer)
    page = " ".join(client.get(f"/reports/{done['ref']}/").content.decode().split())
    file = (tmp_path / "report.pdf").read_bytes()
    assert f"{done['audits']} live audit" in page
    assert file == client.get(f"/reports/{done['ref']}/pdf").content
    assert done["sha256"] == hashlib.sha256(file).hexdigest()
    assert done["sha256"] in page
    words = {"outstanding": "Outstanding", "good": "Good", "inadequate": "Inadequate"}
    for slug, word in words.items():
        assert f"{word} in {done['grades'][slug]}" in page


def test_the_grades_add_up_to_the_audits_as_the_register_has_them(council: Council, tmp_path: Path) -> None:
    Builder(council).audits(60)
    for period, first, last in (("2026-11", "2026-11-01", "2026-12-01"), ("2026-27Q2", "2026-07-01", "2026-10-01")):
        done = run(period, tmp_path / "report.pdf")
        counted = Audit.objects.filter(
            state__in=("finalised", "closed"),
            re_audit_of=None,
            finalised_at__gte=f"{first}T00:00:00+0{1 if first == '2026-07-01' else 0}:00",
            finalised_at__lt=f"{last}T00:00:00+0{1 if last == '2026-10-01' else 0}:00",
        )
        assert done["period"] == period
        assert done["audits"] == counted.count() == sum(done["grades"].values())
        for slug, count in done["grades"].items():
            assert count == counted.filter(grade=slug).count()


def test_run_again_it_gives_the_same_file_and_after_a_change_the_next_version(council: Council, tmp_path: Path) -> None:
    builder = Builder(council)
    builder.audits(20)
    first, same = run("2026-10", tmp_path / "1.pdf"), run("2026-10", tmp_path / "2.pdf")
    assert first == same
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()
    builder.audit(NOW.date().replace(month=10), grade="good")
    changed = run("2026-10", tmp_path / "3.pdf")
    assert (changed["ref"], changed["audits"]) == ("REP-2610-2", first["audits"] + 1)
    assert hashlib.sha256((tmp_path / "1.pdf").read_bytes()).hexdigest() == Report.objects.get(number=1).sha256


@pytest.mark.parametrize(
    ("period", "says"),
    [("October", "is not a period"), ("2026-13", "neither a month nor a year"), ("2026-12", "has not begun")],
)
def test_what_is_no_period_is_refused_in_a_sentence(council: Council, tmp_path: Path, period: str, says: str) -> None:
    with pytest.raises(CommandError, match=says) as refusal:
        run(period, tmp_path / "report.pdf")
    assert refusal.value.returncode == 1
    assert not Report.objects.exists()


def test_a_folder_that_is_not_there_is_refused_before_anything_is_made(council: Council, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        run("2026-10", tmp_path / "nowhere" / "report.pdf")
    assert not Report.objects.exists()


def test_it_makes_the_draft_that_is_open_with_its_words(council: Council, client: Client, tmp_path: Path) -> None:
    client.force_login(council.qa_officer)
    client.post("/reports/start/", {"period": "2026-10"})
    client.post("/reports/REP-2610-1/words/", {"version": 1, "worries": "Plans lack dates."})
    assert run("2026-10", tmp_path / "report.pdf")["ref"] == "REP-2610-1"
    assert "Plans lack dates." in client.get("/reports/REP-2610-1/").content.decode()
