"""Count what the retention schedule no longer keeps, make the list of it, or carry out the list that was signed."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base
from qualitycounts.retention import disposals
from qualitycounts.retention.classes import counts


class Command(Base):
    help = (
        "List what the retention schedule no longer keeps, for the Head of QA to sign on the page Disposal. With "
        "--carry-out, remove what a signed list names; nothing is removed unsigned."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--on", type=date.fromisoformat, help="the day to count from (YYYY-MM-DD); today without it"
        )
        parser.add_argument("--dry-run", action="store_true", help="count, and write nothing down")
        parser.add_argument(
            "--carry-out", action="store_true", help="do at once what the worker does once it is signed"
        )

    def work(self, **options: Any) -> dict[str, Any]:
        on, at = options["on"] or clock.today(), clock.now()
        if options["dry_run"]:
            return {slug: {"free": due.free, "held": due.held} for slug, due in counts(on).items()}
        if options["carry_out"]:
            done = disposals.carry_out(at=at)
            return {"disposal": done.pk, **done.removed} if done else {"disposal": None}
        made = disposals.make_list(on=on, by=None, at=at)
        return {"disposal": made.pk, **{slug: due["free"] for slug, due in made.due.items()}}
