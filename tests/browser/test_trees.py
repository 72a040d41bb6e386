"""The accessibility tree of the ten main pages, kept as text in `trees/`: what a screen reader is given, in order.

A tree that is meant to be another: delete its file, run this, and read what `git diff` shows. A page without a file is
written down and fails once. Header, menu and footer are kept with My work and the meeting, whose bar is its own.
"""

from __future__ import annotations

import re
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from audits.meeting import grading
from audits.panel import sitting
from people.models import User
from reporting import periods
from reporting.reports import drafting
from tests import factories
from tests.audits.panel.panels import DRAWN, SITTING, Sitters, drawn
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.escalation.build import finalised_audit
from tests.factories import CaseFactory, Council

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).resolve().parent / "trees"
RUNNING = ((r"\b\d\d:\d\d\b", "00:00"), (r"\b50\d{4}\b", "500000"), (r"/\d+/", "/1/"), (r"#c\d+", "#c1"))
"""What is another in each run: the time of day, the number of a case, keys in addresses."""


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


WHOLE = ("work", "meeting")
"""Of these the whole page is kept, of the others its main part."""


def tree_of(page: Page, name: str) -> str:
    """The page as the browser hands it to a screen reader, without what each run makes anew."""
    tree = page.locator("body" if name in WHOLE else "main").aria_snapshot()
    for pattern, instead in RUNNING:
        tree = re.sub(pattern, instead, tree)
    return f"{tree}\n"


def main_pages(council: Council) -> list[tuple[str, User, str]]:
    """A council at work, and of each main page its name, who opens it, and its address."""

    def of_worker(number: int) -> dict[str, Any]:
        return {"number": number, "case": CaseFactory.create(keyworker=council.keyworker)}

    sitters = Sitters.make(council)
    bad, good = finalised_audit(council, grade="inadequate"), finalised_audit(council, grade="good", **of_worker(2))
    panel = drawn(council, sitters)
    sitting.begin_panel(panel, by=council.qa_officer, at=SITTING)
    meeting = factories.open_audit(council, at=NOW, **of_worker(3))
    grading.propose_grade(meeting, 2, by=council.keyworker, at=NOW, grade="good", words="It stands.")
    factories.agree(meeting, 3, "requires_improvement", at=NOW)
    factories.booked_audit(council, **of_worker(4))
    report = drafting.start_draft(period=periods.parse("2026-11"), by=council.qa_officer, at=DRAWN)
    return [
        ("work", council.auditor, "/"),
        ("month", council.qa_officer, "/month/?month=2026-11"),
        ("register", council.qa_officer, "/register/"),
        ("audit", council.keyworker, f"/audits/{bad.ref}/"),
        ("meeting", council.auditor, f"/audits/{meeting.ref}/meeting/?step=2"),
        ("plan", council.auditor, f"/audits/{meeting.ref}/plan/"),
        ("queue", council.head_of_service, "/escalations/"),
        ("action", council.manager, f"/actions/{bad.ref}-1/"),
        ("panel", sitters.emeka, f"/panel/{panel.ref}/{good.ref}/"),
        ("report", council.qa_officer, f"/reports/{report.ref}/"),
    ]


def test_the_trees_of_the_main_pages_are_as_they_are_kept(
    browser_page: OpenPage, council: Council, settings: Any
) -> None:
    settings.TODAY = SITTING.date()
    windows: dict[User, Page] = {}
    wrong: list[str] = []
    for name, person, address in main_pages(council):
        page = windows.get(person) or windows.setdefault(person, browser_page(person))
        page.goto(address)
        page.get_by_role("contentinfo").wait_for()
        file, tree = FOLDER / f"{name}.txt", tree_of(page, name)
        kept = file.read_text() if file.exists() else ""
        if not kept:
            file.write_text(tree)
        wrong += unified_diff(kept.splitlines(), tree.splitlines(), f"{name}, kept", f"{name}, now", n=2, lineterm="")
    assert not wrong, "\n".join(wrong)
