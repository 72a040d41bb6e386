"""Two people at one screen: a PIN for each, and how often they sign in in full."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.models import CASE_NUMBER, Judgement
from people.models import TrailEntry
from tests.browser import axe
from tests.browser.conftest import OpenPage, sign_in
from tests.conftest import NOW
from tests.factories import PASSWORD, Council, open_audit

pytestmark = pytest.mark.browser

PINS = {"Tomasz": "5913", "Niamh": "8206"}
REASON = "Nothing was written down since May."


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


def set_pin(page: Page, name: str) -> None:
    """From the meeting's page, and back to its step."""
    axe.follow(page.get_by_role("link", name="Set your own PIN"))
    axe.check(page)
    page.get_by_label("PIN", exact=True).fill(PINS[name])
    page.get_by_role("button", name="Set my PIN").click()
    expect(page.get_by_text("Your PIN is set.")).to_be_visible()


def come_in(page: Page, name: str) -> None:
    """Come in by PIN to the screen that was passed."""
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name}, enter your PIN")
    page.get_by_label("PIN", exact=True).fill(PINS[name])
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#part-grade")).to_be_visible()


def propose(page: Page, grade: str) -> None:
    """Propose a grade with a sentence."""
    panel = page.locator("#part-grade")
    panel.get_by_role("radio", name=grade).first.check()
    panel.get_by_label("Why, in a sentence").fill(REASON)
    panel.get_by_role("button", name="Propose").click()


def test_one_screen_goes_to_and_fro_with_two_full_sign_ins(browser_page: OpenPage, council: Council) -> None:
    """Every standard proposed by both, the screen passed there and back each time; 16 sign-ins without a PIN."""
    audit = open_audit(council, at=NOW)
    numbers = list(audit.judgements.filter(applies=True, number__lt=CASE_NUMBER).values_list("number", flat=True))
    page = browser_page(None)
    sign_in(page, council.auditor.email)
    page.goto(f"/audits/{audit.ref}/meeting/?step={numbers[0]}")
    set_pin(page, "Tomasz")
    for number in numbers:
        page.goto(f"/audits/{audit.ref}/meeting/?step={number}")
        propose(page, "Inadequate")
        expect(page.locator("#part-grade")).to_contain_text("Proposed, hidden")
        page.get_by_role("button", name="Pass it to Niamh").click()
        if number == numbers[0]:
            page.get_by_label("E-mail address").fill(council.keyworker.email)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            set_pin(page, "Niamh")
        else:
            come_in(page, "Niamh")
        assert REASON not in page.content()
        propose(page, "Inadequate")
        expect(page.locator("#part-grade")).to_contain_text("Agreed:")
        following = next((later for later in numbers if later > number), "case")
        page.goto(f"/audits/{audit.ref}/meeting/?step={following}")
        page.get_by_role("button", name="Pass it to Tomasz").click()
        come_in(page, "Tomasz")
    agreed = Judgement.objects.filter(audit=audit, state=Judgement.State.AGREED).count()
    by_pin = TrailEntry.objects.filter(act="audit.pin_used").count()
    full = TrailEntry.objects.filter(act="user.signed_in").count()
    print(f"\nOne screen, {agreed} standards: {full} full sign-ins, {by_pin} by PIN")  # noqa: T201 -- what it is for
    assert (agreed, by_pin, full) == (len(numbers), 2 * len(numbers) - 1, 2)


def test_after_five_wrong_tries_the_way_in_is_a_full_sign_in(browser_page: OpenPage, council: Council) -> None:
    audit = open_audit(council, at=NOW)
    page = browser_page(council.keyworker)
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    set_pin(page, "Niamh")
    page.context.clear_cookies()
    sign_in(page, council.auditor.email)
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    propose(page, "Inadequate")
    expect(page.locator("#part-grade")).to_contain_text("Proposed, hidden")
    page.get_by_role("button", name="Pass it to Niamh").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Niamh, enter your PIN")
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        page.get_by_label("PIN", exact=True).fill("2468")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text(f"That is not the PIN. {left} left.")
    axe.check(page)
    page.get_by_label("PIN", exact=True).fill("2468")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This PIN opens nothing any more")
    axe.check(page)
    page.get_by_role("link", name="Sign in with your password").click()
    page.get_by_label("E-mail address").fill(council.keyworker.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#part-grade .qc-prop").last).to_contain_text("Proposed, hidden")
    assert REASON not in page.content()
