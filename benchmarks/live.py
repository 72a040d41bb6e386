"""Row 5: from one chair's save to the other's screen, with a stream for each chair of two hundred meetings.

Every page does here what its script does: it hears the stream, and asks what changed. A save, the word of it on the
other chair's stream and the answer to that chair's question are timed from the moment the save is sent.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from urllib.parse import urlencode

import django

django.setup()

from audits.booking import book as booking_book  # noqa: E402
from audits.meeting import lifecycle  # noqa: E402
from audits.models import Audit, Case  # noqa: E402
from benchmarks import stage, table  # noqa: E402
from benchmarks.load import HOST  # noqa: E402
from benchmarks.table import Line, p50, p95  # noqa: E402
from fixtures.scale.register import synthetic  # noqa: E402
from people.models import User  # noqa: E402
from people.roles import Role  # noqa: E402
from qualitycounts.base import clock  # noqa: E402
from standards import standard_sets  # noqa: E402

MEETINGS, RATE, SECONDS = 200, 50, 20
AT_ONCE = 24
"""Connections on which pages ask: as many as a front keeps open to the pages."""


def rooms(count: int, *, at: datetime) -> list[Audit]:
    """So many meetings going on at once; people sit in several where there are not as many of them."""
    auditors = cycle(synthetic(Role.AUDITOR))
    first = clock.day_of(at).replace(day=1)
    found = []
    for number, case in enumerate(
        Case.objects.filter(audits=None).exclude(keyworker=None).select_related("team")[:count], start=5_001
    ):
        auditor = next(one for one in auditors if one.team_id != case.team_id)
        audit = Audit.objects.create(
            ref=f"SYN-{number}",
            month=first,
            number=number,
            case=case,
            category=case.category,
            standard_set=standard_sets.in_force(clock.day_of(at)),
            auditor=auditor,
            keyworker=case.keyworker,
            team=case.team,
        )
        booking_book.book_meeting(audit, by=auditor, at=at, meets=at + timedelta(hours=1), place="Synthetic room")
        found.append(lifecycle.open_meeting(audit, by=auditor, at=at, why="To measure it."))
    return found


@dataclass(slots=True)
class Wires:
    """Connections to the pages that are kept and shared, as a front does."""

    port: int
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=asyncio.Queue)

    async def open(self, count: int) -> None:
        """Connect."""
        for _ in range(count):
            self.free.put_nowait(await asyncio.open_connection(HOST, self.port))

    async def ask(self, method: str, path: str, cookies: str, form: dict[str, object] | None = None) -> bytes:
        """One request and the body of its answer, which has to be 200."""
        body = urlencode(form or {}).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nCookie: {cookies}\r\nAccept: application/json\r\n"
            f"HX-Request: true\r\nX-CSRFToken: {stage.TOKEN}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        reader, writer = await self.free.get()
        try:
            writer.write(head.encode() + body)
            answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        except (asyncio.IncompleteReadError, ConnectionError):  # let go while nobody needed it
            writer.close()
            reader, writer = await asyncio.open_connection(HOST, self.port)
            writer.write(head.encode() + body)
            answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next(int(line[15:]) for line in answered.split("\r\n") if line.startswith("content-length:"))
        answer = await reader.readexactly(length)
        if "connection: close" in answered:
            writer.close()
            reader, writer = await asyncio.open_connection(HOST, self.port)
        self.free.put_nowait((reader, writer))
        if " 200 " not in answered.split("\r\n", maxsplit=1)[0]:
            raise SystemExit(f"{method} {path}: {answered[:200]} {answer[:300]!r}")
        return answer


@dataclass(slots=True)
class Chair:
    """One page: its stream, the revision it shows, and when it heard of each and had shown each."""

    user: User
    room: str
    cookies: str
    wires: Wires
    asks: bool
    seen: int = 0
    wanted: int = 0
    asking: asyncio.Task[None] | None = None
    heard: dict[int, float] = field(default_factory=dict)
    shown: dict[int, float] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    async def listen(self, port: int, ready: asyncio.Semaphore) -> None:
        """Hear the stream until it is cancelled."""
        reader, writer = await asyncio.open_connection(HOST, port)
        path = f"/audits/{self.room}/meeting/live/events/?as={self.user.pk}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {self.cookies}\r\n\r\n".encode())
        answered = await reader.readuntil(b"\r\n\r\n")
        if b"text/event-stream" not in answered:
            raise SystemExit(f"{path}: {answered[:300]!r}")
        first = True
        while True:
            line = await reader.readline()
            if not line:
                raise SystemExit(f"The stream of {self.room} broke off.")
            if line.startswith(b"data: revision "):
                if first:
                    ready.release()
                    first = False
                self.hear(int(line[15:]), time.perf_counter())

    def hear(self, revision: int, at: float) -> None:
        """What the page's script does with a word of the stream."""
        for number in range(max(self.wanted, revision - 20) + 1, revision + 1):
            self.heard[number] = at
        self.wanted = max(self.wanted, revision)
        if self.asks and self.seen < self.wanted and (self.asking is None or self.asking.done()):
            self.asking = asyncio.create_task(self.look())

    async def look(self) -> None:
        """Ask what changed until nothing more did."""
        while self.seen < self.wanted:
            await self.ask()

    async def ask(self) -> None:
        """Ask once, and take what is new for shown."""
        query = urlencode({"seen": self.seen, "step": "1", "as": self.user.pk} | self.keys)
        news = json.loads(await self.wires.ask("GET", f"/audits/{self.room}/meeting/live/?{query}", self.cookies))
        now = time.perf_counter()
        self.keys |= {name: part["key"] for name, part in news.get("parts", {}).items()}
        for number in range(self.seen + 1, news["revision"] + 1):
            self.shown[number] = now
        self.seen = news["revision"]


