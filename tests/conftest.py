"""What every test may use: the standards, a small council, and a database whose trail can be emptied between tests."""

from __future__ import annotations

import fcntl
import gc
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import OperationalError, connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import TransactionTestCase

from people import council_settings, kept_questions
from reporting.reports.after_panel import AFTER_PANEL
from standards import standard_sets
from standards.models import BankHoliday, StandardSet
from tests.chromium import chromium
from tests.factories import Council
from tests.ground import processes

__all__ = ["chromium"]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
kept_questions.CHECKED = True  # each is built again, and compared
gc.freeze()  # what is imported stays, and most of what a test makes goes by itself: a twelfth of the time
gc.set_threshold(100_000, 50, 100)
FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday in London's winter time; tests pass it in wherever a rule asks for the moment."""


GUARDS = {
    "people_trailentry": ("trail_no_update", "trail_no_delete", "trail_no_change", "trail_no_truncate"),
    "reporting_report": ("report_no_delete", "report_no_truncate"),
    "reporting_edition": ("edition_no_delete", "edition_no_truncate"),
}
"""What refuses a flush, by table."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rounds N`: how often a fault run does the same thing again. `make faults` asks for many."""
    parser.addoption("--rounds", type=int, default=None, help="rounds of each fault run (default: the test's own few)")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What asks no database runs once. Tests of whole processes first: they take longest, and at the end a worker would
    wait for the other's."""

    def has_database(item: pytest.Item) -> bool:
        fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        return bool(fixtures) or item.get_closest_marker("django_db") is not None

    for item in items:
        django = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
        if not (has_database(item) or django or item.get_closest_marker("browser")):
            item.add_marker("once")
    yield
    items.sort(key=has_database)


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """`rounds(3)`: how often to do it, 3 times in the suite and as often as `--rounds` says in a fault run."""
    asked: int | None = request.config.getoption("--rounds")
    return lambda few: few if asked is None else asked


def load_what_the_council_has() -> StandardSet:
    """The standards and the bank holidays, as `load_standards` loads them."""
    loaded, _ = standard_sets.load((FIXTURES / "standards_v7.json").read_bytes())
    if not BankHoliday.objects.exists():
        standard_sets.load_bank_holidays((FIXTURES / "bank_holidays.json").read_bytes())
    return loaded


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, with the standards in it, and a flush that may empty the trail.

    The trail's triggers refuse a flush, as they should. In tests only, a flush drops them first; Django's
    post_migrate signal, which a flush sends, makes them again.
    """
    operations: type[BaseDatabaseOperations] = type(connection.ops)
    plain = operations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Any) -> None:
        off = [
            f"DROP TRIGGER IF EXISTS {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}")
            for table, names in GUARDS.items()
            for name in names
        ]
        for last_try in (False, False, False, True):
            try:
                plain(self, off + list(sql_list))
            except OperationalError:  # a deadlock: the server still answers the last request of a page that is closed
                if last_try:
                    raise
                time.sleep(1)
            else:
                return

    operations.execute_sql_flush = flush  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        load_what_the_council_has()
    yield
    operations.execute_sql_flush = plain  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var folder whose SQLite database is migrated and has the standards: made once for all workers, to be copied."""
    base = tmp_path_factory.getbasetemp()
    ready = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "migrated"
    with ready.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            making = ready.with_suffix(".making")
            for words in (["migrate", "-v0"], ["load_standards", "fixtures/standards_v7.json"]):
                done = processes.manage(*words, var=making, DEBUG="1")
                assert done.returncode == 0, done.stderr
            making.rename(ready)
    return ready


@pytest.fixture
def v7(db: None) -> StandardSet:
    """The standards set. A test that commits (transaction=True) finds the tables empty, so it is loaded again."""
    return StandardSet.objects.filter(slug="v7-1").first() or load_what_the_council_has()


@pytest.fixture
def council(v7: StandardSet) -> Council:
    """A small council: two services, four teams, and one person in each part."""
    return Council.make()


@pytest.fixture
def issued_at_once(council: Council) -> None:
    """A council that issues a month's report without waiting for its panel."""
    issue_at_once(council)


def issue_at_once(council: Council) -> None:
    """Have the council issue a month's report without waiting for its panel."""
    by = council.head_of_qa
    council_settings.change(AFTER_PANEL, by=by, at=NOW, value="no", why="CQAWG meets before the panel.", number=0)
