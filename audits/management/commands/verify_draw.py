"""Work out a draw again and say whether it comes out the same."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from audits.draw import recompute
from qualitycounts.base.commands import Command as Base


class Command(Base):
    help = "Work out a draw again: quotas, tickets, choice and allocation. Exit 1 where it comes out differently."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("ref", help="the draw's reference, such as DRAW-2612")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found, and fail where something differs."""
        self.wrong = ""
        super().handle(*args, **options)
        if self.wrong:
            raise CommandError(self.wrong, returncode=1)

    def work(self, **options: Any) -> dict[str, Any]:
        recomputed = recompute.recompute_draw(options["ref"])
        self.wrong = " ".join(recomputed.problems)
        return {"ok": recomputed.ok, "frame_hash": recomputed.frame_hash, "problems": recomputed.problems}
