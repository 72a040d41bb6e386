"""What moved after a report went out: audits regraded or set aside since. A correction says so to its readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audits.models import Audit, Review
from people import notices
from people.directory import holders
from people.models import User
from people.roles import Role
from qualitycounts.base import clock
from reporting.models import OUT, Report
from reporting.notice_texts import ReportMoved


@dataclass(frozen=True, slots=True)
class Revision:
    """One audit whose grades are not as the report counted them, and since when."""

    audit: Audit
    what: str
    at: datetime


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
    moved = [Revision(review.audit, "regraded", review.decided_at) for review in regraded if review.decided_at]
    moved += [Revision(audit, "set aside", audit.ended_at) for audit in voided if audit.ended_at]
    return sorted(moved, key=lambda revision: (revision.at, revision.audit.pk))


def on_audit_graded(*, audit: Audit, was: str, by: User | None, at: datetime, **_: Any) -> None:
    """Tell whoever wrote, made or issued a report that counts this audit, and the Head of QA, that figures moved."""
    if not was or audit.finalised_at is None:
        return
    day = clock.day_of(audit.finalised_at)
    out = Report.objects.light().filter(state__in=OUT).select_related("written_by", "made_by", "issued_by")
    for report in out:
        if report.about.first <= day <= report.about.last:
            _tell_authors(report, audit, at=at)


def _tell_authors(report: Report, audit: Audit, *, at: datetime) -> None:
    authors = [report.written_by, report.made_by, report.issued_by, *holders(Role.HEAD_OF_QA, on=clock.day_of(at))]
    notices.notify(
        to=list({author.pk: author for author in authors if author is not None}.values()),
        text=ReportMoved(report),
        key=f"report-moved-{report.ref}-{audit.ref}-{at:%Y-%m-%dT%H:%M:%S.%f}",
        at=at,
    )
