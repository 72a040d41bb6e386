"""Marking one point after the other with the mouse: nothing moves from under the hand, and a mark can be taken back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

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
