"""`manage.py report PERIOD --out FILE.pdf [--json]`: make a period's report, as the page's button does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from qualitycounts.base import clock
from qualitycounts.base.commands import Command as BaseCommand
from qualitycounts.base.refusals import Refused
from reporting import periods
from reporting.reports import generate
from reporting.sections.contents import read_figures
from reporting.sections.grade_counts import Core
from reporting.sections.grades import Grades
from standards.grades import Grade


class Command(BaseCommand):
    """Makes the report and writes its file; where nothing has changed since it was made, the same file again."""

    help = "Make the audit report of a month (2026-11), quarter (2026-27Q3) or council year (2026-27) as a PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("period", help="2026-11, 2026-27Q3 or 2026-27")
        parser.add_argument("--out", required=True, type=Path, help="where to write the PDF")

    def work(self, **options: Any) -> dict[str, Any]:
        """Exit 1 for what is no period, one that has not begun, or a file that cannot be written."""
        out: Path = options["out"]
        if not out.absolute().parent.is_dir():
            raise Refused(f"There is no folder {out.absolute().parent}. Make it first, or name another file.")
        report = generate.report_for(period=periods.parse(options["period"]), by=None, at=clock.now())
        try:
            out.write_bytes(bytes(report.pdf or b""))
        except OSError as fault:
            raise Refused(f"{out} cannot be written: {fault.strerror}. Name another file.") from fault
        grades = read_figures(report.figures).of(Grades)
        core = grades.core or Core(grades.finalised, grades.grades)
        return {
            "ref": report.ref,
            "period": report.period,
            "as_at": report.as_at,
            "audits": grades.finalised.count,
            "grades": _by_grade(figure.count for figure in grades.grades),
            "core": {"audits": core.finalised.count, "grades": _by_grade(figure.count for figure in core.grades)},
            "by_kind": {
                kind.kind: {"audits": kind.audits, "grades": _by_grade(kind.grades)} for kind in grades.by_kind or ()
            },
            "sha256": report.sha256,
        }


def _by_grade(counts: Iterable[int]) -> dict[str, int]:
    return {grade.value: count for grade, count in zip(Grade, counts, strict=True)}
