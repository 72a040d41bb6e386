"""Take the latest import of its kind back."""

from typing import Any

from django.core.management.base import CommandParser

from audits.models import Import
from audits.register import extracts, take_back
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base
from qualitycounts.base.refusals import Refused


class Command(Base):
    help = "Take the latest import of cases or of staff back: everything that it changed is as it was, or nothing is."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("import", metavar="IMPORT", help="its number, as its address has it; or cases, or staff")
        parser.add_argument("--reason", default="", help="why it is taken back; it stays with the import")

    def work(self, **options: Any) -> dict[str, Any]:
        asked = options["import"]
        known = asked.isascii() and asked.isdecimal() and len(asked) < 10
        applied = Import.objects.filter(pk=asked).first() if known else extracts.latest_applied(asked)
        if applied is None:
            raise Refused(f"There is no import {asked}. Its number stands in the address of its page.")
        back = take_back.take_import_back(applied, why=options["reason"], by=None, at=clock.now())
        return {"undone": back.counts, "kept": [{"what": each.what, "why": each.why} for each in back.stays]}

    def words(self, done: dict[str, Any]) -> str:
        """A line for each count that is not 0, then one for each thing that stays."""
        lines = [f"{key.replace('_', ' ')}: {count}" for key, count in done["undone"].items() if count]
        lines += [f"{each['what']}: {each['why']}" for each in done["kept"]]
        return "\n".join(["Taken back.", *lines])
