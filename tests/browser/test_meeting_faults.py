"""What goes wrong in a real meeting, many times over: no save that is not one is called one, and no word is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from audits.meeting import lifecycle, pause
from audits.models import Audit, Note
from tests.browser.conftest import OpenPage
from tests.conftest import NOW
from tests.factories import PASSWORD, Council, filled_audit, open_audit

pytestmark = [pytest.mark.browser, pytest.mark.faults]

Rounds = Callable[[int], int]
SAVED = re.compile(r"^Saved \d\d:\d\d$")
BOXES = ("works-well", "worried", "needs", "good-practice")
STORED = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])"


@pytest.fixture
def site(streaming_site: Any) -> Any:
    """Pages and streams, as `make run` serves them."""
    return streaming_site


@pytest.fixture
def audit(site: Any, council: Council) -> Audit:
    return open_audit(council, at=NOW)


@pytest.fixture
def page(browser_page: OpenPage, council: Council, audit: Audit) -> Page:
    """The auditor's page of the first step."""
    page = browser_page(council.auditor)
    page.goto(f"/audits/{audit.ref}/meeting/?step=1")
    return page


def text_of(audit: Audit, box: str) -> str:
    found = Note.objects.filter(audit=audit, slug=f"s1-{box}").first()
    return found.text if found else ""


def test_the_network_goes_and_comes_back(page: Page, audit: Audit, rounds: Rounds) -> None:
    """Cut before, during or after the request; what is typed meanwhile in several boxes arrives whole and in order."""
    chance, arrived = Random(4), []
    page.on("requestfinished", lambda one: arrived.append(one.url) if "/notes/" in one.url else None)

    def cut(route: Route) -> None:
        if chance.random() < 0.3:
            route.fetch()  # it arrived, but its answer did not
        route.abort()

    for turn in range(rounds(2)):
        arrived.clear()
        page.route("**/meeting/**", cut)
        boxes = chance.sample(BOXES, k=2)
        words = {box: f"Round {turn} {box} {'kept ' * chance.randint(1, 30)}end" for box in boxes}
        for box, text in words.items():
            page.locator(f"#s1-{box}").fill(text)
            page.locator(f"#s1-{box}").blur()
        expect(page.locator("#saved")).to_have_text("Not saved, trying. Your words are kept.")
        page.wait_for_timeout(chance.randint(0, 1500))
        assert not SAVED.match(page.locator("#saved").inner_text())
        page.unroute_all(behavior="wait")
        expect(page.locator("#saved")).to_have_text(SAVED, timeout=30_000)
        assert {box: text_of(audit, box) for box in boxes} == words
        order = [url.rpartition("s1-")[2].strip("/") for url in arrived]
        assert sorted(order.index(box) for box in boxes) == [order.index(box) for box in boxes]
        assert page.locator(".qc-choice").count() == 0


def test_the_lid_is_closed_while_one_types(page: Page, audit: Audit, rounds: Rounds) -> None:
    """The page stands still without a network, and is woken before or after the network is back."""
    chance, lid = Random(10), page.context.new_cdp_session(page)
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    for turn in range(rounds(1)):
        before, text = text_of(audit, "worried"), f"Round {turn}: typed as the lid was closed."
        box = page.locator("#s1-worried")
        box.fill("")
        typed = chance.randint(5, len(text) - 5)
        box.press_sequentially(text[:typed], delay=15)
        lid.send("Network.emulateNetworkConditions", {"offline": True, **network})
        box.press_sequentially(text[typed:], delay=15)
        lid.send("Page.setWebLifecycleState", {"state": "frozen"})
        time.sleep(chance.uniform(0, 3))
        assert text_of(audit, "worried") in (before, "", *(text[:length] for length in range(typed + 1)))
        waking: list[tuple[str, dict[str, Any]]] = [
            ("Network.emulateNetworkConditions", {"offline": False, **network}),
            ("Page.setWebLifecycleState", {"state": "active"}),
        ]
        chance.shuffle(waking)
        for command in waking:
            lid.send(*command)
        expect(page.locator("#saved")).to_have_text(SAVED, timeout=30_000)
        assert text_of(audit, "worried") == text
        expect(box).to_have_value(text)


def test_the_session_ends_while_one_types(page: Page, council: Council, audit: Audit, rounds: Rounds) -> None:
    """Each time one signs in over the page, and the words are there."""
    for turn in range(rounds(1)):
        page.context.clear_cookies()
        text = f"Round {turn}: typed while signed out."
        page.locator("#s1-worried").fill(text)
        button = page.locator("#saved").get_by_role("button", name="Sign in")
        button.click(timeout=20_000)
        assert text_of(audit, "worried") != text
        page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#saved")).to_have_text(SAVED)
        assert text_of(audit, "worried") == text
        expect(page.locator("#s1-worried")).to_have_value(text)


