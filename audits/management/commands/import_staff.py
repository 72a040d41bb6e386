"""Import the month's staff extract."""

from django.core.management.base import CommandParser

from audits.management.commands import import_cases
from audits.models import Import


class Command(import_cases.Command):
    help = "Import a staff extract (CSV or XLSX): people, teams, line managers, roles by job title, and who has left."
    kind = Import.Kind.STAFF
    counted = ("rows", "not_used", "added", "changed", "left", "unchanged")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--grant",
            action="store_true",
            help="give every role of a job title at once: without it, those above auditor wait for an administrator",
        )

    def add_part(self, parser: CommandParser) -> None:
        """A staff list has no categories."""

    def more(self, counts: dict[str, int]) -> list[str]:
        """That roles wait, and what to do about it."""
        count = counts.get("waiting", 0)
        if not count:
            return []
        return [
            f"{count} of the roles by job title {'waits' if count == 1 else 'wait'} for a system administrator, on the "
            "page People, Roles that wait. `make_administrator EMAIL` makes one; `--grant` gives the roles at once."
        ]
