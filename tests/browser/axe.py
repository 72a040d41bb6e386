"""Accessibility as a machine can see it: at a desk and at the narrowest. On a tablet nothing scrolls sideways."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

TABLET = 768
WIDTHS = (1440, TABLET, 320)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def script() -> str:
    """The axe script, read once."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


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
    """The page as it stands breaks no rule of WCAG 2.2 AA or axe's best practice, and never scrolls sideways."""
    wrong: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if width != TABLET:
            wrong += problems(page)
        across = page.evaluate("document.documentElement.scrollWidth")
        if across > width:
            wrong.append(f"{width} px: scrolls sideways to {across}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert not wrong, f"{page.url}\n" + "\n".join(wrong)
