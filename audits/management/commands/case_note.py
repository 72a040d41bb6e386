"""Print the text for the child's file."""

from typing import Any

from django.core.management.base import CommandParser

from audits.follow_up import case_note
from audits.models import Audit
from qualitycounts.base.commands import Command as Base
from qualitycounts.base.refusals import Refused


class Command(Base):
    help = "Print the entry for the case file of a final audit, such as QC-2612-041."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("audit")

    def work(self, **options: Any) -> dict[str, Any]:
        audit = Audit.objects.filter(ref=options["audit"]).first()
        if audit is None:
            raise Refused(f"There is no audit {options['audit']}. Give its reference, such as QC-2612-041.")
        return {"audit": audit.ref, "heading": case_note.heading(audit), "text": case_note.text(audit)}

    def words(self, done: dict[str, Any]) -> str:
        return str(done["text"])
