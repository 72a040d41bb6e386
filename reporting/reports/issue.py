"""Issuing a report: opening it to its readers for good. A correction is the next number; the earlier one stays.

What was issued never changes: the tables refuse it (reporting/triggers.py), and no rule here tries.
"""

from __future__ import annotations

from datetime import datetime

from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotAllowed, NotNow, allows, written
from reporting.models import Report
from reporting.notice_texts import ReportInShort, ReportIssued, ReportTellsGrades, ResponseAsked
from reporting.reports import audiences, checking, editions, revisions
from reporting.reports.after_panel import members_told, waits_for_panel
from reporting.sections.base import Window
from reporting.sections.contents import read_figures
from reporting.sections.grades import Grades
from reporting.states import REPORT


def issue_report(*, report: Report, by: User, at: datetime, why: str = "") -> Report:
    """Issue a report that was made; the one issued before it becomes superseded, and its readers are told.

    Refuses (`NotNow`, 409) one that is not made, is older than the one issued, counts audits regraded since, or
    tells a small number beside a report that went out since;
    (`NotAllowed`, 403) a quarterly or annual report to anyone but the Head of QA; (`Refused`, 422) the Head of QA
    without a written reason.
    """
    with trail.acting(by=by, at=at) as act:
        versions = list(Report.objects.light().select_for_update().filter(period=report.period).order_by("number"))
        report = next(version for version in versions if version.pk == report.pk)
        check_publish(report, by)
        if access.holds(by, Role.HEAD_OF_QA):
            why = written(why, "why", "Write in a line why it goes out now, such as “Agreed with the Director”.")
        if any(version.number > report.number and version.issued_at for version in versions):
            raise NotNow("A later version was issued already. Open that one.")
        if moved := revisions.revisions(report):
            many = "1 audit was" if len(moved) == 1 else f"{len(moved)} audits were"
            raise NotNow(
                f"{many} regraded or set aside since this was made, so its figures are not right any more. Start "
                f"version {report.number + 1}, which counts them again."
            )
        window = Window(report.about, clock.day_of(report.made_at))
        if not read_figures(report.figures).of(Grades).fits_beside(window):
            raise NotNow(
                "Another report of this council year went out since this was made, and the two together would tell a "
                f"small number. Start version {report.number + 1}, whose tables are made to fit."
            )
        for version in versions:
            if version.number < report.number and REPORT.can(version.state, "supersede"):
                was, version.state = version.state, REPORT.check(version.state, "supersede")
                version.save(update_fields=["state"])
                act.add("report.supersede", version, was=was, now=version.state)
        was, report.state = report.state, REPORT.check(report.state, "issue")
        report.issued_at, report.issued_by = at, by
        report.save(update_fields=["state", "issued_at", "issued_by"])
        act.add("report.issue", report, was=was, now=report.state, why=why, content={"sha256": report.sha256})
        _tell_readers(report, at=at)
        if report.kind == Report.Kind.QUARTERLY:
            _ask_response(report, at=at)
        if report.kind != Report.Kind.MONTHLY and audiences.TELL_STAFF.value() == "yes":
            _tell_everyone(report, at=at)
        editions.request_editions(report=report, by=by, at=at)
    return report


def check_publish(report: Report, by: User) -> None:
    """Refuse to issue what `check_ready` refuses, and a month's report that waits for its panel (`NotNow`)."""
    check_ready(report, by)
    if waits := waits_for_panel(report):
        raise NotNow(waits)


def check_ready(report: Report, by: User) -> None:
    """Refuse to issue what is not the person's to issue (`NotAllowed`), or is not made and checked (`NotNow`)."""
    access.check(by, Permission.PUBLISH_REPORT)
    if report.kind != Report.Kind.MONTHLY and not access.holds(by, Role.HEAD_OF_QA):
        raise NotAllowed("The Head of QA issues quarterly and annual reports. Ask them to open this page.")
    if not REPORT.can(report.state, "issue"):
        raise NotNow("Only a report that was made and not issued yet can be issued. Open it again to see where it is.")
    if checking.needed(report):
        raise NotNow(
            "A second person has to read it before it is issued. Ask someone who wrote none of it to check it."
        )


def can_publish(report: Report, by: User, *, waits: str) -> bool:
    """Whether `check_publish` would let it pass; `waits`: what the panel still keeps it from."""
    return not waits and allows(check_ready, report, by)


def can_correct(report: Report, newest: Report, by: User) -> bool:
    """Whether the person may start the next version from this one: from the newest, once it is made."""
    return report.frozen and report.pk == newest.pk and access.may(by, Permission.PUBLISH_REPORT)


def _ask_response(report: Report, *, at: datetime) -> None:
    """Ask the Assistant Director for the written response that the quarterly is complete only with (4.7.5)."""
    notices.notify(
        to=holders(Role.ASSISTANT_DIRECTOR, on=clock.day_of(at)),
        text=ResponseAsked(report, report.recommended.count()),
        key=f"report-response-{report.ref}",
        at=at,
    )


def _tell_everyone(report: Report, *, at: datetime) -> None:
    """Send every worker the link to what is recommended, in short (strategy 7)."""
    notices.notify(
        to=holders(Role.STAFF, on=clock.day_of(at)), text=ReportInShort(report), key=f"report-short-{report.ref}", at=at
    )


def _tell_readers(report: Report, *, at: datetime) -> None:
    """Those of them who still have to grade the audits that it counts are told to leave it until they have."""
    readers, members = list(holders(*audiences.READERS, on=clock.day_of(at))), members_told(report)
    key = f"report-issued-{report.ref}"
    notices.notify(
        to=[reader for reader in readers if reader not in members], text=ReportIssued(report), key=key, at=at
    )
    notices.notify(
        to=[reader for reader in readers if reader in members], text=ReportTellsGrades(report), key=key, at=at
    )
