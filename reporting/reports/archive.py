"""A council year in one file with an index, by the three questions that an inspection (ILACS) asks."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.template.loader import render_to_string

from people import access, council_identity
from people.models import User
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.refusals import Refused
from reporting import periods
from reporting.access import visible_reports
from reporting.models import Edition, PlanItem, Report
from reporting.periods import Period, PeriodKind
from reporting.plan import page as plan_page
from reporting.plan.take_away import PLAN_COLUMNS
from reporting.reports import chain, document, workbook

HOW = "Write the council year as 2026-27."
K = Edition.Kind


QUESTIONS = {
    "what-we-know": "What do we know about the quality of practice?",
    "how-we-know-it": "How do we know it?",
    "what-next": "What comes next?",
}
"""The questions that Ofsted asks of a council’s knowledge of itself, by the folder that answers each."""


@dataclass(frozen=True)
class PackedFile:
    """One file of the archive: its name there, what it is, and its sha256."""

    name: str
    what: str
    sha256: str


@dataclass(frozen=True)
class Entry:
    """Files that belong together, such as those of one report: what they are, and what is said of them."""

    title: str
    said: str
    files: list[PackedFile]


@dataclass
class Archive:
    """The file that is being packed, with what its index says under each question."""

    packed: zipfile.ZipFile
    entries: dict[str, list[Entry]] = field(default_factory=lambda: {folder: [] for folder in QUESTIONS})

    def put(self, folder: str, title: str, said: str, files: Iterable[tuple[str, str, bytes]]) -> None:
        """Pack files, each with its name in the folder and what it is."""
        kept = []
        for name, what, data in files:
            self.packed.writestr(f"{folder}/{name}", data)
            kept.append(PackedFile(f"{folder}/{name}", what, hashlib.sha256(data).hexdigest()))
        self.entries[folder].append(Entry(title, said, kept))

    @property
    def answered(self) -> list[tuple[str, list[Entry]]]:
        """Each question with what answers it."""
        return [(QUESTIONS[folder], entries) for folder, entries in self.entries.items()]


def reports_of_year(written: str, *, at: datetime) -> Period:
    """The council's year that was asked for; the present one where none was. Refuses (`Refused`, 422) another thing."""
    if not written:
        month = periods.month_of(clock.day_of(at))
        return periods.parse(month.council_year)
    year = periods.parse(written)
    if year.kind != PeriodKind.YEAR:
        raise Refused(f"“{written[:20]}” is not a council year. {HOW}", "year")
    return year


def pack_year(*, year: Period, user: User | None, at: datetime) -> bytes:
    """The year for an inspection, by the questions that it asks: every report that was issued, the superseded ones
    with why they were corrected; how it is known; the plan and the answers. The index says of each file what it is and
    its sha256. `user` None: the command, which sees all. Refuses (`Refused`, 422) a year of which none was issued.
    """
    seen = Report.objects.all() if user is None else visible_reports(user)
    reports = list(
        seen.filter(issued_at__isnull=False, period__in=[str(period) for period in periods.all_within(year)])
        .defer("rows")
        .order_by("kind", "period", "number")
    )
    if not reports:
        raise Refused(f"No report of {year.council_year} was issued yet. Choose another year.", "year")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        archive = Archive(packed)
        for report in sorted(reports, key=lambda report: not report.out):
            _put_report(archive, report, reports)
        _put_how(archive, year, whole=user is None or access.may(user, Permission.RUN_SELECTION))
        _put_next(archive, year, reports, user=user, on=clock.day_of(at))
        said = {"questions": archive.answered, "year": year, "at": at, "council_name": council_identity.NAME.value()}
        packed.writestr("index.html", render_to_string("reports/archive.html", said))
    return out.getvalue()


def _put_report(archive: Archive, report: Report, reports: Sequence[Report]) -> None:
    """A report as it was issued, in the folder of its own; a superseded one apart, with what replaced it."""
    after = replaced_by(report, reports)
    title = f"{document.TITLES[report.about.kind]}, {report.about.label}"
    said = f"{report.ref}, version {report.number}. Data as at {date_in_words(report.as_at)}. "
    said += f"{report.get_state_display()}; issued {date_in_words(report.issued_at)}."
    if not report.out:
        title = f"Superseded: {title}"
        said += f" Replaced by {after.ref}: {after.why or 'no reason was asked for then'}" if after else ""
    folder = report.ref if report.out else f"superseded/{report.ref}"
    archive.put("what-we-know", title, said, [(f"{folder}/{name}", what, data) for name, what, data in _files(report)])


def replaced_by(report: Report, reports: Sequence[Report]) -> Report | None:
    """The version that was issued after it; one between them may never have been."""
    later = [each for each in reports if each.period == report.period and each.number > report.number]
    return min(later, key=lambda each: each.number, default=None)


def _files(report: Report) -> Iterator[tuple[str, str, bytes]]:
    yield f"{report.ref}.pdf", "The report", bytes(report.pdf or b"")
    for edition in Edition.objects.filter(report=report).exclude(kind__in=(K.WIDER, K.RESPONSE)):
        yield f"{report.ref}-{edition.file_name}", edition.get_kind_display(), bytes(edition.pdf)
    yield f"{report.ref}-figures.xlsx", "Every number, a row each", b"".join(workbook.tidy_workbook(report))
    for table in workbook.tables(report):
        yield f"tables/{table.slug}.csv", table.title, b"".join(spreadsheets.as_csv(table.heads, table.rows))


def _put_how(archive: Archive, year: Period, *, whole: bool) -> None:
    """How it is known: the tables of the chain, as far as the reader may see them."""
    tables = list(chain.tables_of_how(year, whole=whole))
    said = (
        "Core cases are drawn by chance from a frame whose sha256 is published; others were chosen for a reason, which "
        "is said. Each is graded by two people, and the validation panel looks at a sample."
    )
    archive.put("how-we-know-it", "The chain of the year", said, [(f"{t.name}.csv", t.title, t.data) for t in tables])


def _put_next(archive: Archive, year: Period, reports: Sequence[Report], *, user: User | None, on: date) -> None:
    """What comes next: what was recommended and answered, the responses, and the action plan as it stands."""
    table = chain.recommended_in(year)
    files = [(f"{table.name}.csv", table.title, table.data)]
    responses = Edition.objects.filter(report__in=reports, kind=K.RESPONSE).select_related("report").order_by("report")
    for response in responses.defer("report__pdf", "report__rows", "report__figures"):
        name = f"{response.report.ref}-response.pdf"
        files.append((name, f"{response.report.about.label}, with the management response", bytes(response.pdf)))
    items = PlanItem.objects.all() if user is None else plan_page.visible(user)
    plan = chain.as_csv_file(PLAN_COLUMNS, plan_page.plan_lines(items, on=on))
    files.append(("plan.csv", "The CQAWG action plan, as it stands now", plan))
    archive.put("what-next", "Recommendations, answers and the plan", "What was asked for, and what came of it.", files)
