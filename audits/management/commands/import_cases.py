"""Import the month's case extract."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from audits import register
from audits.models import Import
from qualitycounts import clock
from qualitycounts.commands import Command as Base
from qualitycounts.refusals import Refused


def day(text: str) -> date:
    """A date written 2026-10-31, for the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a date such as 2026-10-31") from None


class Command(Base):
    help = "Import a case extract (CSV or XLSX): new cases, changes, and as closed those it no longer names."
    kind = Import.Kind.CASES

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-at", type=day, help="the day the extract was taken (default: today)")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def work(self, **options: Any) -> dict[str, Any]:
        file: Path = options["file"]
        if not file.is_file():
            raise Refused(f"There is no file {file}. Give the path of an extract, CSV or XLSX.")
        at = clock.now()
        as_at = options["as_at"] or clock.day_of(at)
        said = register.warnings(kind=self.kind, as_at=as_at, on=clock.day_of(at))
        if options["dry_run"]:
            looked = register.read(kind=self.kind, data=file.read_bytes(), name=file.name, as_at=as_at)
            counts, problems, dropped = looked.counts, looked.problems, looked.dropped
        else:
            done = register.import_file(
                kind=self.kind, data=file.read_bytes(), name=file.name, as_at=as_at, by=None, at=at
            )
            counts, problems, dropped = done.counts, done.problems, done.dropped_columns
        return {**counts, "problems": problems, "dropped_columns": dropped, "warnings": said, "as_at": as_at}

    def words(self, done: dict[str, Any]) -> str:
        """The counts, then a line a problem."""
        lines = [f"{key}: {value}" for key, value in done.items() if isinstance(value, int)]
        lines += done["warnings"]
        lines += [f"row {p['row']}, {p['column']}: {p['why']}" for p in done["problems"]]
        return "\n".join(lines)
