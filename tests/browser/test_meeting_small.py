"""The live meeting where there is little room: a tablet, a phone, 400 % of zoom; in forced colours and on paper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from audits.booking import book
from audits.meeting import grading, lifecycle
from audits.models import Audit
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, booked_audit, mark_alone, open_audit

pytestmark = pytest.mark.browser

SIZES = {"tablet": (768, 1024), "phone": (390, 844), "zoomed": (320, 256)}
FIRST = """() => {
  const question = document.querySelector(".qc-point__q b, .qc-propose, .qc-card .qc-marks, [data-field]");
  const first = question.getBoundingClientRect();
  const isSticky = (box) => box && box.offsetHeight && getComputedStyle(box).position === "sticky";
  const bar = [...document.querySelectorAll(".qc-meetbar, .qc-acts")].find(isSticky);
  const foot = document.querySelector(".qc-gradebar");
  return {
    top: first.top,
    from: bar.getBoundingClientRect().bottom,
    to: innerHeight - (isSticky(foot) ? foot.offsetHeight : 0),
    share: (bar.offsetHeight + (isSticky(foot) ? foot.offsetHeight : 0)) / innerHeight,
    across: document.documentElement.scrollWidth - innerWidth,
  };
}"""
"""Where the first question is, between which bars, and how much of the height these take."""
HIDDEN = """async () => {
  for (const _ of "12") await new Promise(requestAnimationFrame); // the page lies still again
  const stop = document.activeElement;
  const shown = stop.matches(".qc-mark input") ? stop.parentElement : stop;
  const boxes = [...shown.getClientRects()];
  const places = boxes.flatMap(({ left, top, width, height }) =>
    [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + width * x, top + height * y])));
  const isSeen = places.some(([x, y]) => {
    const at = document.elementFromPoint(x, y);
    return at && (shown.contains(at) || at.contains(shown));
  });
  return isSeen ? "" : `${stop.outerHTML.slice(0, 120)} at ${boxes.map(({ top }) => Math.round(top))}`;
}"""
"""The focused element, where none of nine places on it can be seen."""


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


def opened_with_marks(council: Council, *, proposed: bool) -> Audit:
    """In its meeting, both came with marks; where `proposed`, both have proposed for every standard."""
    audit = booked_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="CLA"))
    book.confirm_file_checked(audit, by=council.keyworker, at=NOW)
    for person in (council.auditor, council.keyworker):
        mark_alone(audit, person, {"2.6": "not_evidenced"})
    audit = lifecycle.open_meeting(audit, by=council.auditor, at=NOW)
    for number in range(1, 8 if proposed else 1):
        for person in (council.auditor, council.keyworker):
            grading.propose_grade(audit, number, by=person, at=NOW, grade="good", words="It stands.")
    return audit


@pytest.fixture(params=["blank", "marked before", "proposed"])
def audit(request: pytest.FixtureRequest, site: Any, council: Council) -> Audit:
    """In its meeting: nobody came with marks; both did; both have proposed from them."""
    if request.param == "blank":
        return open_audit(council, at=NOW)
    return opened_with_marks(council, proposed=request.param == "proposed")


def sized(page: Page, size: str) -> Page:
    """A window of this size."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    return page


@pytest.mark.parametrize("size", SIZES)
def test_each_step_begins_with_its_first_question_in_sight(
    browser_page: OpenPage, council: Council, audit: Audit, size: str
) -> None:
    page = sized(browser_page(council.auditor), size)
    page.goto(f"/audits/{audit.ref}/meeting/?step=marks")
    wrong = []
    for nth in range(11):
        if nth:
            if not page.locator("#steps-fold").get_attribute("open"):
                page.locator("#steps-fold > summary").click()
            page.locator("#part-steps li a").nth(nth).click()
            page.wait_for_url(lambda url: True)
            page.wait_for_load_state()
        found = page.evaluate(FIRST)
        if not found["from"] <= found["top"] < found["to"] - 16 or found["share"] > 0.25 or found["across"] > 0:
            wrong.append((nth, found))
    assert not wrong


@pytest.mark.parametrize("size", [*SIZES, "desk"])
def test_no_stop_of_the_tab_key_lies_under_a_bar(
    browser_page: OpenPage, council: Council, site: Any, size: str
) -> None:
    audit = opened_with_marks(council, proposed=True)
    page = browser_page(council.auditor)
    page = sized(page, size) if size in SIZES else page
    for step in ("2", "marks"):
        page.goto(f"/audits/{audit.ref}/meeting/?step={step}")
        page.evaluate("for (const fold of document.querySelectorAll('.qc-fold')) fold.open = true")
        for key in ("Tab", "Shift+Tab"):
            page.evaluate("document.activeElement.blur()")
            assert stops_under_a_bar(page, key) == []


