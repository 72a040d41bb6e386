"""Two who write at once: neither loses a word, and whoever is replaced or still typing is not passed over."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from audits.meeting import lifecycle
from audits.models import Audit, Note, ReplacedWords
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.test_meeting_words import SAVED, at_step, text_of
from tests.conftest import NOW
from tests.factories import Council, filled_audit, open_audit

pytestmark = pytest.mark.browser


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


@pytest.fixture
def audit(site: Any, council: Council) -> Audit:
    """In its meeting today, with everything blank."""
    return open_audit(council, at=NOW)


@pytest.mark.parametrize(("ways", "button"), [("pause", "Pause"), ("end", "End")])
def test_a_meeting_is_not_paused_or_ended_over_what_the_other_is_typing(
    browser_page: OpenPage, council: Council, site: Any, ways: str, button: str
) -> None:
    audit = filled_audit(council, at=NOW)
    keyworker, auditor = at_step(browser_page(council.keyworker), audit, "1"), browser_page(council.auditor)
    auditor.goto(f"/audits/{audit.ref}/meeting/{ways}/")
    keyworker.locator("#s1-worried").press_sequentially("Half a", delay=30)
    auditor.get_by_role("button", name=f"{button} the meeting").click()
    expect(auditor.locator(".govuk-error-summary")).to_contain_text(
        "Niamh is typing in “What are we worried about?”. Wait a moment until it is saved"
    )
    axe.check(auditor)
    keyworker.locator("#s1-worried").press_sequentially(" sentence.", delay=30)
    expect(keyworker.locator("#saved")).to_have_text(SAVED)
    auditor.get_by_role("button", name=f"{button} the meeting").click()
    expect(auditor.get_by_role("heading", name="Read it through" if ways == "end" else "paused")).to_be_visible()
    assert text_of(audit, "s1-worried").endswith("Half a sentence.") or "Half a sentence." in text_of(
        audit, "s1-worried"
    )


def test_keeping_both_is_the_first_choice_and_neither_loses_a_word(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    box = page.locator("#s1-needs")
    box.fill("The plan stops in May. ")
    expect(page.locator("#saved")).to_have_text(SAVED)
    box.press("End")
    page.route("**/notes/**", lambda route: route.abort())
    box.press_sequentially("Ask the school.")
    lifecycle.record_note(
        audit,
        by=council.keyworker,
        at=NOW,
        slug="s1-needs",
        text="The plan stops in May. Write it anew.",
        version=Note.objects.get().version,
    )
    page.unroute_all()
    expect(page.locator(".qc-choice")).to_contain_text("Niamh Okonkwo saved this first")
    expect(page.locator(".qc-choice button").first).to_have_text("Keep both")
    axe.check(page)
    page.get_by_role("button", name="Keep both").click()
    expect(box).to_have_value("The plan stops in May. Write it anew.\nAsk the school.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert text_of(audit, "s1-needs") == "The plan stops in May. Write it anew.\nAsk the school."
    assert not ReplacedWords.objects.exists(), "nobody's words were replaced"


def test_whose_words_are_replaced_hears_it_by_name_and_puts_them_back(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.keyworker), audit, "1")
    box = page.locator("#s1-needs")
    box.fill("Write the plan anew.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.locator("#s1-worried").focus()
    other = at_step(browser_page(council.auditor), audit, "1")
    other.locator("#s1-needs").fill("Nothing.")
    expect(other.locator("#saved")).to_have_text(SAVED)
    other.locator("#s1-worried").focus()
    notice = page.locator(".qc-replaced")
    expect(notice).to_contain_text("Tomasz replaced what you wrote")
    expect(notice).to_contain_text("Write the plan anew.")
    expect(page.locator('[data-field="s1-needs"] .qc-replaced')).to_be_visible()
    axe.check(page)
    at_step(page, audit, "2")
    expect(notice).to_contain_text("Tomasz replaced what you wrote in What needs to happen?")
    page.get_by_role("link", name="What needs to happen?").click()
    expect(notice).to_contain_text("Write the plan anew.")
    expect(box).to_have_value("Nothing.")
    page.get_by_role("button", name="Put yours beside Tomasz’s").click()
    expect(box).to_have_value("Write the plan anew.\nNothing.")
    expect(notice).to_have_count(0)
    expect(other.locator("#s1-needs")).to_have_value("Write the plan anew.\nNothing.")
    expect(other.locator(".qc-replaced")).to_have_count(0)
    page.reload()
    expect(notice).to_have_count(0)

    other.locator("#s1-needs").fill("Nothing at all.")
    expect(other.locator("#saved")).to_have_text(SAVED)
    expect(notice).to_be_visible()
    still_on_its_way = "**/replaced/s1-needs/"
    page.route(still_on_its_way, lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="That is fine").click()
    expect(notice).to_have_count(0)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(notice).to_have_count(0)

    page.unroute(still_on_its_way)
    page.evaluate("sessionStorage.clear()")
    page.reload()
    with page.expect_response("**/replaced/s1-needs/"):
        page.get_by_role("button", name="That is fine").click()
    assert not ReplacedWords.objects.exists()


def test_two_tabs_of_one_person_are_told_so(browser_page: OpenPage, council: Council, audit: Audit) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    second = at_step(page.context.new_page(), audit, "1")
    second.locator("#s1-needs").focus()
    page.locator("#s1-needs").fill("In the first tab.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    second.keyboard.type("In the second.")
    expect(second.locator(".qc-choice")).to_contain_text("You saved this in another tab")
    axe.check(second)
    second.get_by_role("button", name="Keep both").click()
    expect(second.locator("#saved")).to_have_text(SAVED)
    assert text_of(audit, "s1-needs") == "In the first tab.\nIn the second."
