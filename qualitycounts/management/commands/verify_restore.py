"""After a restore: the trail fits together, reports are as they were sealed, each file is where its row says."""

from typing import Any

from django.core.management.base import CommandError

from people import files, trail_checks
from qualitycounts.base.commands import Command as Base
from reporting.reports import sealed


class Command(Base):
    help = (
        "Verify what a restore brought back: the trail, the files of reports, and the files of evidence. "
        "Exit 1 with what does not fit."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found, and fail where something is wrong."""
        self.wrong = ""
        super().handle(*args, **options)
        if self.wrong:
            raise CommandError(self.wrong, returncode=1)

    def work(self, **options: Any) -> dict[str, Any]:
        trail = trail_checks.compare_trail()
        reports, changed = sealed.changed_files()
        kept, amiss = files.compare_files()
        wrong = [trail.fault] if trail.fault else []
        wrong += [f"The file of report {name} is not as it was sealed." for name in changed] + amiss
        self.wrong = "\n".join(wrong)
        return {
            "ok": not wrong,
            "entries": trail.walk.entries,
            "head": trail.walk.head,
            "reports": reports,
            "files": kept,
            "wrong": len(wrong),
        }