def stops_under_a_bar(page: Page, key: str) -> list[str]:
    """What cannot be seen while it is focused, all the way through the page."""
    hidden = []
    for stops in range(300):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement === document.body"):
            assert stops > 60
            return hidden
        if where := page.evaluate(HIDDEN):
            hidden.append(where)
    raise AssertionError("the page has no end")


@pytest.mark.parametrize("size", [*SIZES, "desk"])
def test_the_open_point_is_never_under_a_bar_when_one_goes_by_keys(
    browser_page: OpenPage, council: Council, site: Any, size: str
) -> None:
    audit = opened_with_marks(council, proposed=True)
    page = browser_page(council.auditor)
    page = sized(page, size) if size in SIZES else page
    page.goto(f"/audits/{audit.ref}/meeting/?step=5")
    points = page.locator(".qc-point").count()
    for key in "j" * points + "k" * points:
        page.keyboard.press(key)
        assert page.evaluate(HIDDEN) == ""


@pytest.mark.parametrize("size", SIZES)
def test_the_bar_stays_small_while_it_says_that_something_is_not_saved(
    browser_page: OpenPage, council: Council, site: Any, size: str
) -> None:
    page = sized(browser_page(council.auditor), size)
    page.goto(f"/audits/{open_audit(council, at=NOW).ref}/meeting/?step=1")
    page.route("**/notes/**", lambda route: route.abort())
    page.get_by_label("What are we worried about?").press_sequentially("Nobody asked him.")
    expect(page.locator("#saved")).to_have_text("Not saved, trying. Your words are kept.")
    assert page.locator("#saved").evaluate("line => line.getBoundingClientRect().top") >= 0
    assert page.evaluate(FIRST)["share"] <= 0.25
    axe.check(page)
    for width in (1200, 1280, 1440):  # beside it stand columns that begin 64 px down
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".qc-meetbar").evaluate("bar => bar.offsetHeight") <= 64


def test_the_bottom_bar_says_how_the_grade_stands_and_leads_to_it(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = open_audit(council, at=NOW)
    page = sized(browser_page(council.keyworker), "phone")
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    bar = page.locator(".qc-gradebar")
    expect(bar).to_contain_text("Grade: Not started")
    grading.propose_grade(audit, 2, by=council.auditor, at=NOW, grade="inadequate", words="Nothing since May.")
    expect(bar).to_contain_text("Grade: Tomasz has proposed")
    assert "nadequate" not in bar.inner_text()
    bar.get_by_role("link", name="To the grade").click()
    expect(page.locator("#a-grade")).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(bar).to_be_hidden()


def test_the_steps_fold_to_one_line_that_stays_open_while_news_comes(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = open_audit(council, at=NOW)
    page = sized(browser_page(council.auditor), "tablet")
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    steps = page.locator("#part-steps")
    assert steps.evaluate("steps => steps.offsetHeight") < 60
    expect(steps.locator("summary").first).to_contain_text("Step 2 of 11")
    page.locator("#steps-fold > summary").click()
    grading.propose_grade(audit, 3, by=council.keyworker, at=NOW, grade="good")
    expect(steps).to_contain_text("Niamh has proposed")
    expect(steps.get_by_text("Niamh has proposed")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    expect(steps.get_by_text("Niamh has proposed")).to_be_visible()
    expect(page.locator("#steps-fold > summary")).to_be_hidden()


def test_forced_colours_tell_the_open_step_and_who_is_here(browser_page: OpenPage, council: Council, site: Any) -> None:
    page = browser_page(council.auditor)
    page.emulate_media(forced_colors="active")
    page.goto(f"/audits/{open_audit(council, at=NOW).ref}/meeting/?step=2")
    edges = page.locator(".qc-steps li a").evaluate_all(
        "links => links.map((a) => getComputedStyle(a).borderLeftColor)"
    )
    now = page.locator(".qc-steps a[aria-current]").evaluate("a => getComputedStyle(a).borderLeftColor")
    assert edges.count(now) == 1
    dots = page.locator('[aria-label="Who is here"] .qc-state')
    rings = dots.evaluate_all("all => all.map((one) => getComputedStyle(one, '::before').backgroundColor)")
    assert len(set(rings)) == 2, "here is a full disc, away is a ring"


def test_on_paper_a_step_begins_with_its_title_and_questions(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    page = browser_page(council.auditor)
    page.goto(f"/audits/{open_audit(council, at=NOW).ref}/meeting/?step=2")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    for away in (".qc-meetbar", "#part-steps", ".qc-gradebar", "#keys"):
        expect(page.locator(away)).to_be_hidden()
    assert page.locator("h1").evaluate("title => title.getBoundingClientRect().top") < 150
    assert page.locator(".qc-point").first.evaluate("point => point.getBoundingClientRect().top") < 350
    after = page.locator(".qc-meet .govuk-link").evaluate_all(
        "links => links.map((a) => getComputedStyle(a, '::after').content).filter((text) => text.includes('/'))"
    )
    assert after == [], "no addresses are printed"
