"""`manage.py year 2026-27 --out FILE.zip [--json]`: a council year for an inspection, as the page gives it to the QA
Team."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from qualitycounts.base import clock
from qualitycounts.base.commands import Command as BaseCommand
from qualitycounts.base.refusals import Refused
from reporting.reports import archive


class Command(BaseCommand):
    """Packs every report of the year that was issued, how it is known, and what comes next."""

    help = "Pack a council year (2026-27) for an inspection: reports, superseded ones, draws, audits, answers and plan."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("year", help="2026-27")
        parser.add_argument("--out", required=True, type=Path, help="where to write the zip")

    def work(self, **options: Any) -> dict[str, Any]:
        """Exit 1 for what is no year, one of which no report was issued, or a file that cannot be written."""
        at, out = clock.now(), options["out"]
        year = archive.reports_of_year(options["year"], at=at)
        data = archive.pack_year(year=year, user=None, at=at)
        try:
            out.write_bytes(data)
        except OSError as fault:
            raise Refused(f"{out} cannot be written: {fault.strerror}. Name another file.") from fault
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            files = len(packed.namelist())
        return {"year": str(year), "files": files, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
