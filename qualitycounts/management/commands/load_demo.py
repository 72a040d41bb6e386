"""Load the invented council with its year of history."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction

from audits.models import Audit
from fixtures.demo import history
from people.models import User
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base
from qualitycounts.base.refusals import Refused
from standards.timescales import one_calendar


@contextmanager
def unlogged() -> Iterator[None]:
    """Without the log of every query that Django keeps under DEBUG: it would double the time that a year takes."""
    debug, settings.DEBUG = settings.DEBUG, False
    try:
        yield
    finally:
        settings.DEBUG = debug


class Command(Base):
    help = "Load invented people and a year of audits, dated back from today. Refused unless DEMO is on."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--audits", type=int, default=60, help="finished audits in the year before this month")

    def work(self, **options: Any) -> dict[str, Any]:
        if not settings.DEMO:
            raise Refused("The demonstration is for trying out. Set DEMO=1 (with DEBUG=1) to load it.")
        with (
            transaction.atomic(),
            unlogged(),
            one_calendar(),
        ):  # stopped half way, it leaves nothing, and the next start begins again
            history.make_demonstration(today=clock.today(), audits=options["audits"])
        return {"people": User.objects.count(), "audits": Audit.objects.count()}
