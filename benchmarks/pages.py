"""The pages, asked for over HTTP from the same server as the floors, a few of one after a few of the other."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

import django

django.setup()

from django.db.models import F  # noqa: E402
from django.urls import Resolver404, resolve, reverse  # noqa: E402

from audits.models import Audit  # noqa: E402
from benchmarks import stage, table  # noqa: E402
from benchmarks.load import Ask, Caller, Kind, Reply, Sample, at_once, in_turn  # noqa: E402
from benchmarks.table import Line, ms, p50, timed  # noqa: E402
from people.models import User  # noqa: E402
from qualitycounts.base import clock  # noqa: E402
from reporting import periods  # noqa: E402
from reporting.reports import drafting, generate  # noqa: E402
from standards.grades import Grade  # noqa: E402
from standards.models import Criterion  # noqa: E402

ROUNDS, EACH = 8, 12
AT_ONCE, SECONDS = 16, 2.0
FLOOR_PATHS = {"F": "/one/{pk}/", "L": "/list/", "M": "/form/{pk}/"}
KB = 1000


@dataclass(frozen=True, slots=True)
class Server:
    """The product and the floors: each a port and the process behind it. `pk` is the audit that the floors show."""

    product: tuple[int, int]
    floors: tuple[int, int]
    pk: int

    def floor(self, name: str) -> Ask:
        """One floor, on a connection of its own."""
        browser = Caller(self.floors[0])
        return lambda: browser.get(FLOOR_PATHS[name].format(pk=self.pk))

    def caller(self, user: User) -> Caller:
        """A browser in which somebody is signed in."""
        return stage.caller(user, self.product[0])

    def against(self, name: str, ask: Ask) -> tuple[Sample, Sample]:
        """A floor and a request of the product, a few of one after a few of the other."""
        kinds = [Kind(self.floor(name), self.floors[1]), Kind(ask, self.product[1])]
        floor, own = in_turn(kinds, rounds=ROUNDS, each=EACH)
        return floor, own


@dataclass(slots=True)
class Saving:
    """One person saving again and again, each time on what was saved before."""

    browser: Caller
    path: str
    fields: Callable[[int], dict[str, object]]
    version: int = 0
    count: int = 0

    def __call__(self) -> Reply:
        self.count += 1
        reply = self.browser.post(self.path, self.fields(self.count) | {"version": self.version})
        self.version = json.loads(reply.body)["version"]
        return reply


def mark(count: int) -> dict[str, object]:
    """A mark that is another one each time."""
    return {"value": ("evidenced", "partly")[count % 2], "seen": f"Synthetic line {count} of what was seen and where."}


def note(count: int) -> dict[str, object]:
    """A box that is typed on in."""
    return {"choice": "", "text": f"Synthetic note {count}. " * 12}


def grade(count: int) -> dict[str, object]:
    """A chair's own grade, changed before the other has proposed."""
    return {"grade": list(Grade)[count % 2].value, "words": f"Synthetic reason {count}."}


KINDS = {
    "mark": ("audit-mark", mark),
    "note": ("audit-notes", note),
    "grade": ("audit-propose", grade),
}


def autosaves(server: Server, meetings: list[Audit]) -> list[Line]:
    """Row 1: what the meeting page sends by itself, one at a time and from sixteen meetings at once."""
    point = Criterion.objects.filter(section__standard__standard_set=meetings[0].standard_set_id).earliest("pk")
    keys: dict[str, object] = {"mark": point.pk, "note": "s1-worried", "grade": 1}
    found = []
    for kind, (name, fields) in KINDS.items():
        savings = [
            Saving(server.caller(stage.leader(audit)), reverse(name, args=[audit.ref, keys[kind]]), fields)
            for audit in meetings
        ]
        floor, own = server.against("F", savings[0])
        size = len(savings[0]().body)
        again = fields(0) | {"version": savings[0].version}
        statements = stage.queries(stage.leader(meetings[0]), savings[0].path, again)
        savings[0].version += 1
        its = at_once([server.floor("F") for _ in meetings], seconds=SECONDS)
        ours = at_once(savings, seconds=SECONDS)
        what = f"Autosave of a {kind}"
        found += [
            Line("1", f"{what}: statements", statements, 10),
            Line("1", f"{what}: reply", size / KB, 3, "kB"),
            compared("1", f"{what}: p50", own, floor, "F", 8),
            table.fewer("1", f"{what}: answers a second to {AT_ONCE} at once, against F", ours, its, "F", 8),
        ]
    return [*found, Line("1", "One UPDATE by key and its commit, bare", 1000 * p50(updates(meetings[0])), None, "ms")]


def compared(row: str, what: str, own: Sample, floor: Sample, name: str, limit: float | None) -> Line:
    """A ratio of two p50s, with the same of the processors' time, which other programs disturb less."""
    line = table.slower(row, what, own.seconds, floor.seconds, name, limit)
    if not floor.worked:
        return line
    ratio = table.number(own.processor / floor.processor)
    return replace(line, info=f"{line.info}; processor {ms(own.processor)}, {ratio} {name}")


