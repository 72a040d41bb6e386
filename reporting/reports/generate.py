"""Making a report: its figures worked out as at one moment, its file drawn, both frozen (reporting/triggers.py).

The page has the worker do it; the command does it itself; both come through `make`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container
from datetime import datetime, timedelta
from typing import Any

from people import trail
from people.models import TrailEntry, User
from qualitycounts import redis_away
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotNow
from reporting import pdf
from reporting.models import OPEN, Report
from reporting.periods import Period
from reporting.reports import document
from reporting.reports.counting import compose, freeze_rows, one_moment
from reporting.reports.drafting import add_version, check_begun, locked, newest_locked
from reporting.states import REPORT

STAGES = {
    "waiting": "Waiting for the worker",
    "counting": "Counting the numbers",
    "drawing": "Drawing the pages",
    "sealing": "Checking and sealing the file",
}
"""How far a making has come, in the order they are reached."""
RECOUNTED = "Its figures were counted again after it was issued."
"""The reason of a correction that no page was asked for."""
GIVEN_UP = timedelta(minutes=2)
"""After this long a report still being made may be asked for again: its worker was stopped."""
TIMES_AGAIN = 3
"""How often it is then begun again by itself: one that ends its worker each time must not do so for ever."""


def request_report(*, report: Report, by: User | None, at: datetime) -> Report:
    """Have the worker make the report from its draft. Asking while it is being made changes nothing.

    Refuses (`NotNow`, 409) once it is made.
    """
    with trail.acting(by=by, at=at) as act:
        report = locked(report)
        if not REPORT.can(report.state, "ask"):
            raise NotNow("This report was made already. Start a correction to make it again.")
        if report.state == Report.State.GENERATING and not given_up(report, at):
            return report
        _claim(report, act, by=by, at=at)
        redis_away.enqueue_on_commit("reporting.tasks.generate", report.pk)
    return report


def given_up(report: Report, at: datetime) -> bool:
    """Whether a report has been in the making for so long that its worker must have stopped."""
    return report.state == Report.State.GENERATING and at - report.made_at >= GIVEN_UP


def take_up_stopped(*, at: datetime, held: Callable[[], Container[int]] = tuple) -> int:
    """Hand the worker again what one that stopped left in the making, a few times each. How many there were.

    `held` says which reports a worker has in hand: those take long. Asked only where something is left.
    """
    left = Report.objects.light().filter(state=Report.State.GENERATING, made_at__lte=at - GIVEN_UP)
    waiting = list(left.select_related("made_by"))
    at_work = held() if waiting else ()
    taken = 0
    for report in waiting:
        if report.pk in at_work:
            continue
        asked = TrailEntry.objects.filter(kind="report", ref=report.ref, act="report.ask").count()
        if asked <= TIMES_AGAIN:
            request_report(report=report, by=report.made_by, at=at)
            taken += 1
    return taken


def stages(report: Report) -> list[tuple[str, str, str]]:
    """The stages of a making, each with the tone and the word of where it stands: done, now, or still to come."""
    slugs = list(STAGES)
    at = slugs.index(report.stage) if report.stage in slugs else 0
    stands = [("agreed", "done")] * at + [("here", "now")] + [("blank", "")] * len(slugs)
    return [(words, *stand) for words, stand in zip(STAGES.values(), stands, strict=False)]


def claim(*, period: Period, by: User | None, at: datetime) -> Report:
    """A version to make at once: the open draft, else a new one. Two that ask together get one number each."""
    with trail.acting(by=by, at=at) as act:
        report = newest_locked(period)
        if report is None or report.state not in OPEN:
            why = RECOUNTED if report and report.issued_at else ""
            report = add_version(period, report, by=by, at=at, why=why)
        _claim(report, act, by=by, at=at)
    return report


def generate_report(*, report: Report, at: datetime) -> Report:
    """Work out the figures, draw the file, freeze both. Does nothing unless it is being made.

    A fault leaves it as failed, to be tried again, and is raised.
    """
    if report.state != Report.State.GENERATING:
        return report
    try:
        _reach("counting", report)
        with one_moment():
            figures, rows = compose(report.about, at=at, report=report), freeze_rows(report.about, at=at)
        _reach("drawing", report)
        report.made_at = at
        file = pdf.render(document.render_document(report, figures))
        _reach("sealing", report)
    except Exception as fault:
        _settle(report, "fail", at, fault=f"{type(fault).__name__}: {fault}"[:200])
        raise
    digest = hashlib.sha256(file).hexdigest()
    frozen = {
        "figures": figures.to_json(),
        "rows": rows,
        "pdf": file,
        "stage": "",
        "sha256": digest,
        "as_at": clock.day_of(at),
        "made_at": at,
    }
    return _settle(report, "make", at, **frozen)


def report_for(*, period: Period, by: User | None, at: datetime) -> Report:
    """The period's report as the register stands: the newest version if nothing has changed since it was made, else
    the next, made now.

    Refuses (`Refused`, 422) a period that has not begun.
    """
    check_begun(period, at)
    newest = Report.objects.filter(period=str(period)).order_by("-number").first()
    if newest is not None and newest.frozen and newest.figures == compose(period, at=at, report=newest).to_json():
        return newest
    return generate_report(report=claim(period=period, by=by, at=at), at=at)


def _claim(report: Report, act: trail.Act, *, by: User | None, at: datetime) -> None:
    was = report.state
    report.state = REPORT.check(was, "ask")
    report.made_by, report.made_at, report.fault, report.stage = by, at, "", "waiting"
    act.add("report.ask", report, was=was, now=report.state)
    report.save(update_fields=["state", "made_by", "made_at", "fault", "stage"])


def _reach(stage: str, report: Report) -> None:
    """Write down how far the making has come, for the page that waits."""
    Report.objects.filter(pk=report.pk, state=Report.State.GENERATING).update(stage=stage)


def _settle(report: Report, what: str, at: datetime, **values: Any) -> Report:
    """Put down what came of the making, unless someone else already has."""
    with trail.acting(by=report.made_by, at=at) as act:
        current = locked(report)
        if not REPORT.can(current.state, what):
            return current
        was = current.state
        current.state = REPORT.check(was, what)
        for name, value in values.items():
            setattr(current, name, value)
        current.save(update_fields=[*values, "state"])
        act.add(f"report.{what}", current, was=was, now=current.state, content={"sha256": current.sha256})
    return current
