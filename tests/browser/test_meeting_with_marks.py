"""Both come with their marks: the sheet before the meeting, and a whole audit from both chairs, counted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.booking import book
from audits.models import Audit, OwnMark
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, booked_audit, mark_alone

pytestmark = pytest.mark.browser

COUNT = """
const more = (what) => { sessionStorage[what] = Number(sessionStorage[what] ?? 0) + 1; };
more("loads");
addEventListener("pointerdown", (event) => { if (event.isTrusted) more("clicks"); }, true);
addEventListener("keydown", (event) => { if (event.isTrusted) more("keys"); }, true);
"""
AUDITORS = {
    "1.4": "partly",
    "2.6": "not_evidenced",
    "2.9": "not_evidenced",
    "3.2": "partly",
    "3.7": "partly",
    "5.8": "partly",
    "7.2": "partly",
}
KEYWORKERS = {
    "2.9": "not_evidenced",
    "2.13": "",
    "3.7": "partly",
    "5.1": "partly",
    "5.20": "",
    "6.3": "partly",
    "7.6": "partly",
}
TO_TALK = 11


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


def counted(page: Page) -> Page:
    """A window that counts what its person does, by the browser's own events, over all its pages."""
    page.add_init_script(COUNT)
    return page


def counts(*pages: Page) -> dict[str, int]:
    """Clicks, keys and loads of these windows together."""
    return {
        what: sum(int(page.evaluate(f"sessionStorage.{what} ?? 0")) for page in pages)
        for what in ("clicks", "keys", "loads")
    }


def prepared(council: Council) -> Audit:
    """A looked-after child's audit, booked and prepared."""
    audit = booked_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="CLA"))
    book.confirm_file_checked(audit, by=council.keyworker, at=NOW)
    return audit


def test_the_sheet_is_saved_as_one_goes_and_is_there_again(browser_page: OpenPage, council: Council) -> None:
    audit = prepared(council)
    page = browser_page(council.keyworker)
    page.goto(f"/audits/{audit.ref}/")
    page.get_by_role("button", name="Mark the sheet before you meet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your marks: Case description and history")
    axe.check(page)
    point = page.locator(".qc-point").first
    point.get_by_role("radio", name="Partly", exact=True).check()
    page.keyboard.type("page 4")
    point.get_by_label("Private note").click()
    page.keyboard.type("Ask about May.")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    page.reload()
    expect(point.get_by_role("radio", name="Partly", exact=True)).to_be_checked()
    expect(point.get_by_label("Page or date")).to_have_value("page 4")
    expect(point.get_by_label("Private note")).to_have_value("Ask about May.")
    expect(page.get_by_text("1 of 86 marked")).to_be_visible()


def test_a_whole_audit_to_which_both_came_with_marks(browser_page: OpenPage, council: Council) -> None:
    """Within 90 clicks and 12 page loads together, from opening the meeting to the second signature."""
    audit = prepared(council)
    mark_alone(audit, council.auditor, AUDITORS, nested=True)
    mark_alone(audit, council.keyworker, KEYWORKERS, nested=True)
    auditor, keyworker = (counted(browser_page(person)) for person in (council.auditor, council.keyworker))
    auditor.goto(f"/audits/{audit.ref}/meeting/")
    auditor.evaluate("sessionStorage.clear()")  # the meeting is counted, not the way to it
    auditor.get_by_role("button", name="Open the meeting").click()
    expect(auditor.get_by_text(f"{TO_TALK} of 86 to talk about").first).to_be_visible()
    keyworker.goto(f"/audits/{audit.ref}/meeting/")
    for page, second in ((auditor, "Requires improvement"), (keyworker, "Good")):
        propose_all(page, second)
    for page in (auditor, keyworker):
        expect(page.locator("#part-together_agree")).to_contain_text(f"{TO_TALK} left to talk about")
    axe.check(auditor)
    settle(auditor, keyworker)
    take_the_rest(auditor)
    for box in auditor.locator("#sheet .qc-two textarea").all():
        box.click()
        auditor.keyboard.type("Visits are on time.")
    saved(auditor)
    agree_second(auditor, keyworker)
    record_and_indicators(auditor)
    for page in (auditor, keyworker):
        axe.follow(page.locator('#part-steps a[href$="?step=case"]'))
        page.locator("#part-grade").get_by_role("radio", name=re.compile("^Good")).first.check()
        page.locator("#part-grade").get_by_role("button", name=re.compile("^Propose")).click()
    expect(auditor.locator("#part-grade")).to_contain_text("Agreed:")
    auditor.get_by_label("What is working well?").click()
    write(auditor, "He is safer than in May.")
    end_and_sign(auditor, keyworker)
    audit.refresh_from_db()
    assert (audit.state, audit.grade, audit.signatures.count()) == ("finalised", "good", 2)
    marked = audit.marks.exclude(criterion=None).exclude(value="")
    assert (marked.filter(criterion__parent=None).count(), marked.count()) == (86, 109)
    assert not OwnMark.objects.exists()
    spent = counts(auditor, keyworker)
    print(f"\nBoth came with marks, 86 criteria, {TO_TALK} to talk about: {spent}")  # noqa: T201 -- what it is for
    assert TO_TALK <= 15
    assert spent["clicks"] <= 90
    assert spent["loads"] <= 12


