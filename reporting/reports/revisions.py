"""What moved after a report went out: audits regraded or set aside since, and the correction that this proposes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audits.models import Audit, Review
from people import notices
from people.directory import holders
from people.roles import Role
from qualitycounts.base import clock
from qualitycounts.base.dates import date_in_words
from reporting.models import OUT, Report
from reporting.notice_texts import ReportMoved, ReportToCorrect
from reporting.reports import audiences
from reporting.reports.counting import compose
from reporting.sections.contents import read_figures
from reporting.sections.revised import RevisedFigure, revised_figures

REGRADED, SET_ASIDE = "regraded", "set aside"


@dataclass(frozen=True, slots=True)
class Revision:
    """One audit whose grades are not as the report counted them, and since when."""

    audit: Audit
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProposedCorrection:
    """What a correction would say if it were made now: why, and the figures that change."""

    why: str
    rows: list[RevisedFigure]


def revisions(report: Report) -> list[Revision]:
    """The audits of the period that were regraded or voided since the report was made, the latest last: two queries;
    no query for one that is superseded."""
    if not report.out and report.state != Report.State.GENERATED:
        return []
    since, until = clock.start_of(report.about.first), clock.start_of(report.about.next.first)
    audits = Audit.objects.filter(finalised_at__gte=since, finalised_at__lt=until)
    regraded = Review.objects.filter(
        audit__in=audits, state=Review.State.DECIDED, outcome=Review.Outcome.REGRADED, decided_at__gt=report.made_at
    ).select_related("audit")
    voided = audits.filter(state=Audit.State.VOIDED, ended_at__gt=report.made_at)
    moved = [Revision(review.audit, REGRADED, review.decided_at) for review in regraded if review.decided_at]
    moved += [Revision(audit, SET_ASIDE, audit.ended_at) for audit in voided if audit.ended_at]
    return sorted(moved, key=lambda revision: (revision.at, revision.audit.pk))


def propose_correction(report: Report, moved: list[Revision], *, at: datetime) -> ProposedCorrection | None:
    """The correction of an issued report whose audits moved, counted as at now; None where there is nothing to correct,
    or nothing was issued."""
    if not (moved and report.out):
        return None
    now = compose(report.about, at=at, report=report)
    return ProposedCorrection(why_in_words(moved), revised_figures(read_figures(report.figures), now))


def why_in_words(moved: list[Revision]) -> str:
    """Why a report is to be corrected, with counts and the last day alone: never which audit. One that moved more than
    once is one audit, set aside in the end where it was."""
    aside_now = {revision.audit.pk for revision in moved if revision.what == SET_ASIDE}
    regraded_now = {revision.audit.pk for revision in moved} - aside_now
    last = date_in_words(clock.day_of(moved[-1].at))
    said = []
    if regraded := len(regraded_now):
        said.append(f"The validation panel changed grades of {regraded} audit{'' if regraded == 1 else 's'}")
    if aside := len(aside_now):
        said.append(f"{aside} audit{' was' if aside == 1 else 's were'} set aside")
    return f"{' and '.join(said)} since it was issued, the last on {last}."


def on_audit_revised(*, audit: Audit, at: datetime, **_: Any) -> None:
    """Tell that the figures of a report that counts this audit moved: whoever wrote, made or issued it and the Head of
    QA, who correct it; and its readers, that a correction is proposed."""
    if audit.finalised_at is None:
        return
    day = clock.day_of(audit.finalised_at)
    out = Report.objects.light().filter(state__in=OUT).select_related("written_by", "made_by", "issued_by")
    for report in out:
        if report.about.first <= day <= report.about.last:
            _tell(report, audit, at=at)


def _tell(report: Report, audit: Audit, *, at: datetime) -> None:
    """The authors once an audit; the readers once a day, however many audits moved in one sitting."""
    on = clock.day_of(at)
    authors = [report.written_by, report.made_by, report.issued_by, *holders(Role.HEAD_OF_QA, on=on)]
    written = {author.pk: author for author in authors if author is not None}
    readers = [reader for reader in holders(*audiences.READERS, on=on) if reader.pk not in written]
    key = f"report-moved-{report.ref}-{audit.ref}-{at:%Y-%m-%dT%H:%M:%S.%f}"
    notices.notify(to=list(written.values()), text=ReportMoved(report), key=key, at=at)
    notices.notify(to=readers, text=ReportToCorrect(report), key=f"report-to-correct-{report.ref}-{on}", at=at)
