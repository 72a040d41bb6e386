"""The QA Officer's month in a real browser: the monthly selection counted in clicks and pages, board and reminding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from audits.models import Draw, Reminder
from people.models import Notice
from people.roles import Role
from tests.audits.plan.plans import planned
from tests.audits.register.extracts import as_csv, line
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.factories import CaseFactory, Council, UserFactory, allocated_audit

pytestmark = pytest.mark.browser
MOST_CLICKS, MOST_PAGES = 14, 8


@dataclass
class Hand:
    """Clicks and the pages they led over, counted: a choice of a file or of a radio is a click as well."""

    page: Page
    clicks: int = 0
    pages: set[str] = field(default_factory=set)

    def does(self, act: Callable[[], object]) -> None:
        """Count what one hand does, and the page it leads to."""
        self.pages.add(urlsplit(self.page.url).path)
        act()
        self.page.wait_for_load_state()
        self.clicks += 1
        self.pages.add(urlsplit(self.page.url).path)

    def click(self, target: Locator) -> None:
        """A click."""
        self.does(target.click)


def test_the_monthly_selection_takes_few_clicks_and_pages(
    browser_page: OpenPage, council: Council, capsys: pytest.CaptureFixture[str]
) -> None:
    UserFactory.create_batch(3, roles=(Role.AUDITOR,))
    planned(council, planned=3)
    extract = as_csv(line(council.case.person_id), *(line(str(700000 + number)) for number in range(8)))
    page = browser_page(council.qa_officer)
    page.goto("/")
    hand, named = Hand(page), page.get_by_role
    hand.click(named("link", name="Register", exact=True))
    hand.click(named("button", name="Import an extract"))
    hand.click(page.get_by_label("Cases", exact=True))
    file = {"name": "cases.csv", "mimeType": "text/csv", "buffer": extract}
    hand.does(lambda: page.get_by_label("The extract").set_input_files(file))  # type: ignore[arg-type]
    hand.click(named("button", name="Look at what it would change"))
    hand.click(named("button", name="Apply").first)
    expect(named("heading", name="Applied").first).to_be_visible()
    hand.click(named("link", name="Month", exact=True))
    hand.click(named("link", name="Draws", exact=True))
    hand.click(named("button", name="Show the numbers first"))
    hand.click(named("button", name="Draw 3 cases"))
    expect(page.get_by_text("2. Look: nothing is sent yet")).to_be_visible()
    assert not Notice.objects.filter(key__contains=":sent:").exists()
    axe.check(page)
    hand.click(named("button", name="Send to"))
    expect(page.get_by_text("You have a minute to take it back.")).to_be_visible()
    axe.check(page)
    assert Draw.objects.get().sent is not None
    with capsys.disabled():
        print(f"\nThe monthly selection: {hand.clicks} clicks, {len(hand.pages)} pages")  # noqa: T201
    assert hand.clicks <= MOST_CLICKS
    assert len(hand.pages) <= MOST_PAGES, hand.pages


def test_the_board_is_accessible_and_reminds_those_ticked(browser_page: OpenPage, council: Council) -> None:
    for number in range(1, 4):
        allocated_audit(council, number=number, case=CaseFactory.create(keyworker=council.keyworker))
    page = browser_page(council.qa_officer)
    for address in ("/month/calendar/", "/calendar/", "/find/", "/notices/", "/month/"):
        page.goto(address)
        axe.check(page)
    page.get_by_role("link", name="Tick the 3 late").click()
    page.get_by_role("checkbox", name="Tick QC-2611-002").uncheck()
    page.get_by_role("button", name="Remind those ticked").click()
    expect(page.get_by_role("heading", name="2 reminders: nothing is sent yet")).to_be_visible()
    axe.check(page)
    page.get_by_label("A note from you").fill("Before the schools go back, please.")
    page.get_by_role("button", name="Send 2 reminders").click()
    expect(page.get_by_text("2 reminders to Tomasz Adeyemi.")).to_be_visible()
    assert Reminder.objects.count() == 2
    page.get_by_role("button", name="Take the reminders back").click()
    expect(page.get_by_text("2 reminders are taken back. Nothing was sent.")).to_be_visible()
    page.get_by_role("searchbox", name="Find an audit, a case or a person").fill("QC-2611-003")
    page.get_by_role("button", name="Find").click()
    expect(page).to_have_url(f"{page.url.split('/audits')[0]}/audits/QC-2611-003/")
