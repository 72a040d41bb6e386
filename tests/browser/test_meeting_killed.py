"""The server is killed while one types, as when the power goes; started again, it gets every word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, expect

from tests import servers
from tests.browser.conftest import sign_in
from tests.faults.machine import Machine
from tests.ground.processes import until

pytestmark = [pytest.mark.browser, pytest.mark.faults]

SAVED = re.compile(r"^Saved \d\d:\d\d$")
MAKE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.conftest import NOW, load_what_the_council_has
from tests.factories import Council, open_audit
load_what_the_council_has()
council = Council.make()
answer = [open_audit(council, at=NOW).ref, council.auditor.email]
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.end()


def start(machine: Machine, port: int) -> int:
    """The server, answering; its process."""
    code = f"from tests.browser.serving import serve\nserve({port})"
    child = machine.order(run="code", code=code, answer="")
    assert until(lambda: servers.answers(port))
    return child


def text_of(machine: Machine) -> str:
    """What the database has of the box."""
    found = machine.asked("SELECT text FROM audits_note WHERE slug = 's1-worried'")
    return str(found[0][0]) if found else ""


def test_the_server_is_killed_while_one_types(
    machine: Machine, chromium: Browser, rounds: Callable[[int], int]
) -> None:
    """Nothing is called saved that the database does not have, and all of it is there soon after the start."""
    ref, email = machine.python(MAKE)
    chance, port = Random(9), servers.free_port()
    server = start(machine, port)
    with chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-GB") as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        sign_in(page, email)
        expect(page.get_by_role("heading", level=1)).to_contain_text("My work")
        page.goto(f"/audits/{ref}/meeting/?step=1")
        box, saved = page.locator("#s1-worried"), page.locator("#saved")
        for turn in range(rounds(1)):
            before, text = text_of(machine), f"Round {turn}: typed while the server was killed."
            typed = chance.randint(5, len(text) - 5)
            box.fill("")
            box.press_sequentially(text[:typed], delay=15)
            page.wait_for_timeout(chance.randint(0, 1500))
            machine.kill(server)
            if SAVED.match(saved.inner_text()):
                assert text_of(machine) == text[:typed]
            box.press_sequentially(text[typed:], delay=15)
            expect(saved).to_have_text("Not saved, trying. Your words are kept.")
            assert text_of(machine) in (before, "", *(text[:length] for length in range(typed + 1)))
            server = start(machine, port)
            expect(saved).to_have_text(SAVED, timeout=30_000)
            assert text_of(machine) == text
            expect(box).to_have_value(text)