def test_both_write_in_one_box(page: Page, council: Council, audit: Audit, rounds: Rounds) -> None:
    """The later one sees both, and what they choose is what stands; the other version is in the trail."""
    chance = Random(5)
    box = page.locator("#s1-needs")
    for turn in range(rounds(2)):
        mine, theirs = f"Round {turn} mine.", f"Round {turn} theirs."
        row = Note.objects.filter(audit=audit, slug="s1-needs").first()
        box.focus()
        box.evaluate("(box, text) => { box.value = text; }", mine)  # typed, and not a moment old
        lifecycle.record_note(
            audit, by=council.keyworker, at=NOW, slug="s1-needs", text=theirs, version=row.version if row else 0
        )
        page.wait_for_timeout(chance.randint(0, 300))
        box.dispatch_event("input")
        box.dispatch_event("change")
        expect(page.locator(".qc-choice blockquote")).to_have_text(theirs)
        expect(box).to_have_value(mine)
        assert text_of(audit, "needs") == theirs
        button, stands = chance.choice(
            [("Keep both", f"{theirs}\n{mine}"), ("Only mine", mine), ("Only Niamh’s", theirs)]
        )
        page.get_by_role("button", name=button).click()
        expect(page.locator(".qc-choice")).to_have_count(0)
        expect(box).to_have_value(stands)
        page.wait_for_function("() => !document.querySelector('.qc-saved--not')")
        if stands != theirs:
            expect(page.locator("#saved")).to_have_text(SAVED)
        assert text_of(audit, "needs") == stands


def test_the_other_pauses_while_one_types(page: Page, council: Council, audit: Audit, rounds: Rounds) -> None:
    """Nothing typed over the pause is called saved, and all of it is there and saved when the meeting goes on."""
    chance = Random(7)
    for turn in range(rounds(1)):
        before, text = text_of(audit, "worried"), f"Round {turn}: typed while the other paused it."
        box = page.locator("#s1-worried")
        box.fill("")
        typed = chance.randint(5, len(text) - 5)
        box.press_sequentially(text[:typed], delay=15)
        pause.pause_meeting(audit, by=council.keyworker, at=NOW)
        box.press_sequentially(text[typed:], delay=15)
        expect(page.locator("#saved")).to_contain_text("Not saved. Your words are kept.")
        assert text_of(audit, "worried") in (before, "", *(text[:length] for length in range(typed + 1)))
        if chance.random() < 0.5:
            page.get_by_role("link", name="Go on from here").click()
            expect(page.locator("#kept textarea")).to_have_value(text)
            page.get_by_role("button", name="Take the meeting up again").click()
            expect(page.locator("#sheet")).to_be_visible()
            if not box.count():  # it begins where something is missing; where that is here, it is saved already
                page.goto(f"/audits/{audit.ref}/meeting/?step=1")
        else:
            pause.resume_meeting(audit, by=council.keyworker, at=NOW)
        expect(box).to_have_value(text)
        expect(page.locator("#saved")).to_have_text(SAVED, timeout=30_000)
        assert text_of(audit, "worried") == text


def test_the_other_ends_it_while_one_types(browser_page: OpenPage, council: Council, site: Any, rounds: Rounds) -> None:
    """What is typed over the end is not called saved, is shown on the page to sign, and saved once it is taken up."""
    chance, audit = Random(8), filled_audit(council, at=NOW)
    page = browser_page(council.keyworker)
    page.goto(f"/audits/{audit.ref}/meeting/?step=1")
    for turn in range(rounds(1)):
        text, box = f"Round {turn}: typed while the other ended it.", page.locator("#s1-worried")
        box.fill("")
        typed = chance.randint(5, len(text) - 5)
        box.press_sequentially(text[:typed], delay=15)
        audit.refresh_from_db()
        lifecycle.end_meeting(audit, by=council.auditor, at=NOW)
        box.press_sequentially(text[typed:], delay=15)
        expect(page.locator("#saved")).to_contain_text("Not saved. Your words are kept.")
        page.get_by_role("link", name="Go on from here").click()
        page.wait_for_url("**/sign/")
        expect(page.locator("#kept textarea")).to_have_value(text)
        audit.refresh_from_db()
        lifecycle.reopen_meeting(audit, by=council.auditor, at=NOW, why="One more thing.")
        page.goto(f"/audits/{audit.ref}/meeting/?step=1")
        expect(box).to_have_value(text)
        expect(page.locator("#saved")).to_have_text(SAVED)
        assert text_of(audit, "worried") == text


def test_the_page_is_left_in_the_middle_of_a_word(page: Page, audit: Audit, rounds: Rounds) -> None:
    """Reloaded, closed or followed on from at once: the last words arrive."""
    chance = Random(6)
    for turn in range(rounds(2)):
        text = f"Round {turn}: left in the middle of a w"
        page.locator("#s1-worried").fill(text)
        page.wait_for_timeout(chance.randint(0, 60))
        if chance.random() < 0.5:
            page.reload()
        else:
            page.get_by_role("link", name=re.compile("Assessment and analysis")).first.click()
            page.wait_for_url("**step=2")
            page.goto(f"/audits/{audit.ref}/meeting/?step=1")
        for _ in range(50):
            if text_of(audit, "worried") == text:
                break
            page.wait_for_timeout(100)
        assert text_of(audit, "worried") == text
        page.goto(f"/audits/{audit.ref}/meeting/?step=1")
        expect(page.locator("#s1-worried")).to_have_value(text)


def test_after_signing_out_the_browser_keeps_no_word(page: Page, audit: Audit) -> None:
    page.locator("#s1-worried").fill("Nobody else may read this.")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign").first.wait_for()
    assert "Nobody else" not in page.evaluate(STORED)
    assert page.evaluate("async () => (await indexedDB.databases()).length + (await caches.keys()).length") == 0
    page.go_back()
    page.wait_for_load_state()
    assert "Nobody else" not in page.content()
