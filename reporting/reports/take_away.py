"""The list of reports as a table to keep: a row a version, and one for a period whose report is not started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from audits.take_away import log_export
from people.models import User
from qualitycounts.base.spreadsheets import Column
from reporting.access import visible_reports
from reporting.models import Report
from reporting.periods import Period
from reporting.reports.index import period_lines


@dataclass(frozen=True)
class ListedReport:
    """A period, and one version of its report; none where it waits to be started."""

    period: Period
    report: Report | None


def report_column(title: str, field: str) -> Column[ListedReport]:
    """A column of the report's own field; empty where there is no report yet."""
    return Column(title, lambda each: getattr(each.report, field, None))


REPORT_COLUMNS: tuple[Column[ListedReport], ...] = (
    Column("Period", lambda each: str(each.period)),
    Column("Name of the period", lambda each: each.period.label),
    report_column("Report", "ref"),
    Column("Kind", lambda each: each.report.get_kind_display() if each.report else ""),
    report_column("Version", "number"),
    Column("State", lambda each: each.report.get_state_display() if each.report else "Not started"),
    report_column("Data as at", "as_at"),
    report_column("Issued", "issued_at"),
    report_column("Answered", "responded_at"),
    report_column("Why it corrects the one before", "why"),
)
"""What the table holds. The headings stay: what others have built on them goes on working."""


def take_reports_away(*, by: User, at: datetime, on: date) -> list[ListedReport]:
    """The reports that the person may open, to be sent as a file; the trail keeps by whom."""
    log_export(visible_reports(by), of="reports", ref="list", what="reports", asked="", by=by, at=at)
    lines = period_lines(by, on=on)
    return [ListedReport(line.period, report) for line in lines for report in line.versions or (None,)]
