"""Answer a request for subject access on the server, in the name of the Head of QA."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from people.models import User
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base
from qualitycounts.base.refusals import Refused
from qualitycounts.subject_access.answer import SubjectCopy, answer_request
from qualitycounts.subject_access.views import page_of


class Command(Base):
    help = "Print all that is held about one child or one worker, as a page; --json for a program. Head of QA only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose records, in whose name, and for which request."""
        super().add_arguments(parser)
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--person-id", default="", help="the person number of a child")
        whose.add_argument("--email", default="", help="the e-mail address of a worker")
        parser.add_argument("--by", required=True, help="the e-mail address of the Head of QA who answers")
        parser.add_argument("--why", required=True, help="which request it answers; it names nobody")
        parser.add_argument("--black-out", action="store_true", help="take out what is known to be about others")

    def work(self, **options: Any) -> dict[str, Any]:
        by = User.objects.filter(email=options["by"].strip().lower()).first()
        if by is None:
            raise Refused("Nobody has the address of --by. Give that of the Head of QA who answers.")
        self.copied: SubjectCopy = answer_request(
            number=options["person_id"],
            email=options["email"],
            why=options["why"],
            black_out=options["black_out"],
            by=by,
            at=clock.now(),
        )
        return asdict(self.copied)

    def words(self, done: dict[str, Any]) -> str:
        """The page that the Head of QA takes away."""
        return page_of(self.copied)