def updates(audit: Audit) -> list[float]:
    """Seconds of each of some bare updates, each with its commit: what a save cannot do without."""
    return timed(lambda: Audit.objects.filter(pk=audit.pk).update(revision=F("revision") + 1), times=40)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its gates: statements, kB of HTML, and how many times its floor's p50."""

    row: str
    what: str
    path: str
    by: User
    floor: str
    times: float
    statements: int
    kb: float | None = None
    first_view: float | None = None


def pages(meeting: Audit, at: datetime) -> list[Page]:
    """Rows 2, 3, 4 and 11, as far as the product has them."""
    officer, auditor = stage.officer(), stage.leader(meeting)
    made = generate.report_for(period=periods.month_of(clock.day_of(at)).previous, by=officer, at=at)
    draft = drafting.start_draft(period=periods.month_of(clock.day_of(at)), by=officer, at=at)
    room = reverse("audit-meeting", args=[meeting.ref])
    found = [
        Page("2", "Case list", reverse("register"), officer, "L", 4, 8, 60, 60),
        Page("2", "Audit list", reverse("audits"), officer, "L", 4, 8, 60),
        Page("2", "Audit list, filtered", f"{reverse('audits')}?state=closed&page=7", officer, "L", 4, 8, 60),
        Page("3", "Live meeting, a standard", f"{room}?step=1", auditor, "M", 6, 12, 90, 90),
        Page("3", "Live meeting, the longest standard", f"{room}?step={longest(meeting)}", auditor, "M", 6, 12, 90),
        Page("4", "Report, as made", reverse("report", args=[made.ref]), officer, "F", 25, 12),
        Page("4", "Report, a draft with live figures", reverse("report", args=[draft.ref]), officer, "F", 25, 12),
    ]
    return [*found, *work(officer, auditor)]


def work(*people: User) -> list[Page]:
    """My work, once there is one."""
    try:
        resolve("/")
    except Resolver404:
        return []
    words = ("the QA Officer", "an auditor")
    return [Page("4", f"My work of {word}", "/", user, "F", 25, 12) for user, word in zip(people, words, strict=True)]


def longest(meeting: Audit) -> int:
    """The standard with the most points."""
    points = Criterion.objects.filter(section__standard__standard_set=meeting.standard_set)
    numbers = list(points.values_list("section__standard__number", flat=True))
    return max(set(numbers), key=numbers.count)


def shown(server: Server, page: Page) -> list[Line]:
    """What one page costs."""
    browser = server.caller(page.by)
    floor, own = server.against(page.floor, lambda: browser.get(page.path))
    reply = browser.get(page.path)
    found = [Line(page.row, f"{page.what}: statements", stage.queries(page.by, page.path), page.statements)]
    if page.kb:
        info = f"{len(reply.body) / KB:.1f} kB gzipped"
        found.append(Line(page.row, f"{page.what}: HTML", len(html(reply)) / KB, page.kb, "kB", info))
    found.append(compared(page.row, f"{page.what}: p50", own, floor, page.floor, page.times))
    if page.first_view:
        sizes = first_view(browser, page.path)
        info = ", ".join(f"{name.rpartition('/')[2]} {size / KB:.1f}" for name, size in sizes.items())
        found.append(Line("11", f"{page.what}: first view", sum(sizes.values()) / KB, page.first_view, "kB", info))
    return found


def html(reply: Reply) -> bytes:
    """The page as it was before it was gzipped for the way."""
    return gzip.decompress(reply.body) if "content-encoding: gzip" in reply.head else reply.body


LINKED = re.compile(r'(?:<script[^>]* src|<link rel="stylesheet" href)="([^"]+)"')
IMPORTED = re.compile(r'(?:from|import)\s*"(\.[^"]+)"')


def first_view(browser: Caller, path: str) -> dict[str, int]:
    """Bytes on the wire of a page with every sheet and script that it asks for, and those that the scripts import."""
    reply = browser.get(path)
    sizes, waiting = {"the page": len(reply.body)}, LINKED.findall(html(reply).decode())
    while waiting:
        name = waiting.pop()
        if name not in sizes:
            part = browser.get(name)
            sizes[name] = len(part.body)
            if name.endswith(".js"):
                waiting += [urljoin(name, other) for other in IMPORTED.findall(html(part).decode())]
    return sizes


def main(product: tuple[int, int], floors: tuple[int, int]) -> None:
    """Measure, and print the lines for the run to read."""
    at = clock.now()
    stage.machinery_runs(at)
    meetings = stage.meetings(AT_ONCE, at=at)
    stage.gather_statistics()
    server = Server(product, floors, meetings[0].pk)
    lines = [line for page in pages(meetings[0], at) for line in shown(server, page)]
    print(table.dump([*lines, *autosaves(server, meetings)]))


if __name__ == "__main__":
    ports_and_pids = [int(word) for word in sys.argv[1:5]]
    main((ports_and_pids[0], ports_and_pids[1]), (ports_and_pids[2], ports_and_pids[3]))
