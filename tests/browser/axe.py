"""Accessibility as a machine can see it: at a desk, on a tablet and at 400 %. Nothing scrolls sideways anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Locator, Page

DESK, TABLET, ZOOMED = (1440, 900), (768, 900), (320, 256)
"""Sizes of the window in CSS pixels; the last is 1280 by 1024 at 400 %."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

HANDS = """() => {
  const wrong = [], say = (what, element) => wrong.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const large = ({ width, height }) => width >= 24 && height >= 24;
  const boxes = (element) => [element, ...element.labels ?? []].map((box) => box.getBoundingClientRect());
  const inText = (element) => getComputedStyle(element).display === "inline"
    && element.parentElement.innerText.trim().length > element.innerText.trim().length;
  for (const target of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (!seen(target) || target.matches(".govuk-skip-link, [type=hidden]") || inText(target)) continue;
    if (!boxes(target).some(large)) say("smaller than 24 px", target);
  }
  for (const link of document.querySelectorAll(".govuk-error-summary a")) {
    const field = document.getElementById(link.hash.slice(1));
    if (!link.hash || field?.matches("input, select, textarea, [tabindex]")) continue;
    say("an error that leads to no field", link);
  }
  for (const inner of document.querySelectorAll("[role=status], [role=alert], [aria-live]")) {
    if (inner.parentElement.closest("[role=status], [role=alert], [aria-live]")) say("spoken twice", inner);
  }
  let bars = 0;
  for (const bar of document.querySelectorAll("body *")) {
    const { position, top, bottom } = getComputedStyle(bar);
    const stays = ["sticky", "fixed"].includes(position) && (top !== "auto" || bottom !== "auto");
    if (!stays || bar.matches("dialog") || !seen(bar)) continue;
    bars += bar.offsetHeight;
    const padding = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    if (top !== "auto" && bar.offsetHeight > padding) say("hides what is focused under it", bar);
  }
  if (bars > innerHeight / 4) wrong.push(`${bars} of ${innerHeight} px are taken by what stays`);
  return wrong;
}"""
"""For hands: targets of 24 px but for links in a text, errors that land on their field, live regions that speak once,
and no bar that takes the page or covers the focus where there is little room."""


@cache
def script() -> str:
    """The axe script, read once."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def follow(link: Locator) -> None:
    """Press a link or button and wait for the page it opens: without, the page it leaves is the one that is checked."""
    with link.page.expect_navigation():
        link.click()


def problems(page: Page) -> list[str]:
    """Each rule that the page breaks at its present width, with where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{page.viewport_size['width'] if page.viewport_size else ''} px {broken['id']}: {broken['help']}: "
        + ", ".join(" ".join(map(str, node["target"])) for node in broken["nodes"])
        for broken in found["violations"]
    ]


def check(page: Page) -> None:
    """The page as it stands breaks no rule of WCAG 2.2 AA or axe's best practice, and serves every hand."""
    wrong: list[str] = []
    for width, height in (DESK, TABLET, ZOOMED):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")  # wherever else, something is just passing under a bar that stays
        if width != TABLET[0]:
            wrong += problems(page)
        across = page.evaluate("document.documentElement.scrollWidth")
        if across > width:
            wrong.append(f"{width} px: scrolls sideways to {across}")
    wrong += page.evaluate(HANDS)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    assert not wrong, f"{page.url}\n" + "\n".join(wrong)
