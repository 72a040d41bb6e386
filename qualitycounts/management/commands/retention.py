"""Remove the words of audits that the retention schedule no longer keeps."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from qualitycounts import retention
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base


class Command(Base):
    help = "Remove the words of audits that ended longer ago than the retention schedule keeps them. Run it monthly."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--on", type=date.fromisoformat, required=True, help="the day to count from (YYYY-MM-DD)")
        parser.add_argument("--dry-run", action="store_true", help="count, and remove nothing")

    def work(self, **options: Any) -> dict[str, Any]:
        return asdict(retention.apply(on=options["on"], at=clock.now(), dry_run=options["dry_run"]))
