"""Walk the trail's chain from its first entry, and say whether anything in it was changed or taken out."""

import re
from typing import Any

from django.core.management.base import CommandError, CommandParser

from people import trail, triggers
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
        verdict, broken = trail.verify(), triggers.broken()
        kept = trail.verify(head=head, entries=entries) if verdict.ok else verdict
        if not verdict.ok:
            self.wrong = f"Entry {verdict.first_bad} of the trail was changed, or one before it was taken out."
        elif not kept.ok:
            self.wrong = (
                f"The trail has {verdict.entries} entries and does not lead to the head or the number you gave: its "
                "end was cut off, or it was chained anew. Compare it with a backup."
            )
        elif broken:
            self.wrong = triggers.sentence(broken, "that guard the trail")
        return {
            "ok": kept.ok,
            "entries": kept.entries,
            "head": kept.head,
            "first_bad": kept.first_bad,
            "guarded": not broken,
        }