@dataclass(slots=True)
class Run:
    """What a run of saves came to: seconds from sending a save to its reply, to the word of it, and to the screen."""

    posts: list[float]
    words: list[float]
    screens: list[float]
    lost: int
    rate: float


def chairs(audits: list[Audit], pages: int, *, asks: bool) -> list[list[Chair]]:
    """The two pages of each meeting as it stands now."""
    wires = Wires(pages)
    found = []
    for audit in audits:
        audit.refresh_from_db(fields=["revision"])
        people = [user for user in (audit.auditor, audit.keyworker) if user]
        found.append(
            [Chair(user, audit.ref, cookies(user), wires, asks, audit.revision, audit.revision) for user in people]
        )
    return found


versions: Counter[str] = Counter()
"""The version of the note that each meeting saves again and again."""


async def run(pairs: list[list[Chair]], streams: int, *, asks: bool, rate: float, seconds: float) -> Run:
    """Open every stream, then save at so many a second, by either chair in turn, and wait for what was said."""
    wires = pairs[0][0].wires
    await wires.open(AT_ONCE)
    await asyncio.gather(*(pairs[0][0].ask() for _ in range(AT_ONCE)))  # so that every thread has its connections
    for chair in [chair for pair in pairs for chair in pair if asks]:
        chair.seen = 0  # so that it hears what each part is like
        await chair.ask()
    ready = asyncio.Semaphore(0)
    listening = [asyncio.create_task(chair.listen(streams, ready)) for pair in pairs for chair in pair]
    for _ in listening:
        await asyncio.wait_for(ready.acquire(), 60)
    await asyncio.sleep(1)
    saves: list[tuple[Chair, int, float, float]] = []

    async def save(pair: list[Chair], count: int) -> None:
        by, other = pair if count % 2 else reversed(pair)
        async with locks[by.room]:  # one box, one save after the other, as a page sends them
            began = time.perf_counter()
            form = {"text": f"Synthetic note {count}. " * 8, "version": versions[by.room], "as": by.user.pk}
            address = f"/audits/{by.room}/meeting/notes/s1-worried/"
            said = json.loads(await wires.ask("POST", address, by.cookies, form))
            versions[by.room] = said["version"]
            saves.append((other, said["revision"], began, time.perf_counter()))

    locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    going: set[asyncio.Task[None]] = set()
    began = time.perf_counter()
    for count, pair in zip(range(int(rate * seconds)), turns(pairs), strict=False):
        await asyncio.sleep(max(0.0, began + count / rate - time.perf_counter()))
        going.add(asyncio.create_task(save(pair, count)))
    await asyncio.gather(*going)
    took = time.perf_counter() - began
    await asyncio.sleep(3)
    for task in listening:
        task.cancel()
    lost = sum(revision not in (other.shown if asks else other.heard) for other, revision, _, _ in saves)
    return Run(
        [replied - sent for _, _, sent, replied in saves],
        [other.heard[revision] - sent for other, revision, sent, _ in saves if revision in other.heard],
        [other.shown[revision] - sent for other, revision, sent, _ in saves if revision in other.shown],
        lost,
        len(saves) / took,
    )


def turns(pairs: list[list[Chair]]) -> Iterator[list[Chair]]:
    """The meetings one after another, again and again; a single one is always the same."""
    return cycle(pairs)


def cookies(user: User) -> str:
    """What a signed-in browser sends."""
    if user.pk not in _cookies:
        _cookies[user.pk] = f"sessionid={stage.session(user)}; csrftoken={stage.TOKEN}"
    return _cookies[user.pk]


_cookies: dict[int, str] = {}


def main(pages: int, streams: int) -> None:
    """Measure at one meeting and at two hundred, and print the lines for the run to read."""
    audits = rooms(MEETINGS, at=clock.now())
    one = asyncio.run(run(chairs(audits[:1], pages, asks=False), streams, asks=False, rate=4, seconds=10))
    many = asyncio.run(run(chairs(audits, pages, asks=False), streams, asks=False, rate=RATE, seconds=SECONDS))
    screens = asyncio.run(run(chairs(audits, pages, asks=True), streams, asks=True, rate=RATE / 2, seconds=SECONDS))
    at_200 = f"{MEETINGS} meetings, {many.rate:.0f} saves a second"
    print(
        table.dump(
            [
                Line(
                    "5",
                    "Save to stream, one meeting: event p50 − reply p50",
                    1000 * (p50(one.words) - p50(one.posts)),
                    1,
                    "ms",
                ),
                Line("5", "Save to stream, one meeting: p95", 1000 * p95(one.words), 25, "ms"),
                Line(
                    "5",
                    f"Save to stream, {at_200}: event p50 − reply p50",
                    1000 * (p50(many.words) - p50(many.posts)),
                    1,
                    "ms",
                ),
                Line(
                    "5",
                    f"Save to stream, {at_200}: p95",
                    1000 * p95(many.words),
                    25,
                    "ms",
                    f"reply p95 {1000 * p95(many.posts):.0f} ms",
                ),
                Line("5", "Words lost", one.lost + many.lost, 0),
                Line(
                    "5",
                    f"Save to the other’s screen, {MEETINGS} meetings, both pages asking: p95",
                    1000 * p95(screens.screens),
                    300,
                    "ms",
                    f"p50 {1000 * p50(screens.screens):.0f} ms, {screens.rate:.0f} saves a second, {screens.lost} lost",
                ),
            ]
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
