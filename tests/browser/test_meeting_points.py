"""Marking one point after the other with the mouse: nothing moves from under the hand, and a mark can be taken back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from audits.meeting import lifecycle
from audits.models import Mark
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import Council, open_audit

pytestmark = pytest.mark.browser


def top_of(point: Locator) -> float:
    """Where the point is in the window."""
    box = point.bounding_box()
    assert box is not None
    return box["y"]


def press(page: Page, point: Locator, mark: str) -> None:
    """Press the mark with the mouse, wherever it is now."""
    box = point.get_by_role("radio", name=mark, exact=True).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 9, box["y"] + 9)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_point_stays_where_it_is_while_others_open_and_close(
    browser_page: OpenPage, council: Council, site: Any, width: int
) -> None:
    audit = open_audit(council, at=NOW)
    page = browser_page(council.auditor)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    points = page.locator(".qc-point")
    for number in (0, 1, 2, 6, 4, 3):
        point = points.nth(number)
        point.evaluate("point => point.scrollIntoView({block: 'center'})")
        before = top_of(point)
        press(page, point, "Partly")
        expect(point).to_have_class(re.compile("qc-point--now"))
        expect(point.get_by_role("radio", name="Partly")).to_be_checked()
        page.wait_for_timeout(100)
        assert abs(top_of(point) - before) < 2
    expect(page.locator("#part-mirror")).to_contain_text("6 partly")


def test_a_mark_can_be_taken_back(browser_page: OpenPage, council: Council, site: Any) -> None:
    audit = open_audit(council, at=NOW)
    page = browser_page(council.keyworker)
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    point = page.locator(".qc-point").first
    press(page, point, "Not evidenced")
    expect(page.locator("#part-mirror")).to_contain_text("1 not evidenced")
    point.get_by_role("button", name="Take the mark back").click()
    expect(page.locator("#part-mirror")).not_to_contain_text("1 not evidenced")
    assert Mark.objects.get(audit=audit).value == ""


DATES = "no dates seen on plan, page 3"
"""Words with the letters and figures of every key."""


def test_after_a_mark_by_mouse_one_types_what_one_saw(browser_page: OpenPage, council: Council, site: Any) -> None:
    audit = open_audit(council, at=NOW)
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    point = page.locator(".qc-point").nth(1)
    seen = point.get_by_label("What you saw")
    for mark in ("Evidenced", "Evidenced", "Partly"):  # the second time it is marked already
        before = page.evaluate("scrollY")
        press(page, point, mark)
        expect(seen).to_be_focused()
        assert page.evaluate("scrollY") == before
    page.keyboard.type(DATES)
    expect(seen).to_have_value(DATES)
    expect(page.locator("#saved")).to_have_text(re.compile("^Saved"))
    saved = Mark.objects.get(audit=audit)
    assert (saved.value, saved.seen) == ("partly", DATES)
    expect(page.locator("#part-grade input:checked")).to_have_count(0)

    page.keyboard.press("Tab")
    page.locator(".qc-point").nth(2).get_by_role("radio").first.focus()
    page.keyboard.type(DATES.replace(" ", ""))
    page.locator("#part-grade input[type=radio]").first.focus()
    page.keyboard.type("e4n")
    expect(page.locator("#sheet input:checked")).to_have_count(1)
    expect(page.locator("#part-grade input:checked")).to_have_count(0)


def test_keys_act_from_j_or_k_until_the_mouse_or_a_box_is_used(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = open_audit(council, at=NOW)
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    first = page.locator(".qc-point").first
    awake = page.locator("#keys-awake")
    expect(awake).to_have_text("Keys are off until you press j or k")
    first.get_by_role("radio").first.focus()
    page.keyboard.type("e2")
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    page.keyboard.type("jp2")
    expect(awake).to_have_text("Keys are on")
    expect(page.locator(".qc-point--now").get_by_role("radio", name="Partly")).to_be_checked()
    expect(page.get_by_role("radio", name=re.compile("^Good")).first).to_be_checked()
    page.locator("h1").click()
    expect(awake).to_have_text("Keys are off until you press j or k")
    page.keyboard.type("en4")
    expect(page.locator(".qc-point--now").get_by_role("radio", name="Partly")).to_be_checked()
    page.keyboard.type("k")
    page.get_by_label("What is working well?").focus()
    page.keyboard.type("n4")
    page.locator(".qc-point--now input").first.focus()
    page.keyboard.type("n4")
    expect(page.get_by_label("What is working well?")).to_have_value("n4")
    expect(page.locator("#sheet input:checked")).to_have_count(1)
    expect(page.get_by_role("radio", name=re.compile("^Good")).first).to_be_checked()


def test_after_a_mark_by_finger_no_keyboard_comes_up_and_a_real_one_types_what_one_saw(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = open_audit(council, at=NOW)
    page = browser_page(council.keyworker, touch=True)
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    point = page.locator(".qc-point").first
    point.get_by_role("radio", name="Evidenced", exact=True).tap()
    expect(page.locator("#part-mirror")).to_contain_text("1 evidenced")
    assert page.evaluate("document.activeElement.type") != "text"
    page.keyboard.type(DATES)
    expect(point.get_by_label("What you saw")).to_have_value(DATES)
    expect(point.get_by_role("radio", name="Evidenced", exact=True)).to_be_checked()


def test_the_other_s_mark_shows_while_one_is_in_the_box_of_that_point(
    browser_page: OpenPage, council: Council, site: Any
) -> None:
    audit = open_audit(council, at=NOW)
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/meeting/?step=2")
    point = page.locator(".qc-point").first
    press(page, point, "Evidenced")
    expect(page.locator("#saved")).to_have_text(re.compile("^Saved"))
    mark = Mark.objects.get(audit=audit)
    lifecycle.record_mark(
        audit, by=council.keyworker, at=NOW, criterion=mark.criterion_id, value="partly", seen="", version=mark.version
    )
    expect(point.get_by_role("radio", name="Partly")).to_be_checked()
    expect(point.get_by_label("What you saw")).to_be_focused()
