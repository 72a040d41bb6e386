"""The check by a second person: nothing that was written goes out until somebody else has read every line."""

from __future__ import annotations

from datetime import datetime

from people import access, trail
from people.models import TrailEntry, User
from people.roles import Permission
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows
from reporting.models import Report
from reporting.reports.drafting import locked
from reporting.sections.contents import read_figures
from reporting.sections.panel import Panel
from reporting.sections.recommendations import Recommendations
from reporting.sections.themes import Themes
from reporting.states import REPORT

WRITING = ("report.write", "report.recommend", "report.reword", "report.take_out")
"""Acts of the trail by which someone's hand is in the words."""
NOT_YOURS = "You wrote or made this report, or wrote in a version before it. Someone else has to read it."


def needed(report: Report) -> bool:
    """Whether a second person has still to read it: always but for a month's figures that nobody wrote a word to."""
    return report.checked_at is None and (report.kind != Report.Kind.MONTHLY or report.has_words or _recommends(report))


def _recommends(report: Report) -> bool:
    """Whether it holds words that somebody wrote elsewhere: recommendations, picked lines, the panel's messages."""
    figures = read_figures(report.figures)
    words = figures.of(Recommendations).recommendations, figures.of(Themes).quotes, figures.of(Panel).messages
    return any(words)


def check_every_line(*, report: Report, read: bool, by: User, at: datetime) -> Report:
    """Say that one has read every line, and that no child, family or worker can be known from it.

    Refuses (`NotAllowed`, 403) whoever wrote or made it; (`NotNow`, 409) what is not made or out already; (`Refused`,
    422) without the statement.
    """
    with trail.acting(by=by, at=at) as act:
        report = locked(report)
        check_check(report, by)
        if not read:
            raise Refused("Tick that you have read every line, or leave it for someone who has.", "read")
        was = report.state
        report.state = REPORT.check(was, "check")
        report.checked_at, report.checked_by = at, by
        report.save(update_fields=["state", "checked_at", "checked_by"])
        act.add("report.check", report, was=was, now=report.state, content={"sha256": report.sha256})
    return report


def check_check(report: Report, by: User) -> None:
    """Refuse whoever is no second person (`NotAllowed`), and what cannot be checked now (`NotNow`)."""
    access.check(by, Permission.PUBLISH_REPORT)
    if by.pk in (report.made_by_id, report.written_by_id):
        raise NotAllowed(NOT_YOURS)
    if not REPORT.can(report.state, "check"):
        raise NotNow("Only a report that was made and not issued yet can be checked. Open it again to see where it is.")
    if report.checked_at is not None:
        raise NotNow(f"{report.checked_by} has checked it already. It can be issued.")
    if _wrote(report, by):
        raise NotAllowed(NOT_YOURS)


def _wrote(report: Report, by: User) -> bool:
    """Whether the person wrote in it, or in a version of the period: each takes on the words of the one before."""
    versions = report.ref.rpartition("-")[0] + "-"
    return TrailEntry.objects.filter(by=by, act__in=WRITING, ref__startswith=versions).exists()


def can_check(report: Report, by: User) -> bool:
    """Whether `check_check` would let it pass."""
    return allows(check_check, report, by)