def write(page: Page, words: str) -> None:
    """Type into the box that is focused, until the server has answered; the bar may still tell of the save before."""
    with page.expect_response(lambda answer: "/notes/" in answer.url and answer.ok):
        page.keyboard.type(words)
    saved(page)


def saved(page: Page) -> None:
    """Everything that was written is saved."""
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))


def propose_all(page: Page, second: str) -> None:
    """A grade for each standard, one of them with a sentence, sent together."""
    for number in range(1, 8):
        name = second if number == 2 else "Good"
        page.locator(f"#propose-{number}").get_by_role("radio", name=name, exact=True).click()
    page.locator("#w2").click()
    page.keyboard.type("As the chronology shows.")
    page.get_by_role("button", name="Propose the grades I picked").click()
    expect(page.locator("#part-together_propose fieldset")).to_have_count(0)


def settle(auditor: Page, keyworker: Page) -> None:
    """Talk about each, and one of the two marks what they come to."""
    points = auditor.locator("#sheet .qc-point")
    expect(points).to_have_count(TO_TALK)
    for nth in range(TO_TALK):
        page = (auditor, keyworker)[nth % 2]
        page.locator("#sheet .qc-point").nth(nth).get_by_role("radio", name="Partly", exact=True).click()
    for page in (auditor, keyworker):
        saved(page)
        expect(page.locator("#part-together_agree")).to_contain_text("Nothing is left to talk about")


def take_the_rest(page: Page) -> None:
    """One press a section."""
    buttons = page.locator("#part-together_rest button")
    for left in range(buttons.count(), 0, -1):
        expect(buttons).to_have_count(left)
        buttons.first.click()
    expect(buttons).to_have_count(0)


def agree_second(auditor: Page, keyworker: Page) -> None:
    """The standard on which they differ: the auditor enters what they come to, the keyworker confirms."""
    auditor.locator("#agree-2").get_by_role("radio", name="Good", exact=True).click()
    auditor.get_by_role("button", name="Ask Niamh to confirm").click()
    keyworker.get_by_role("button", name="Confirm Good").click()
    expect(auditor.locator("#part-together_agree")).not_to_contain_text("Grades still to agree")


def record_and_indicators(page: Page) -> None:
    """The child's record and feedback, and the headline indicators."""
    axe.follow(page.locator(".qc-next"))
    for group in page.locator("#sheet .qc-marks--choices").all():
        group.get_by_role("radio").first.click()
    page.get_by_label("What difference has this made").click()
    write(page, "He knows who will come and when.")
    axe.follow(page.locator(".qc-next"))
    for nth in range(7):
        page.locator(".qc-point").nth(nth).get_by_role("radio", name="Evidenced", exact=True).click()
    saved(page)


def end_and_sign(auditor: Page, keyworker: Page) -> None:
    """End it, and sign."""
    auditor.get_by_role("button", name="End the meeting").click()
    expect(auditor).to_have_url(re.compile("/end/$"))
    auditor.get_by_role("button", name="End the meeting").click()
    auditor.get_by_role("button", name="Sign as Tomasz Adeyemi").click()
    expect(auditor.get_by_text("Signed. Thank you.")).to_be_visible()
    keyworker.get_by_role("link", name="Go on from here").click()
    keyworker.get_by_role("radio", name="I agree with what is written").click()
    keyworker.get_by_role("button", name="Sign as Niamh Okonkwo").click()
    expect(keyworker.get_by_text("Signed. Thank you.")).to_be_visible()
