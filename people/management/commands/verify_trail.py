"""Walk the trail's chain from its first entry, and say whether anything in it was changed or taken out."""

from typing import Any

from django.core.management.base import CommandError

from people import trail, triggers
from qualitycounts.commands import Command as Base


class Command(Base):
    help = "Verify the trail. Exit 1 where an entry does not fit, or where the triggers that guard it are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found, and fail where something is wrong."""
        self.wrong = ""
        super().handle(*args, **options)
        if self.wrong:
            raise CommandError(self.wrong, returncode=1)

    def work(self, **options: Any) -> dict[str, Any]:
        found, guarded = trail.verify(), triggers.present()
        if not found.ok:
            self.wrong = f"Entry {found.first_bad} of the trail was changed, or one before it was taken out."
        elif not guarded:
            self.wrong = "The triggers that guard the trail are missing. Run `manage.py migrate` to make them again."
        return {
            "ok": found.ok,
            "entries": found.entries,
            "head": found.head,
            "first_bad": found.first_bad,
            "guarded": guarded,
        }
