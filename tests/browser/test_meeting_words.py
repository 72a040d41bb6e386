"""Words of a refused save: whatever link, step or button is pressed, they are kept, shown and put back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from audits.meeting import lifecycle, pause
from audits.models import Audit, Mark, Note, Proposal
from tests.browser import axe
from tests.browser.conftest import OpenPage, comes_to, sign_in
from tests.conftest import NOW
from tests.factories import Council, filled_audit, open_audit

pytestmark = pytest.mark.browser

SAVED = re.compile(r"^Saved \d\d:\d\d$")
STORED = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])"
LONG = "He was seen on his own. " * 417
"""10,008 characters: eight more than a box takes."""


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


@pytest.fixture
def audit(site: Any, council: Council) -> Audit:
    """In its meeting today, with everything blank."""
    return open_audit(council, at=NOW)


def at_step(page: Page, audit: Audit, step: str) -> Page:
    """Open one step of the meeting."""
    page.goto(f"/audits/{audit.ref}/meeting/?step={step}")
    return page


def text_of(audit: Audit, slug: str) -> str:
    """What is saved in a box."""
    note = Note.objects.filter(audit=audit, slug=slug).first()
    return note.text if note else ""


def kept_words(page: Page) -> Locator:
    """The boxes of the notice that shows what is kept."""
    return page.locator("#kept textarea")


def write_too_much(page: Page) -> Locator:
    """Paste more than a box takes into "What needs to happen?"."""
    box = page.locator("#s1-needs")
    box.fill(LONG)
    expect(page.locator(".qc-choice")).to_contain_text("10,008 characters, and one box takes 10,000")
    return box


def test_words_typed_while_the_other_pauses_come_back_when_the_meeting_goes_on(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.keyworker), audit, "1")
    box = page.locator("#s1-worried")
    box.fill("First half.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    pause.pause_meeting(audit, by=council.auditor, at=NOW, meets=None)
    expect(page.locator(".qc-over")).to_be_visible()
    box.press("End")
    box.press_sequentially(" Second half.")
    expect(page.locator("#saved")).to_contain_text("Not saved. Your words are kept.")
    page.get_by_role("link", name="Go on from here").click()

    expect(page.locator("h1")).to_have_text("The meeting is paused")
    expect(kept_words(page)).to_have_value("First half. Second half.")
    axe.check(page)
    assert text_of(audit, "s1-worried") == "First half."
    page.get_by_role("button", name="Take the meeting up again").click()
    expect(box).to_have_value("First half. Second half.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    expect(kept_words(page)).to_have_count(0)
    assert text_of(audit, "s1-worried") == "First half. Second half."
    assert "half" not in page.evaluate(STORED)


def test_words_typed_while_the_other_ends_are_shown_on_the_page_to_sign(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = filled_audit(council, at=NOW)
    page = at_step(browser_page(council.keyworker), audit, "1")
    lifecycle.end_meeting(audit, by=council.auditor, at=NOW)
    page.locator("#s1-worried").fill("The end of my sentence.")
    page.get_by_role("link", name="Go on from here").click()

    page.wait_for_url("**/sign/")
    expect(kept_words(page)).to_have_value("The end of my sentence.")
    axe.check(page)
    page.reload()
    expect(kept_words(page)).to_have_value("The end of my sentence.")
    page.goto("/")
    expect(kept_words(page)).to_have_value("The end of my sentence.")
    page.get_by_role("button", name="Throw it away").click()
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(kept_words(page)).to_have_count(0)


def test_words_that_are_too_long_survive_steps_links_and_a_reload_and_stop_nothing_else(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/notes/s1-needs/" in request.url else None)
    box = write_too_much(page)
    page.locator("#s1-worried").fill("Nobody asked him.")
    page.locator(".qc-point").first.get_by_role("radio", name="Partly").check()
    expect(page.locator("#part-mirror")).to_contain_text("1 partly")
    comes_to("Nobody asked him.", text_of, audit, "s1-worried")
    assert sent == [], "what the page knows to be too long is not sent"

    page.locator('#part-steps a[href$="step=6"]').click()
    page.wait_for_url("**step=6")
    expect(kept_words(page)).to_have_value(LONG)
    page.locator('#part-steps a[href$="/plan/"]').click()
    expect(kept_words(page)).to_have_value(LONG)
    page.go_back()
    page.get_by_role("link", name="Go to its box").click()
    page.wait_for_url("**step=1#s1-needs")
    expect(box).to_have_value(LONG)
    page.reload()
    expect(box).to_have_value(LONG)
    expect(page.locator(".qc-choice")).to_contain_text("Shorten it")
    page.locator("#saved").get_by_role("link", name="Go to “What needs to happen?”").click()
    expect(box).to_be_focused()
    axe.check(page)
    box.fill("Ask him.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    expect(page.locator(".qc-choice")).to_have_count(0)
    assert text_of(audit, "s1-needs") == "Ask him."


def test_a_box_takes_ten_thousand_characters_of_any_alphabet(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    for text in ("অ" * 9_990, "🙂" * 9_990):
        page.locator("#s1-needs").fill(text)
        expect(page.locator("#saved")).to_have_text(SAVED)
        assert text_of(audit, "s1-needs") == text


def test_a_button_that_cannot_act_says_so_and_leads_to_the_box(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    box = write_too_much(page)
    page.get_by_role("radio", name=re.compile("^Good")).first.check()
    page.get_by_label("Why, in a sentence").first.fill("Strong.")
    page.locator("#part-grade").get_by_role("button", name=re.compile("^Propose")).first.click()
    expect(page.locator("#grade-problem")).to_contain_text("Not sent: something on this page is not saved.")
    axe.check(page)
    page.locator("#grade-problem").get_by_role("link").click()
    expect(box).to_be_focused()

    page.locator('#part-steps a[href$="step=2"]').click()
    page.wait_for_url("**step=2")
    expect(kept_words(page)).to_have_count(2)
    at_step(page, audit, "1")
    expect(page.get_by_label("Why, in a sentence").first).to_have_value("Strong.")
    expect(page.locator(".qc-unsent")).to_contain_text("Not sent yet")
    expect(page.get_by_role("radio", name=re.compile("^Good")).first).to_be_checked()
    box.fill("Ask him.")
    page.locator("#part-grade").get_by_role("button", name=re.compile("^Propose")).first.click()
    expect(page.locator("#part-grade")).to_contain_text("Proposed, hidden")
    assert "Strong" not in page.evaluate(STORED)


def test_before_the_screen_is_passed_on_one_is_asked_and_nothing_stays_for_the_next_person(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    box = write_too_much(page)
    page.get_by_label("Why, in a sentence").first.fill("Strong.")
    page.get_by_role("button", name="Pass it to Niamh").click()
    axe.check(page)
    page.get_by_role("dialog").get_by_role("button", name="Stay here").click()
    expect(box).to_have_value(LONG)
    page.get_by_role("button", name="Pass it to Niamh").click()
    page.get_by_role("dialog").get_by_role("button", name="Throw them away and pass it to Niamh").click()
    page.get_by_label("E-mail address").wait_for()
    for word in ("seen on his own", "Strong."):
        assert word not in page.content()
        assert word not in page.evaluate(STORED)
    sign_in(page, council.keyworker.email)
    at_step(page, audit, "1")
    expect(box).to_have_value("")
    expect(kept_words(page)).to_have_count(0)


def test_signed_out_one_comes_back_by_the_page_to_sign_in_and_the_words_are_there(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    page.context.clear_cookies()
    page.locator("#s1-worried").fill("Typed while signed out.")
    expect(page.locator("#saved")).to_contain_text("Signed out")
    page.locator('#part-steps a[href$="step=2"]').click()
    page.get_by_label("E-mail address").wait_for()
    sign_in(page, council.auditor.email)
    page.get_by_role("link", name="Go to its box").click()
    expect(page.locator("#s1-worried")).to_have_value("Typed while signed out.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert text_of(audit, "s1-worried") == "Typed while signed out."


def test_signing_out_leaves_nothing_and_says_so_first(browser_page: OpenPage, council: Council, audit: Audit) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    write_too_much(page)
    page.get_by_role("button", name="Sign out", exact=True).click()
    axe.check(page)
    page.get_by_role("dialog").get_by_role("button", name="Throw them away and sign out").click()
    page.get_by_role("heading", name="Sign").first.wait_for()
    assert "seen on his own" not in page.evaluate(STORED)
    sign_in(page, council.auditor.email)
    expect(page.locator("h1")).to_be_visible()
    expect(kept_words(page)).to_have_count(0)


def test_words_put_back_over_what_another_saved_meanwhile_ask_for_a_choice(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    page.route("**/notes/**", lambda route: route.abort())
    page.locator("#s1-needs").fill("Mine.")
    expect(page.locator("#saved")).to_contain_text("Not saved, trying")
    page.goto("/help/")
    lifecycle.record_note(audit, by=council.keyworker, at=NOW, slug="s1-needs", text="Theirs.", version=0)
    page.unroute_all()
    at_step(page, audit, "1")
    expect(page.locator(".qc-choice")).to_contain_text("Niamh Okonkwo saved this first")
    expect(page.locator(".qc-choice blockquote")).to_have_text("Theirs.")
    expect(page.locator("#s1-needs")).to_have_value("Mine.")
    assert text_of(audit, "s1-needs") == "Theirs."
    page.reload()
    expect(page.locator(".qc-choice blockquote")).to_have_text("Theirs.")
    page.get_by_role("button", name="Only Niamh’s").click()
    expect(page.locator("#s1-needs")).to_have_value("Theirs.")
    assert "Mine" not in page.evaluate(STORED)


@pytest.mark.parametrize("answer", [0, 413, 404, 500])
def test_one_field_that_fails_does_not_stop_the_others(
    browser_page: OpenPage, council: Council, audit: Audit, answer: int
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    page.route("**/notes/s1-needs/", lambda route: route.fulfill(status=answer) if answer else route.abort())
    page.locator("#s1-needs").fill("This one fails.")
    page.locator("#s1-needs").blur()
    page.locator("#s1-worried").fill("Nobody asked him.")
    page.locator("#s1-worried").blur()
    page.locator(".qc-point").first.get_by_role("radio", name="Partly").check()
    expect(page.locator("#part-mirror")).to_contain_text("1 partly")
    comes_to("Nobody asked him.", text_of, audit, "s1-worried")
    expect(page.locator("#saved")).to_contain_text("Not saved")
    page.unroute_all()
    page.locator("#s1-needs").fill("This one is saved in the end.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert text_of(audit, "s1-needs") == "This one is saved in the end."


def test_typing_without_a_rest_is_saved_every_three_seconds(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/notes/s1-worried/" in request.url else None)
    page.locator("#s1-worried").press_sequentially("word " * 12, delay=80)
    assert sent, "while it is being typed"
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert text_of(audit, "s1-worried") == "word " * 12


def test_what_one_does_not_agree_with_survives_a_reopening(browser_page: OpenPage, council: Council, site: Any) -> None:
    audit = filled_audit(council, at=NOW)
    lifecycle.end_meeting(audit, by=council.auditor, at=NOW)
    page = browser_page(council.keyworker)
    page.goto(f"/audits/{audit.ref}/sign/")
    page.get_by_role("radio", name="I have seen it and do not agree").check()
    box = page.get_by_label("If you do not agree, say with what")
    box.fill("The visits are not all written down.")
    page.get_by_role("link", name="Back to the audit").click()
    expect(kept_words(page)).to_have_value("The visits are not all written down.")
    page.go_back()
    expect(box).to_have_value("The visits are not all written down.")
    lifecycle.reopen_meeting(audit, by=council.auditor, at=NOW, why="One more thing.")
    page.get_by_role("button", name="Sign as Niamh Okonkwo").click()

    expect(page.locator("h1")).to_have_text("Not signed")
    expect(box).to_have_value("The visits are not all written down.")
    axe.check(page)
    page.get_by_role("link", name="Go to the meeting").click()
    expect(kept_words(page)).to_have_value("The visits are not all written down.")
    audit.refresh_from_db()
    lifecycle.end_meeting(audit, by=council.auditor, at=NOW)
    page.goto(f"/audits/{audit.ref}/sign/")
    expect(box).to_have_value("The visits are not all written down.")
    expect(page.get_by_role("radio", name="I have seen it and do not agree")).to_be_checked()
    page.get_by_role("button", name="Sign as Niamh Okonkwo").click()
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()
    assert "visits" not in page.evaluate(STORED)
    assert audit.signatures.get(voided_at=None).words == "The visits are not all written down."


def test_before_the_tab_is_closed_the_browser_asks(browser_page: OpenPage, council: Council, audit: Audit) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    write_too_much(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    page.locator('#part-steps a[href$="step=2"]').click()
    page.wait_for_url("**step=2")
    assert asked == ["beforeunload"], "the page's own links lead on"


def test_without_scripts_a_proposal_carries_marks_and_notes_with_it(
    browser_page: OpenPage, council: Council, audit: Audit
) -> None:
    page = at_step(browser_page(council.auditor, javascript=False), audit, "1")
    page.locator(".qc-point").first.get_by_role("radio", name="Partly").check()
    page.locator("#s1-worried").fill("Nobody asked him.")
    page.get_by_label("Why, in a sentence").first.fill("Strong.")
    page.get_by_role("button", name="Save marks and notes").click()
    expect(page.get_by_text("Your grade is not proposed yet.")).to_be_visible()
    expect(page.get_by_label("Why, in a sentence").first).to_have_value("Strong.")
    page.locator("#s1-needs").fill("Ask him.")
    page.get_by_role("radio", name=re.compile("^Good")).first.check()
    page.locator("#part-grade").get_by_role("button", name=re.compile("^Propose")).first.click()
    expect(page.locator("#part-grade")).to_contain_text("Proposed, hidden")
    assert (text_of(audit, "s1-worried"), text_of(audit, "s1-needs")) == ("Nobody asked him.", "Ask him.")
    assert Mark.objects.get(audit=audit).value == "partly"
    proposal = Proposal.objects.get()
    assert (proposal.grade, proposal.words) == ("good", "Strong.")

    page.locator("#s1-needs").fill(LONG)
    page.locator("#part-grade summary").first.click()
    page.get_by_label("Why, in a sentence").first.fill("Very strong.")
    page.get_by_role("button", name="Change my proposal").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("10,008 characters")
    expect(page.locator("#s1-needs")).to_have_value(LONG)
    proposal.refresh_from_db()
    assert proposal.words == "Strong."


def test_near_its_end_a_box_counts_as_one_types(browser_page: OpenPage, council: Council, audit: Audit) -> None:
    page = at_step(browser_page(council.auditor), audit, "1")
    box = page.locator("#s1-needs")
    box.fill("x" * 8_999)
    expect(page.locator(".qc-count")).to_have_count(0)
    box.fill("x" * 9_001)
    expect(page.locator(".qc-count")).to_have_text("9,001 of 10,000 characters")
    box.fill("x" * 10_001)
    expect(page.locator(".qc-count--over")).to_have_text("10,001 of 10,000 characters")
