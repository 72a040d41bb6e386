"""Forms that are kept as one types: what is typed last is never lost, and called kept only once the server has it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.models import Audit, Ballot, PlanDraft
from audits.panel import sitting
from tests.audits.panel.panels import SITTING, Sitters, drawn, final, revealed
from tests.browser.conftest import NO_FAULT, OpenPage, comes_to
from tests.conftest import NOW
from tests.factories import Council, open_audit

pytestmark = pytest.mark.browser

STORED = "JSON.stringify(Object.entries(sessionStorage))"
LONG = "He was seen on his own. " * 417
"""10,008 characters: eight more than a box takes."""


@pytest.fixture
def no_fault() -> tuple[str, ...]:
    """Drafts are sent into a lost line here, cut off by a reload, and refused as too long."""
    refused = "Response Status Error Code 422 from /audits/"
    return (*NO_FAULT, "htmx:afterRequest", "htmx:sendError", "htmx:sendAbort", refused)


@pytest.fixture
def audit(site: Any, council: Council) -> Audit:
    """In its meeting today, with everything blank."""
    return open_audit(council, at=NOW)


def draft() -> str:
    """What the server has of the action that is being written."""
    return PlanDraft.objects.get().what


def wait_until_sent(page: Page, word: str) -> None:
    """Wait until the tab keeps the word no more: the server has it."""
    for _ in range(200):
        if word not in page.evaluate(STORED):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"“{word}” is still kept in the tab")


def test_an_action_half_typed_is_there_after_a_reload_a_link_and_a_lost_line(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/plan/")
    box, kept = page.get_by_label("What will be done?"), page.locator("#reading .qc-saved")
    box.press_sequentially("Bring the chronology")
    page.reload()
    expect(box).to_have_value("Bring the chronology")
    expect(kept).to_contain_text("Kept")
    wait_until_sent(page, "chronology")
    assert PlanDraft.objects.get().what == "Bring the chronology"

    page.route("**/plan/check/**", lambda route: route.abort())
    box.press("End")
    box.press_sequentially(" up to date")
    expect(kept).to_have_text("Not saved. Your words are kept in this tab.")
    page.get_by_role("link", name="Back to the meeting").click()
    expect(page.locator("#kept textarea")).to_have_value("Bring the chronology up to date")
    page.unroute_all()
    page.get_by_role("link", name="Go to its box").click()
    expect(box).to_have_value("Bring the chronology up to date")
    expect(kept).to_contain_text("Kept")
    wait_until_sent(page, "to date")
    assert PlanDraft.objects.get().what == "Bring the chronology up to date"
    page.get_by_role("button", name="Clear what I typed").click()
    expect(box).to_have_value("")
    assert "chronology" not in page.evaluate(STORED)


def test_an_action_is_called_kept_only_once_the_server_has_it(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/plan/")
    box, kept = page.get_by_label("What will be done?"), page.locator("#reading .qc-saved")
    box.fill("Bring the chronology")
    expect(kept).to_contain_text("Kept")
    box.press("End")
    box.press_sequentially(" up")
    expect(kept).to_have_text("Not saved yet.")
    expect(kept).to_contain_text("Kept")
    comes_to("Bring the chronology up", draft)
    page.get_by_label("How will we know it is done?").fill(LONG)
    box.fill("Bring the genogram up to date")
    expect(page.locator("#qc-problem")).to_contain_text("10,008 characters")
    comes_to("Bring the genogram up to date", draft)  # one box that is too long stops no other
    page.reload()
    expect(page.get_by_label("How will we know it is done?")).to_have_value(LONG)


def test_what_a_member_of_the_panel_types_is_kept_as_they_type_and_after_a_reload(
    browser_page: OpenPage, council: Council, site: Any, settings: Any
) -> None:
    settings.TODAY = SITTING.date()
    sitters = Sitters.make(council)
    audit = final(council, 1)
    panel = drawn(council, sitters)
    sitting.begin_panel(panel, by=council.qa_officer, at=SITTING)
    page = browser_page(sitters.emeka)
    page.goto(f"/panel/{panel.ref}/{audit.ref}/")
    box, kept = page.get_by_label("Anything to bring to the table"), page.locator("#ballot-saved")
    box.press_sequentially("The father")
    expect(kept).to_contain_text("Saved")
    wait_until_sent(page, "father")
    assert Ballot.objects.get().words == "The father"
    box.press_sequentially(" is not in it.")
    page.reload()
    expect(box).to_have_value("The father is not in it.")
    wait_until_sent(page, "father")
    assert Ballot.objects.get().words == "The father is not in it."
    box.fill("The father and the school.")
    page.get_by_role("button", name="Save, and finish later").click()
    expect(page.get_by_text("Finish when you are ready")).to_be_visible()
    expect(box).to_have_value("The father and the school.")
    assert Ballot.objects.get().words == "The father and the school."


def test_what_the_panel_decides_is_kept_as_it_is_typed(
    browser_page: OpenPage, council: Council, site: Any, settings: Any
) -> None:
    settings.TODAY = SITTING.date()
    sitters = Sitters.make(council)
    audit = final(council, 1)
    panel = drawn(council, sitters)
    revealed(council, sitters, audit)
    page = browser_page(council.head_of_qa)
    page.goto(f"/panel/{panel.ref}/{audit.ref}/")
    box = page.locator("textarea").first
    box.press_sequentially("Warm, and too quick")
    page.reload()
    expect(box).to_have_value("Warm, and too quick")
    expect(page.locator("#decision-saved")).to_contain_text("Nothing is decided yet")
    page.goto("/help/")
    page.goto(f"/panel/{panel.ref}/{audit.ref}/")
    expect(box).to_have_value("Warm, and too quick")
    assert "Warm" not in page.evaluate(STORED)
