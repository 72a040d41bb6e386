"""Work out a draw again and say whether it comes out the same."""

from typing import Any

from django.core.management.base import CommandParser

from audits import recount
from qualitycounts.commands import Command as Base


class Command(Base):
    help = "Work out a draw again from its frame and seed: quotas, tickets, choice and allocation."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("ref", help="the draw's reference, such as DRAW-2612")

    def work(self, **options: Any) -> dict[str, Any]:
        found = recount.verify(options["ref"])
        return {"ok": found.ok, "frame_hash": found.frame_hash, "problems": found.problems}
