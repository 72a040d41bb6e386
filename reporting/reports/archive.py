"""A year of reports in one file with an index: what an inspection (ILACS) asks for."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string

from people import council_identity
from people.models import User
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.refusals import Refused
from reporting import periods
from reporting.access import visible_reports
from reporting.models import OUT, Edition, Report
from reporting.periods import Period, PeriodKind
from reporting.reports import document, workbook

HOW = "Write the council year as 2026-27."


@dataclass(frozen=True)
class Entry:
    """One report of the year with the names its files have in the archive."""

    report: Report
    title: str
    folder: str
    files: list[tuple[str, str, str]]


def reports_of_year(written: str, *, at: datetime) -> Period:
    """The council's year that was asked for; the present one where none was. Refuses (`Refused`, 422) another thing."""
    if not written:
        month = periods.month_of(clock.day_of(at))
        return periods.parse(month.council_year)
    year = periods.parse(written)
    if year.kind != PeriodKind.YEAR:
        raise Refused(f"“{written[:20]}” is not a council year. {HOW}", "year")
    return year


def pack_year(*, year: Period, user: User, at: datetime) -> bytes:
    """The reports of the year that readers have now: each one's PDF, its response, its tables, and an index that says
    of each file what it is and its sha256. Refuses (`Refused`, 422) a year of which none was issued."""
    reports = list(
        visible_reports(user)
        .filter(state__in=OUT, period__in=[str(period) for period in _periods(year)])
        .defer("rows")
        .order_by("kind", "period")
    )
    if not reports:
        raise Refused(f"No report of {year.council_year} was issued yet. Choose another year.", "year")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        entries = [_add(packed, report) for report in reports]
        index = render_to_string(
            "reports/archive.html",
            {"entries": entries, "year": year, "at": at, "council_name": council_identity.NAME.value()},
        )
        packed.writestr("index.html", index)
    return out.getvalue()


def _periods(year: Period) -> list[Period]:
    """The year and everything in it."""
    quarters = [Period(month.first, PeriodKind.QUARTER) for month in year.months[::3]]
    halves = [Period(month.first, PeriodKind.HALF) for month in year.months[::6]]
    return [*year.months, *quarters, *halves, year]


def _add(packed: zipfile.ZipFile, report: Report) -> Entry:
    files: list[tuple[str, str, str]] = []

    def put(name: str, what: str, data: bytes) -> None:
        packed.writestr(f"{report.ref}/{name}", data)
        files.append((f"{report.ref}/{name}", what, hashlib.sha256(data).hexdigest()))

    put(f"{report.ref}.pdf", "The report", bytes(report.pdf or b""))
    for edition in Edition.objects.filter(report=report).exclude(kind=Edition.Kind.WIDER):
        put(f"{report.ref}-{edition.file_name}", edition.get_kind_display(), bytes(edition.pdf))
    for table in workbook.tables(report):
        put(f"tables/{table.slug}.csv", table.title, b"".join(spreadsheets.as_csv(table.heads, table.rows)))
    return Entry(report, f"{document.TITLES[report.about.kind]}, {report.about.label}", report.ref, files)
