"""Sends every form of the pages that are read, once and again and with more beside its boxes, and keeps what comes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from tests.hostile import pages, twins
from tests.hostile.forms import CANARY, DATES, Form, Reader
from tests.hostile.mass import every_name
from tests.world import World

Write = tuple[str, Any]
NO_RECORD = ("django_session", "audits_opening", "last_login", "SAVEPOINT")
"""Statements that say who is there and who looked."""
MORE_ROWS = {
    "feed": "each press makes another key, which is shown once",
    "register-import": "each file that is handed over is on the list, a refused one too",
    "account_reset_password": "each ask is noted, so that there are not too many",
}
"""Addresses at which sending twice rightly makes two rows, and why."""
TOLD = {
    "draw-send": "the note that goes with the mails; its box says: do not name a child",
    "draw-ask-again": "why a draw is not right, which refuses a case's number (tests/audits/draw/test_unsent.py)",
    "draw-decline-again": "the same",
    "month": "what one looks for on the board, which refuses a case's number (tests/audits/month)",
    "feed": "what a key is for: no child's record, and both administrators are told",
}
"""Addresses whose words go into an address or a mail, and why."""

FEW = 3
"""Names by which something moves that are looked for, where there are many."""


@contextmanager
def writes() -> Iterator[list[Write]]:
    """What is written to the database while it lasts, but for who is there and who looked."""
    written: list[Write] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not any(each in sql for each in NO_RECORD):
            written.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What is sent meanwhile leaves nothing behind, and a session that it ended goes on."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def post(client: Client, url: str, data: dict[str, Any]) -> Any:
    """The answer to a form. Without a file it is sent as a browser sends it, which is also the quicker to read."""
    files = {name: SimpleUploadedFile(*each) for name, each in data.items() if isinstance(each, tuple)}
    if files:
        return client.post(url, data | files)
    return client.post(url, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded")


def sent(client: Client, url: str, data: dict[str, Any]) -> tuple[Any, list[Write]]:
    """The answer to a form, and what it wrote."""
    with writes() as written:
        answer = post(client, url, data)
    return answer, written


def leaks(answer: Any, written: Iterable[Write]) -> list[str]:
    """Where the words stand that were written: a mail, an address or a cookie."""
    found = [name for name in ("Location", "Set-Cookie", "HX-Redirect") if CANARY in answer.headers.get(name, "")]
    found += [f"cookie {name}" for name, morsel in answer.cookies.items() if CANARY in morsel.value]
    return found + ["a mail" for sql, params in written if "people_notice" in sql and CANARY in str(params)]


@dataclass
class Walker:
    """Reads pages as people of several roles and sends what forms they have, each once however often it is offered."""

    clients: dict[str, Client]
    read: set[str] = field(default_factory=set)
    wrote: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    moved: list[tuple[str, str, str]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    offered: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    sent: set[Any] = field(default_factory=set)
    done: set[Any] = field(default_factory=set)
    at: str = ""

    def see(self, role: str, url: str = "") -> list[Form]:
        """Read a page (the one on which the last press ended, unless told otherwise) and send its forms."""
        answer = self.clients[role].get(url or self.at, follow=True)
        self.at = answer.redirect_chain[-1][0] if answer.redirect_chain else url or self.at
        forms = self.forms_of(pages.got(role, "", self.at, answer))
        self.send(forms)
        return forms

    def forms_of(self, page: pages.Got) -> list[Form]:
        """The forms of a page, whose boxes are now known."""
        if page.status != 200 or not page.shown:
            return []
        there = Reader(page)
        self.told += [f"{page.url} shows words as they are"] if there.is_raw else []
        for form in there.forms:
            self.read.add(form.door)
            self.offered[form.door] |= set(form.controls)
        return there.forms

    def press(self, role: str, door: str, url: str = "", /, *, as_it_is: bool = False, **values: Any) -> Any:
        """See a page, then send its form to `door` for good: every box filled in, but for those that are told, or as
        the page has it."""
        forms = [form for form in self.see(role, url) if form.door == door]
        assert forms, f"{self.at} has no form for {door} as {role}"
        answers = []
        for on in DATES:
            data = (forms[0].as_it_is() if as_it_is else forms[0].filled(on)) | values
            if door not in self.wrote:
                self.send_one(forms[0], data)
            answer, written = sent(self.clients[role], forms[0].action, data)
            if written:
                self.at = answer.headers.get("Location", self.at).split("#")[0]
                return answer
            answers.append(f"{answer.status_code} {words_of(answer.content.decode())}")
        raise AssertionError(f"{self.at}: {door} as {role} was refused: {answers}")

    def send(self, forms: Iterable[Form]) -> None:
        """Each form, on a day to come and else on one that has passed, until one is taken."""
        for form in forms:
            key = (form.door, tuple(sorted(form.controls)))
            once = (form.role, form.action, key)
            for on in DATES if key not in self.done and once not in self.sent else ():
                if self.send_one(form, form.filled(on)):
                    self.done.add(key)
                    break
            self.sent.add(once)

    def send_one(self, form: Form, data: dict[str, Any]) -> bool:
        """Send a form, once and again, and with more, of which nothing may come of one that is refused; whether it was
        taken."""
        client = self.clients[form.role]
        written = self.send_once_and_again(form, client, data)
        if written or form.door not in self.refused:
            self.send_with_more(form, client, data, written)
        (self.wrote if written else self.refused).add(form.door)
        return bool(written)

    def send_once_and_again(self, form: Form, client: Client, data: dict[str, Any]) -> list[Write]:
        """Send it, and send it again: what the first wrote."""
        with undone(client):
            before = twins.last_rows()
            answer, written = sent(client, form.action, data)
            self.told += [f"{form.door}: {where}" for where in leaks(answer, written) if form.door not in TOLD]
            again = post(client, form.action, data) if written else answer
            self.faults += [f"{form.door}: {each.status_code}" for each in (answer, again) if each.status_code >= 500]
            if form.door not in MORE_ROWS and written:
                self.twice += [f"{form.door} ({again.status_code}): {row}" for row in twins.twins_since(before)]
        return written

    def send_with_more(self, form: Form, client: Client, data: dict[str, Any], written: list[Write]) -> None:
        """Send it with every name of a field beside its boxes; keep which of them it then writes otherwise for."""
        chance: set[int] = set()

        def difference(names: list[str]) -> str:
            more = {name: [every_name()[name]] for name in names}
            with undone(client):
                _, with_more = sent(client, form.action, more | data)
            return first_difference(written, with_more, chance)

        names = [name for name in every_name() if name not in self.offered[form.door]]
        if not difference(names):
            return
        with undone(client):
            _, once_more = sent(client, form.action, data)
        chance |= {place for place, (was, now) in enumerate(zip(written, once_more, strict=False)) if was != now}
        culprits = islice(names_that(difference, names), FEW)
        self.moved += [(form.door, name, difference([name])) for name in culprits]

    def moves(self) -> list[str]:
        """What was moved by a name that no page has a box for at that address."""
        return [f"{door}, {name}: {how}" for door, name, how in self.moved if name not in self.offered[door]]


def words_of(page: str) -> str:
    """What stands in the middle of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2] or page).split())[:600]


State = Callable[[Walker, World], None]
STATES: list[State] = []


def in_state(bring_about: State) -> State:
    """Have the forms of a state walked, which a function brings about."""
    STATES.append(bring_about)
    return bring_about


def names_that(moves: Callable[[list[str]], str], names: list[str]) -> Iterator[str]:
    """Those of the names by which something moves, found by halves."""
    if not moves(names):
        return
    if len(names) == 1:
        yield names[0]
        return
    half = len(names) // 2
    yield from names_that(moves, names[:half])
    yield from names_that(moves, names[half:])


def first_difference(written: list[Write], other: list[Write], chance: set[int]) -> str:
    """The first statement that differs, but for those that differ by chance; "" for none."""
    if len(other) != len(written):
        return f"{len(written)} statements became {len(other)}"
    moved = [each for place, each in enumerate(other) if each != written[place] and place not in chance]
    return str(moved[0])[:400] if moved else ""
