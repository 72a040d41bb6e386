"""Walk the trail's chain from its first entry, and say whether anything in it was changed or taken out."""

import re
from typing import Any

from django.core.management.base import CommandError, CommandParser

from people import trail_checks
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base


class Command(Base):
    help = (
        "Verify the trail. Exit 1 where an entry does not fit, where the trail does not lead to a head that was kept "
        "elsewhere, or where the triggers that guard it are missing, switched off or changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What an earlier run printed, and somebody kept elsewhere."""
        super().add_arguments(parser)
        parser.add_argument("--head", default="", help="a head that an earlier run printed: it must be in the trail")
        parser.add_argument("--entries", type=int, default=0, help="how many entries that run counted")
        parser.add_argument("--nightly", action="store_true", help="do what the schedule does each night, at once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found, and fail where something is wrong."""
        self.wrong = ""
        super().handle(*args, **options)
        if self.wrong:
            raise CommandError(self.wrong, returncode=1)

    def work(self, **options: Any) -> dict[str, Any]:
        head, entries = options["head"].strip().lower(), options["entries"]
        if head and not re.fullmatch(r"[0-9a-f]{64}", head):
            raise CommandError("--head is 64 characters of 0-9 and a-f, as verify_trail prints it.", returncode=2)
        if entries < 0:
            raise CommandError("--entries is a number of entries, 0 or more.", returncode=2)
        if options["nightly"] and (head or entries):
            raise CommandError("--nightly has the head of the night before: give no other one.", returncode=2)
        checked = (
            trail_checks.check_nightly(at=clock.now())
            if options["nightly"]
            else trail_checks.compare_trail(head=head, entries=entries)
        )
        self.wrong = checked.fault
        return {
            "ok": checked.walk.ok,
            "entries": checked.walk.entries,
            "head": checked.walk.head,
            "first_bad": checked.walk.first_bad,
            "guarded": not checked.broken,
        }
