"""The suite's own arithmetic: what it says last is what happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests import run, two_worlds
from tests.ground.page_tests import names_client

pytestmark = pytest.mark.once

SUITE = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def report(folder: Path, name: str, *counts: int) -> Path:
    file = folder / f"{name}.xml"
    file.write_text(SUITE.format(*counts))
    return file


def test_both_runs_are_summed(tmp_path: Path) -> None:
    tally = run.Tally()
    tally.add(report(tmp_path, "SQLite", 10, 1, 1, 2))
    tally.add(report(tmp_path, "PostgreSQL", 5, 0, 0, 0))
    assert tally.line() == "11 passed, 2 failed, 2 skipped"


def test_a_run_without_a_test_is_a_failure(tmp_path: Path) -> None:
    tally = run.Tally()
    tally.add(report(tmp_path, "SQLite", 0, 0, 0, 0))
    tally.add(tmp_path / "never written.xml")
    assert tally.line() == "0 passed, 2 failed, 0 skipped"
    assert tally.short == ["SQLite: no test ran", "never written: no test ran"]


def test_a_check_that_falls_short_is_a_failure(tmp_path: Path) -> None:
    tally = run.Tally(short=["types"])
    tally.add(report(tmp_path, "SQLite", 3, 0, 0, 0))
    assert tally.line() == "3 passed, 1 failed, 0 skipped"


def test_the_tests_see_nothing_of_the_callers_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    monkeypatch.setenv("DEMO", "1")
    seen = run.clean(DEBUG="1")
    assert set(seen) <= {"PATH", "HOME", "LANG", "PYTHONUNBUFFERED", "ENV_FILE", "DEBUG"}


def signs_in() -> Client:
    return Client()


class Browser:
    """A class of the tests that opens pages."""

    def begin(self) -> object:
        return [signs_in() for _ in range(1)]


def test_what_opens_pages_is_known_at_whatever_remove() -> None:
    def by_a_function_inside() -> object:
        return (lambda: Browser().begin())()

    def by_a_module() -> object:
        return two_worlds.seen_by

    def a_rule() -> object:
        return two_worlds.TOKEN, run.clean

    assert [names_client(each) for each in (signs_in, Browser, by_a_function_inside, by_a_module)] == [True] * 4
    assert not names_client(a_rule)
