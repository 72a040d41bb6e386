"""A whole audit in two windows, from opening it to two signatures: by keys alone, by touch, and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from audits.booking import book
from audits.form_boxes import boxes_of
from audits.meeting import lifecycle
from audits.models import CASE_NUMBER, Audit, slug_of
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.hands import Hand, Keys, Plain, Touch
from tests.conftest import NOW
from tests.factories import Council, agree, booked_audit, say_why

pytestmark = [pytest.mark.browser, pytest.mark.long]

DIFFER = 2
"""The standard on which the two differ, and come to Requires improvement."""
ACTION = {
    "What will be done?": "Bring the chronology up to date from May to today",
    "How will we know it is done?": "The chronology has an entry for each event since May",
    "What will be better for the child?": "His carers understand what the move meant",
    "What does the owner need": "Half a day without duty, agreed",
}


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


@pytest.mark.parametrize("way", [Keys, Touch, Plain], ids=["keys", "touch", "no scripts"])
def test_a_whole_audit(browser_page: OpenPage, council: Council, way: type[Hand], rounds: Callable[[int], int]) -> None:
    """`--rounds 8` takes every standard through the windows; in the suite two and the case, the rest by the rules."""
    audit = booked_audit(council)
    book.confirm_file_checked(audit, by=council.keyworker, at=NOW)
    auditor, keyworker = (
        way(browser_page(person, javascript=way.scripts, touch=way is Touch))
        for person in (council.auditor, council.keyworker)
    )
    auditor.page.goto(f"/audits/{audit.ref}/")
    auditor.press(auditor.page.get_by_role("button", name="Go to the meeting"))
    auditor.press(auditor.page.get_by_role("button", name="Open the meeting"))
    expect(auditor.page.get_by_role("heading", level=1)).to_have_text("Case description and history")
    keyworker.page.goto(f"/audits/{audit.ref}/meeting/")
    for number in (*range(1, 8), CASE_NUMBER):
        if number <= rounds(2) or number == CASE_NUMBER:
            grade(auditor, keyworker, audit, number)
        else:
            by_the_rules(audit, number)
    fill_in(keyworker, audit)
    plan(auditor, audit)
    end_and_sign(auditor, keyworker, audit)
    audit.refresh_from_db()
    assert (audit.state, audit.grade, audit.signatures.count()) == ("finalised", "good", 2)
    assert audit.judgements.get(number=DIFFER).grade == "requires_improvement"
    assert audit.actions.get().owner == council.manager


def go(hand: Hand, audit: Audit, step: str) -> None:
    """Another step, by its link among the steps."""
    link = hand.page.locator(f'#part-steps a[href*="meeting/?step="][href$="?step={step}"]')
    if link.get_attribute("aria-current") != "step":
        press_step(hand, link)
        hand.page.wait_for_url(f"**step={step}*")
    hand.arrive(step)


def press_step(hand: Hand, link: Locator) -> None:
    """A link among the steps, which are folded to one line on a tablet."""
    fold = hand.page.locator(".qc-steps .qc-fold > summary")
    if fold.is_visible() and not link.is_visible():
        hand.press(fold)
    hand.press(link)


def grade(auditor: Hand, keyworker: Hand, audit: Audit, number: int) -> None:
    """Mark a point, write a note, propose unseen, and come to one grade."""
    for hand in (auditor, keyworker):
        go(hand, audit, slug_of(number))
    if number != CASE_NUMBER:
        auditor.mark(0, "Partly" if number == DIFFER else "Evidenced")
    auditor.write(auditor.page.get_by_label("What is working well?"), f"Visits are on time ({number}).")
    auditor.saved()
    propose(auditor, "Requires improvement" if number == DIFFER else "Good", "As the record shows.")
    keyworker.look_again()
    expect(keyworker.page.locator("#part-grade .qc-prop").last).to_contain_text("Proposed, hidden")
    propose(keyworker, "Good", "As we saw together.")
    auditor.look_again()
    if number == DIFFER:
        expect(auditor.page.locator("#part-grade")).to_contain_text("You are one grade apart")
        expect(auditor.page.locator(".qc-talk dt")).to_have_text(["Good says", "Requires improvement says"])
        auditor.pick(choice(auditor, "Requires improvement"))
        auditor.press(auditor.page.get_by_role("button", name=re.compile("^Ask Niamh to confirm")))
        expect(auditor.page.locator("#part-grade")).to_contain_text("Niamh has to confirm")
        keyworker.look_again()
        expect(keyworker.page).to_have_title(re.compile(r"^\(1\) "))
        keyworker.press(keyworker.page.get_by_role("button", name="Confirm Requires improvement"))
        expect(keyworker.page.locator("#part-grade")).to_contain_text("Agreed:")
        expect(keyworker.page).to_have_title(re.compile(r"^[^(]"))
        auditor.look_again()
    expect(auditor.page.locator("#part-grade")).to_contain_text("Agreed:")


def propose(hand: Hand, word: str, why: str) -> None:
    """One's own grade with a sentence."""
    hand.pick(choice(hand, word))
    hand.write(hand.page.get_by_label("Why, in a sentence").first, why)
    hand.press(hand.page.locator("#part-grade").get_by_role("button", name=re.compile("^Propose")).first)
    expect(
        hand.page.locator("#part-grade").get_by_role("button", name=re.compile("^Propose( and reveal)?$"))
    ).to_have_count(0)


