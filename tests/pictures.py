"""`make docs-pictures`: every picture of docs/guide again, from a demonstration of its own.

Each line of the table is one picture: whose page it is, its address as a route, and the way there by links. The walk
goes from top to bottom in one demonstration, so what changes something stands below what does not.
`tests/test_docs_site.py` holds the table beside the application's addresses and the pages that show the pictures.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import chromium, servers  # noqa: E402

FOLDER = ROOT / "docs" / "guide" / "pictures"
WIDTH, HEIGHT = 1000, 680
COLOURS = 64
PASSWORD, DOMAIN = "quality-counts", "example.gov.uk"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, by its file's name: the person who sees it, and the route of the page.

    `way`: the routes that lead there, each by the first link of the next; a link with `words` in it comes before the
    others. Without one, `address` or the route itself is opened. `press`: buttons pressed on arrival. `query`: what
    the address has behind its "?". `top`: the words that are scrolled to the top.
    """

    name: str
    person: str
    route: str
    way: tuple[str, ...] = ()
    words: str = ""
    address: str = ""
    press: tuple[str, ...] = ()
    query: str = ""
    top: str = ""
    height: int = HEIGHT


WORK = ("",)
AUDIT, ACTION = "audits/<slug:ref>/", "actions/<slug:ref>/"
ESCALATION, REPORT, PANEL = "escalations/<slug:ref>/", "reports/<slug:ref>/", "panel/<slug:ref>/"
DRAW = "draws/<slug:ref>/"
PICTURES = (
    Picture("work-auditor", "auditor", "", height=620),
    Picture("book", "auditor", f"{AUDIT}book/", WORK, height=900),
    Picture("own", "auditor", f"{AUDIT}own/", WORK),
    Picture("work-keyworker", "keyworker", ""),
    Picture("prepare", "keyworker", f"{AUDIT}prepare/", WORK),
    Picture("note", "keyworker", f"{AUDIT}note/", ("audits/?state=finalised", AUDIT)),
    Picture("action-done", "keyworker", f"{ACTION}done/", ("", ACTION)),
    Picture("sign", "keyworker2", f"{AUDIT}sign/", WORK, top="Signatures"),
    Picture("follow-up", "team.manager", f"{AUDIT}follow-up/", ("", AUDIT), words="Record it", height=900),
    Picture("make-safe", "team.manager2", ESCALATION, WORK, words="Say what was done", height=900),
    Picture("escalations", "head.of.service", "escalations/", height=900),
    Picture("action", "head.of.service", ACTION, ("actions/",), height=900),
    Picture("monitor", "ad", "escalations/monitor/", height=900),
    Picture("report", "ad", REPORT, WORK, words="Quarterly", height=900),
    Picture("response", "ad", f"{REPORT}response/", WORK),
    Picture("panel-review", "psw", f"{PANEL}<slug:audit_ref>/", ("", PANEL), words="Give your grades"),
    Picture("import", "qa.officer", "register/import/"),
    Picture("month", "qa.officer", "month/", height=900),
    Picture("report-draft", "qa.officer", REPORT, WORK, words="draft"),
    Picture("proof", "head.of.qa", f"{DRAW}proof/", ("draws/", DRAW), words="DRAW-"),
    Picture("setting", "head.of.qa", "settings/<slug:slug>/change/", address="settings/sign_days/change/"),
    Picture("openings", "head.of.qa", "openings/", height=900),
    Picture("disposals", "head.of.qa", "disposals/"),
    Picture("start", "admin", "start/"),
    Picture("person", "admin", "people/<int:pk>/", ("people/",)),
    Picture("learning", "staff", "learning/"),
    Picture("evidence", "analyst", "evidence/"),
    Picture("draws", "qa.officer", "draws/", press=("Show the numbers first",), top="Core live audits, "),
    Picture("concern", "auditor", f"{AUDIT}concern/", ("audits/", AUDIT), height=800),
    Picture("meeting", "auditor", f"{AUDIT}meeting/", WORK, press=("Open the meeting",), query="step=1", height=800),
    Picture("plan", "auditor", f"{AUDIT}plan/", ("audits/", AUDIT), height=900),
)
"""Every picture of docs/guide, in the order in which they are taken."""


