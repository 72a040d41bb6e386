"""Whole tasks by the keyboard alone, colours of the reader's own, paper; and the focus after a part is swapped."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from audits.meeting import grading
from audits.models import Action, Audit, Ballot, Reminder
from audits.panel import sitting
from escalation.models import Step
from reporting import periods
from reporting.models import Report
from reporting.reports import drafting
from standards.grades import Grade
from tests.audits.panel.panels import DRAWN, SITTING, Sitters, drawn, final
from tests.browser.conftest import OpenPage
from tests.browser.hands import Keys
from tests.conftest import NOW
from tests.escalation.build import finalised_audit
from tests.factories import CaseFactory, Council, add_action, agree, booked_audit, open_audit

pytestmark = pytest.mark.browser
FEW = 12
"""Presses of Tab that reach the next thing to do: more, and one is sent back to the top of the page."""
RING = """() => {
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
  return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 3) || boxShadow !== "none";
}"""


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


def press_next(page: Page, target: Locator) -> None:
    """Press what is a few stops of Tab away from where one is, and see the ring on it before."""
    target.wait_for()
    for _ in range(FEW):
        page.keyboard.press("Tab")
        assert page.evaluate(RING)
        if target.evaluate("element => element === document.activeElement"):
            return page.keyboard.press("Enter")
    raise AssertionError(f"{target} is more than {FEW} stops away")


def test_the_month_the_queue_the_panel_and_a_report_by_keys_alone(
    browser_page: OpenPage, council: Council, settings: Any
) -> None:
    settings.TODAY = SITTING.date()
    sitters = Sitters.make(council)
    judged = final(council, 1)
    finalised_audit(council, number=2, grade=Grade.INADEQUATE)
    booked_audit(council, number=3, case=CaseFactory.create(keyworker=council.keyworker))
    sitting.begin_panel(drawn(council, sitters, seed="cd" * 16), by=council.qa_officer, at=SITTING)
    officer = browser_page(council.qa_officer)
    the_month(officer)
    the_queue(browser_page(council.head_of_service))
    the_panel(browser_page(sitters.emeka), judged)
    a_report(officer, drafting.start_draft(period=periods.parse("2026-11"), by=council.qa_officer, at=DRAWN))


def the_month(page: Page) -> None:
    """The late are ticked and reminded."""
    page.goto("/month/?month=2026-11")
    named = page.get_by_role
    Keys(page).press(named("link", name=re.compile("^Tick the . late")))
    expect(named("checkbox", name="Tick QC-2611-003")).to_be_checked()
    page.keyboard.press("Shift+Tab")  # the focus goes on from the bar of the ticked, not from the top
    press_next(page, named("button", name="Remind those ticked"))
    Keys(page).press(named("button", name=re.compile("^Send 1 reminder")))
    expect(page.get_by_role("alert").filter(has_text="reminder")).to_be_focused()
    assert Reminder.objects.count() == 1


def the_queue(page: Page) -> None:
    """A row is opened, read, and acknowledged with a word."""
    page.goto("/escalations/")
    Keys(page).press(page.locator(".qc-q").get_by_role("link", name="Acknowledge"))
    page.wait_for_url("**#read")
    word = page.get_by_label("A word about what happens first")
    for _ in range(FEW):
        page.keyboard.press("Tab")
        if word.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.type("The visits come first.")
    press_next(page, page.get_by_role("button", name="I have read it and have it"))
    expect(page.get_by_role("alert").first).to_be_visible()
    assert Step.objects.get(words="The visits come first.").done_by


def the_panel(page: Page, audit: Audit) -> None:
    """What is missing is said; its link lands on the grade; every grade is given by arrow keys."""
    page.goto(f"/panel/PANEL-2611/{audit.ref}/")
    keys = Keys(page)
    keys.press(page.get_by_role("button", name="I have finished"))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    press_next(page, page.locator(".govuk-error-summary a").first)
    expect(page.get_by_role("radio", name="Outstanding").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    for answer in page.get_by_role("radio", name="Yes", exact=True).all():
        keys.pick(answer)
    press_next(page, page.get_by_role("button", name="I have finished"))
    expect(page.get_by_text("Your grades are in.").first).to_be_visible()
    assert list(Ballot.objects.get(finished_at__isnull=False).grades.values_list("grade", flat=True)) == ["good"]


def a_report(page: Page, draft: Report) -> None:
    """Its words are written and saved; the focus stays on the way."""
    page.goto(f"/reports/{draft.ref}/")
    Keys(page).write(page.get_by_label("What is working well"), "Plans name who does what.")
    Keys(page).press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page.get_by_label("What is working well")).to_have_value("Plans name who does what.")


def test_the_focus_comes_back_after_a_part_is_swapped(browser_page: OpenPage, council: Council) -> None:
    audit = open_audit(council, at=NOW)
    agree(audit, 3, "requires_improvement", at=NOW)
    add_action(audit, [3], at=NOW)
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/plan/")
    change = page.get_by_role("button", name=re.compile("^Change"))
    Keys(page).reach(change.first)
    add_action(audit, [3], kind=Action.Kind.SUPERVISION, part=Action.Part.WORKER, at=NOW)
    expect(change).to_have_count(2)  # the rows came anew
    expect(change.first).to_be_focused()
    audit.actions.get(number=1).delete()
    expect(change).to_have_count(1)
    expect(page.locator("#plan-rows")).to_be_focused()  # the button has gone

    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    Keys(page).reach(page.locator("#part-grade summary").first)
    grading.propose_grade(audit, 2, by=council.keyworker, at=NOW, grade="good", words="It stands.")
    expect(page.locator("#part-grade")).to_contain_text("Proposed, hidden")
    expect(page.locator("#part-grade summary").first).to_be_focused()
    expect(page.locator("#grade-said")).to_have_text("Grade: Niamh has proposed")


def test_in_dark_colours_of_the_readers_own_charts_and_grades_can_be_seen(
    browser_page: OpenPage, council: Council, settings: Any
) -> None:
    settings.DEBUG = True
    finalised_audit(council, grade=Grade.GOOD)
    draft = drafting.start_draft(period=periods.parse("2026-11"), by=council.qa_officer, at=DRAWN)
    page = browser_page(council.qa_officer)
    page.emulate_media(forced_colors="active", color_scheme="dark", reduced_motion="reduce")
    page.goto(f"/reports/{draft.ref}/")
    chart = page.locator("main svg").first
    assert chart.evaluate("chart => getComputedStyle(chart).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("body").evaluate("page => getComputedStyle(page).backgroundColor") == "rgb(0, 0, 0)"
    page.goto("/gallery/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p class=qc-busy>Working</p>')")
    assert page.locator(".qc-busy").evaluate("busy => getComputedStyle(busy, '::before').animationName") == "none"
    grades = page.locator(".qc-grade").evaluate_all(
        "grades => grades.map((grade) => getComputedStyle(grade, '::before').backgroundImage)"
    )
    assert grades
    assert all("gradient" in bars for bars in grades)
    states = page.locator(".qc-state").evaluate_all(
        "states => states.map((state) => getComputedStyle(state, '::before').background)"
    )
    assert len(set(states)) >= 3, "empty, half and full are three shapes"


def test_on_paper_no_address_of_ours_is_printed_and_no_words_are_cut(browser_page: OpenPage, council: Council) -> None:
    finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    page = browser_page(council.auditor)
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    page.goto("/audits/")
    after = page.locator(".govuk-link").evaluate_all("all => all.map((a) => getComputedStyle(a, '::after').content)")
    assert [text for text in after if "/" in text] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    audit = open_audit(council, number=2, at=NOW, case=CaseFactory.create(keyworker=council.keyworker))
    page.goto(f"/audits/{audit.ref}/meeting/?step=1")
    box = page.get_by_label("What are we worried about?")
    box.fill("Nobody has asked him.\n" * 30)
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 2")
