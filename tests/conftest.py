"""What every test may use: the standards, a small council, and a database whose trail can be emptied between tests."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.test import TransactionTestCase
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from people import council_settings, kept_questions
from reporting.reports.after_panel import AFTER_PANEL
from standards import standard_sets
from standards.models import BankHoliday, StandardSet
from tests.chromium import chromium
from tests.factories import Council
from tests.ground import emptying, one_database, processes
from tests.ground.page_tests import opens_pages

__all__ = ["chromium"]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
kept_questions.CHECKED = True  # each is built again, and compared
gc.freeze()  # what is imported stays, and most of what a test makes goes by itself: a twelfth of the time
gc.set_threshold(100_000, 50, 100)
TOGETHER = (
    "tests/faults/test_import_faults.py",
    "tests/faults/test_sweep_faults.py",
    "tests/ground/test_stack.py",
    "tests/ground/test_worker_silence.py",
)
"""Whose tests share what takes long to start, so that one worker has them all."""
FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday in London's winter time; tests pass it in wherever a rule asks for the moment."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rounds N`: how often a fault run does the same thing again. `make faults` asks for many."""
    parser.addoption("--rounds", type=int, default=None, help="rounds of each fault run (default: the test's own few)")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What asks no database runs once, and so does what opens pages. What takes long begins first: at the end a worker
    would wait for the other's."""

    def has_database(item: pytest.Item) -> bool:
        fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        return bool(fixtures) or item.get_closest_marker("django_db") is not None

    for item in items:
        django = issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
        if not (has_database(item) or django or item.get_closest_marker("browser")):
            item.add_marker("once")
        elif opens_pages(item) and not item.get_closest_marker("engines"):
            item.add_marker("pages")
    yield
    items.sort(key=has_database)
    items.sort(key=lambda item: (in_a_browser(item), item.get_closest_marker("long") is None))


def in_a_browser(item: pytest.Item) -> bool:
    """Last: such a test commits, and the tests after it have to load the standards again."""
    return item.get_closest_marker("browser") is not None


class ByStart(LoadScopeScheduling):
    """Each worker takes the next test when it has done one; those of a file in `TOGETHER` are taken as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Which worker runs what: `--dist` chooses among ways that share out by file or by test alone."""
    return ByStart(config, log)


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
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, django_db_keepdb: bool) -> None:
    """Workers copy one database, so that it has one name; of databases kept for the next time each has its own."""
    if django_db_keepdb:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_blocker: Any,
    together: Path,
) -> Iterator[None]:
    """The test database, with the standards in it, and a flush that may empty the trail."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    if django_db_keepdb:
        request.getfixturevalue("django_db_setup")  # the one of pytest-django, before which this one stands
    with django_db_blocker.unblock():
        if django_db_keepdb:
            load_what_the_council_has()
        else:
            one_database.take_copy(worker, users=together / "database", fill=load_what_the_council_has)
    with emptying.guards_stand_aside(type(connection.ops)):
        yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            one_database.give_back(worker, users=together / "database")


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, django_db_keepdb: bool, together: Path) -> Path:
    """A var folder whose SQLite database is migrated and has the standards: made once for all workers, to be copied."""
    ready, making = together / "migrated", together / "migrated.making"
    there_already = connection.vendor == "sqlite" and not django_db_keepdb
    if there_already:
        request.getfixturevalue("django_db_setup")
    with one_database.alone(ready):
        if ready.exists():
            return ready
        if there_already:
            making.mkdir()
            shutil.copy(one_database.name_of_whole(), making / "db.sqlite3")
        for words in [] if there_already else (["migrate", "-v0"], ["load_standards", "fixtures/standards_v7.json"]):
            done = processes.manage(*words, var=making, DEBUG="1")
            assert done.returncode == 0, done.stderr
        return making.rename(ready)


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