def pattern(route: str) -> re.Pattern[str]:
    """What an address of a route looks like."""
    parts = re.split(r"<(\w+):\w+>", route)
    kinds = {"int": r"\d+", "slug": r"[\w-]+"}
    return re.compile("/" + "".join(kinds[part] if at % 2 else re.escape(part) for at, part in enumerate(parts)))


def follow(page: Page, route: str, words: str) -> None:
    """Go where the first link of a route leads, one with the words before the others."""
    links = page.eval_on_selector_all("main a[href]", "links => links.map(a => [a.getAttribute('href'), a.innerText])")
    fitting = [(href, text) for href, text in links if pattern(route).fullmatch(href.partition("?")[0])]
    if not fitting:
        raise SystemExit(f"{page.url} has no link to /{route}")
    page.goto(next((href for href, text in fitting if words in text), fitting[0][0]))


def take(page: Page, picture: Picture) -> bytes:
    """Walk to the page of a picture, and return it as a small PNG."""
    page.set_viewport_size({"width": WIDTH, "height": picture.height})
    start, *steps = (*picture.way, picture.route) if picture.way else (picture.address or picture.route,)
    page.goto(f"/{start}")
    for route in steps:
        follow(page, route, picture.words)
    for button in picture.press:
        page.locator("main").get_by_role("button", name=button, exact=True).first.click()
        page.wait_for_load_state()
    if picture.query:
        page.goto(f"{page.url.partition('?')[0]}?{picture.query}")
    here = page.url.partition("?")[0].split("/", 3)[3]
    if not pattern(picture.route).fullmatch(f"/{here}"):
        raise SystemExit(f"{picture.name}: the walk ended at /{here}, not at /{picture.route}")
    if picture.top:
        page.locator("main").get_by_text(picture.top).first.evaluate("here => here.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(400)
    drawn = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small = BytesIO()
    drawn.save(small, "PNG", optimize=True)
    return small.getvalue()


def signed_in(browser: Browser, site: str, person: str) -> Page:
    """A window of a person of the demonstration."""
    page = browser.new_context(base_url=site, locale="en-GB", timezone_id="Europe/London").new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", f"{person}@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/")
    return page


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a demonstration of its own, which is gone afterwards."""
    with servers.folder() as var:
        port = servers.free_port()
        site = f"http://{servers.HOST}:{port}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        settings = {"ENV_FILE": os.devnull, "VAR_DIR": str(var), "DEMO": "1", "DEBUG": "1", "SITE_ADDRESS": site}
        command = [sys.executable, "manage.py", "up", "--port", str(port)]
        environment = kept | settings | {"PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                if not any("is on http" in line for line in process.stdout):
                    raise SystemExit("The demonstration did not start.")
                yield site
            finally:
                process.terminate()
                process.communicate()


def main() -> int:
    """Take the pictures that are asked for, or all, and say how large they are."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*", help="only these pictures")
    asked.add_argument("--site", default="", help="walk in a demonstration that runs already, at this address")
    options = asked.parse_args()
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright, demonstration() if not options.site else running(options.site) as site:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.FLAGS)
        pages: dict[str, Page] = {}
        for picture in PICTURES:
            if options.names and picture.name not in options.names:
                continue
            page = pages.get(picture.person) or signed_in(browser, site, picture.person)
            pages[picture.person] = page
            drawn = take(page, picture)
            (FOLDER / f"{picture.name}.png").write_bytes(drawn)
            print(f"{picture.name}: {len(drawn) // 1000} kB of {page.url.removeprefix(site)}", flush=True)
        browser.close()
    return 0


@contextmanager
def running(site: str) -> Iterator[str]:
    """A demonstration that runs already."""
    yield site.rstrip("/")


if __name__ == "__main__":
    sys.exit(main())
