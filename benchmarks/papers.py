"""Papers that somebody waits for: quarterly reports of few and of many audits, the panel's, and an event's slides."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO

import django

django.setup()

import pikepdf  # noqa: E402
from django.db import transaction  # noqa: E402
from pptx import Presentation  # noqa: E402

from audits.panel import sample  # noqa: E402
from benchmarks import stage, table  # noqa: E402
from benchmarks.table import Line, p50, timed  # noqa: E402
from fixtures.scale.register import synthetic  # noqa: E402
from people.roles import Role  # noqa: E402
from qualitycounts.base import clock  # noqa: E402
from reporting import periods  # noqa: E402
from reporting.papers import event_slides, panel_papers  # noqa: E402
from reporting.reports import generate  # noqa: E402
from reporting.sections.event import AuditStory, EventPage, Message, PickedLine, Since  # noqa: E402

WORDS = "Synthetic words as long as a line of a pack usually is, and then a few more to fill a second line of it."
A_PAGE = 0.35
"""Seconds that a page of a paper may take."""


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is undone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def quarters(at: datetime) -> Iterator[Line]:
    """Row 6: a quarter's report made whole, of a council with 15 audits in every quarter and of one with 750, once the
    libraries are warm. `work.printing` makes that of the largest."""
    quarter = periods.parse(f"{periods.council_year_of(clock.day_of(at)).previous}Q4")
    with undone():
        generate.report_for(period=quarter, by=None, at=at)
    for count, most in ((15, 3.5), (750, 10.0)):
        with undone():
            stage.council_of(count, quarter)
            began, processor = time.perf_counter(), time.process_time()
            made = generate.report_for(period=quarter, by=None, at=at)
            seconds, own = time.perf_counter() - began, time.process_time() - processor
        audits = made.figures["audits"]["finalised"]["count"]
        info = f"as many in every quarter before it; {own:.2f} s of the processor"
        yield Line("6", f"A quarter’s report of {audits:,} audits, made whole", seconds, most, "s", info)


def panel(at: datetime) -> Iterator[Line]:
    """Row 6: the papers of a month's panel: what a member reads, and its minutes."""
    officer, day = stage.officer(), clock.day_of(at)
    with undone():
        members = list(synthetic(Role.HEAD_OF_SERVICE))
        month = periods.month_of(day).previous.first
        drawn = sample.draw_sample(month=month, meets_on=day, members=members, by=officer, at=at)
        reviews = f"{drawn.reviews.count()} audits before it"
        yield a_page("The panel’s pack", lambda: panel_papers.panel_pack_pdf(officer, drawn.ref, at=at), reviews)
        yield a_page("The panel’s minutes", lambda: panel_papers.panel_minutes_pdf(officer, drawn.ref, at=at), reviews)


def slides() -> Iterator[Line]:
    """Row 6: the slides of a learning event with every part filled."""
    line = PickedLine(WORDS, "Child", 1)
    page = EventPage(
        proud=[WORDS] * 3,
        practice=[line] * 5,
        voices=[line] * 5,
        messages=[Message(number, WORDS, AuditStory(number, [WORDS] * 6, "A", "B")) for number in (1, 2, 3)],
        complaints=[WORDS] * 3,
        questions=[WORDS] * 5,
        tries=[WORDS] * 3,
        since=[Since("About", WORDS)] * 4,
    )
    named = {"title": "Learning event", "period": "2026-27 H1", "council": "Synthetic council"}
    seconds = timed(lambda: event_slides.event_as_pptx(page, **named), times=3)
    count = len(Presentation(BytesIO(event_slides.event_as_pptx(page, **named))).slides)
    yield Line("6", "The learning event’s slides, a slide", p50(seconds) / count, A_PAGE, "s", f"{count} slides")


def a_page(what: str, make: Callable[[], bytes], info: str) -> Line:
    """How long a PDF takes, a page of it, once its libraries are warm."""
    with pikepdf.open(BytesIO(make())) as made:
        pages = len(made.pages)
    seconds = timed(make, times=2)
    return Line("6", f"{what}, a page of it", p50(seconds) / pages, A_PAGE, "s", f"{info}, {pages} pages")


def run() -> None:
    """Print the lines of every paper."""
    now = clock.now()
    print(table.dump([*panel(now), *slides(), *quarters(now)]))


if __name__ == "__main__":
    run()