def choice(hand: Hand, word: str) -> Locator:
    """The radio of a grade."""
    return hand.page.locator("#part-grade").get_by_role("radio", name=re.compile(f"^{word}")).first


def by_the_rules(audit: Audit, number: int) -> None:
    """A standard that this run does not take through the windows."""
    by = audit.auditor
    assert by is not None
    agree(audit, number, "good", at=NOW)
    lifecycle.record_note(audit, by=by, at=NOW, slug=boxes_of(number)[0].slug, text="Seen.", version=0)


def fill_in(hand: Hand, audit: Audit) -> None:
    """The child's record and feedback, and the headline indicators."""
    go(hand, audit, "record")
    for group in hand.page.locator("#sheet .qc-marks--choices").all():
        hand.pick(group.get_by_role("radio").first)
    hand.write(hand.page.get_by_label("What difference has this made"), "He knows who will come and when.")
    hand.saved()
    go(hand, audit, "indicators")
    for nth in range(hand.page.locator(".qc-point").count()):
        hand.mark(nth, "Evidenced")
    hand.saved()
    expect(hand.page.locator("#part-steps")).to_contain_text("7 of 7 marked")


def plan(hand: Hand, audit: Audit) -> None:
    """The one action that the lower grade asks for, as SMART as the checker likes it."""
    hand.look_again()
    press_step(hand, hand.page.locator('#part-steps a[href$="/plan/"]'))
    hand.arrive("plan")
    expect(hand.page.locator("#for-2")).to_be_checked()
    for label, text in ACTION.items():
        hand.write(hand.page.get_by_label(label), text)
    if hand.scripts:
        expect(hand.page.locator("#reading")).to_contain_text("Not in the plan until you add it.")
        hand.page.reload()
        expect(hand.page.get_by_label("What does the owner need")).to_have_value(ACTION["What does the owner need"])
    hand.pick(hand.page.get_by_role("radio", name=re.compile("^Immediate")))
    if hand.scripts:
        expect(hand.page.locator("#reading")).to_contain_text("6 of 6 are clear")
        expect(hand.page.locator("#due-say")).to_contain_text("Monday 30 November 2026")
    hand.press(hand.page.get_by_role("button", name="Add this action"))
    expect(hand.page.locator(".qc-table")).to_contain_text("Bring the chronology up to date")


def end_and_sign(auditor: Hand, keyworker: Hand, audit: Audit) -> None:
    """End it, read it through, and sign."""
    say_why(Audit.objects.get(pk=audit.pk), at=NOW)  # one point of each standard is marked, which asks for a reason
    auditor.press(auditor.page.get_by_role("link", name="Back to the meeting"))
    auditor.page.wait_for_url("**/meeting/")
    press_step(auditor, auditor.page.locator("#part-steps").get_by_role("button", name="End the meeting"))
    auditor.page.wait_for_url("**/end/")
    auditor.arrive("end")
    auditor.press(auditor.page.get_by_role("button", name="End the meeting"))
    auditor.page.wait_for_url("**/sign/")
    auditor.arrive("sign")
    auditor.press(auditor.page.get_by_role("button", name="Sign as Tomasz Adeyemi"))
    expect(auditor.page.get_by_text("Signed. Thank you.")).to_be_visible()
    if keyworker.scripts:
        keyworker.press(keyworker.page.get_by_role("link", name="Go on from here"))
    else:
        keyworker.page.goto(f"/audits/{audit.ref}/meeting/")
    keyworker.page.wait_for_url("**/sign/")
    keyworker.arrive("sign")
    if keyworker.scripts:
        axe.check(keyworker.page)
    keyworker.pick(keyworker.page.get_by_role("radio", name="I agree with what is written"))
    keyworker.press(keyworker.page.get_by_role("button", name="Sign as Niamh Okonkwo"))
    expect(keyworker.page.get_by_text("Signed. Thank you.")).to_be_visible()
