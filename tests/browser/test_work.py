"""My work, the guide, people, history and notices in a browser: accessible at three widths, and by keyboard."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from audits.booking import book as booking_book
from people import notices
from people.models import Membership
from people.roles import Role
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW, TODAY
from tests.escalation.build import agreed_audit, finalised_audit
from tests.factories import MET, PASSWORD, CaseFactory, Council, UserFactory, allocated_audit
from tests.notices import PlainText

pytestmark = pytest.mark.browser


def fill(council: Council) -> None:
    """Enough for every part of the pages to be there."""
    for number, grade in enumerate(("inadequate", "requires_improvement"), 1):
        finalised_audit(council, grade=grade, number=number, case=CaseFactory.create(keyworker=council.keyworker))
    agreed_audit(council, number=3, case=CaseFactory.create(keyworker=council.keyworker))
    today = allocated_audit(council, number=4)
    meets = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    booking_book.book_meeting(today, by=council.auditor, at=MET, meets=meets, place="Room 4")
    notices.notify(to=[council.keyworker], text=PlainText("It is booked", "Please get ready."), key="one", at=NOW)
    Membership.objects.create(user=council.staff, role=Role.ANALYST, starts_on=TODAY, reason="Helps out")


@pytest.mark.parametrize("who", ["qa_officer", "auditor", "head_of_service", "staff"])
def test_my_work_is_accessible(browser_page: OpenPage, council: Council, who: str) -> None:
    fill(council)
    page = browser_page(getattr(council, who))
    page.goto("/")
    expect(page.get_by_role("heading", name="My work", exact=True)).to_be_visible()
    axe.check(page)


def test_the_first_thing_to_do_is_one_keystroke_from_the_list(browser_page: OpenPage, council: Council) -> None:
    fill(council)
    page = browser_page(council.keyworker)
    page.goto("/")
    page.get_by_role("button", name="Get ready").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/audits/QC-2611-004/prepare/")


def test_a_count_leads_to_its_list(browser_page: OpenPage, council: Council) -> None:
    fill(council)
    page = browser_page(council.qa_officer)
    page.goto("/")
    page.get_by_role("link", name="waiting on others").click()
    expect(page).to_have_url("/#others")


@pytest.mark.parametrize(
    "address", ["/standards/", "/standards/4/", "/standards/whole/", "/standards/themes/reviews/", "/notices/"]
)
def test_the_guide_and_the_notices_are_accessible(browser_page: OpenPage, council: Council, address: str) -> None:
    fill(council)
    page = browser_page(council.keyworker)
    page.goto(address)
    expect(page.locator("h1")).to_be_visible()
    axe.check(page)


def test_people_and_history_are_accessible(browser_page: OpenPage, council: Council) -> None:
    fill(council)
    page = browser_page(council.qa_officer)
    for address in ("/people/", f"/people/{council.staff.pk}/", "/history/", "/history/?ref=123"):
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        axe.check(page)


def test_giving_a_role_is_accessible_and_says_what_is_missing(browser_page: OpenPage, council: Council) -> None:
    fill(council)
    page = browser_page(council.administrator)
    page.goto(f"/people/{council.staff.pk}/")
    page.get_by_role("button", name="Give a role").click()
    page.get_by_label("Your password", exact=True).fill(PASSWORD)
    axe.follow(page.get_by_role("button", name="Confirm and go on"))
    axe.check(page)
    page.get_by_role("button", name="Give the role").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    axe.check(page)
    page.get_by_label("Role", exact=True).select_option("analyst")
    page.get_by_label("Why?").fill("Covers for Mei Dunmore")
    page.get_by_label("Day").first.fill("24")
    page.get_by_role("button", name="Give the role").click()
    expect(page.get_by_text("Hamza Tierney is performance analyst from 24 November 2026.")).to_be_visible()


def test_the_guide_prints(browser_page: OpenPage, council: Council) -> None:
    page = browser_page(council.keyworker)
    page.goto("/standards/whole/")
    page.evaluate("window.print = () => { document.title = 'Printing' }")
    page.get_by_role("button", name="Print this page").click()
    expect(page).to_have_title("Printing")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print this page")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Menu")).to_be_hidden()
    expect(page.get_by_text("Where to look").first).to_be_visible()


def test_setting_a_council_up_is_accessible(browser_page: OpenPage, council: Council) -> None:
    UserFactory.create(job_title="Practice Manager")
    page = browser_page(council.administrator)
    for address in ("/start/", "/start/mail/aside/", "/people/welcome/", "/settings/titles/", "/register/import/"):
        page.goto(address)
        axe.check(page)
    page.goto("/start/")
    page.get_by_role("button", name="Send me a test mail").click()
    page.get_by_role("button", name="Yes, it came").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe.check(page)
