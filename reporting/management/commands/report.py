"""`manage.py report PERIOD --out FILE.pdf [--json]`: make a period's report, as the page's button does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from qualitycounts import clock
from qualitycounts.commands import Command as BaseCommand
from qualitycounts.refusals import Refused
from reporting import making, periods
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
        report = making.made(period=periods.parse(options["period"]), by=None, at=clock.now())
        try:
            out.write_bytes(bytes(report.pdf or b""))
        except OSError as fault:
            raise Refused(f"{out} cannot be written: {fault.strerror}. Name another file.") from fault
        audits = report.figures["audits"]
        return {
            "ref": report.ref,
            "period": report.period,
            "as_at": report.as_at,
            "audits": audits["finalised"]["count"],
            "grades": {grade.value: figure["count"] for grade, figure in zip(Grade, audits["grades"], strict=True)},
            "sha256": report.sha256,
        }
