"""Synthetic cases and finished audits in any number, for the benchmarks."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction

from audits.models import Case
from fixtures import scale
from people.models import User
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base
from qualitycounts.base.refusals import Refused


class Command(Base):
    help = (
        "Write synthetic cases and finished audits, for measuring. Refused where there is anybody, unless DEBUG is on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--cases", type=int, default=4_000, help="open cases")
        parser.add_argument("--audits", type=int, default=720, help="finished audits of those cases")

    def work(self, **options: Any) -> dict[str, Any]:
        cases, audits = options["cases"], options["audits"]
        if not settings.DEBUG and (User.objects.exists() or Case.objects.exists()):
            raise Refused("There are people or cases here already. Synthetic rows go into an empty database.")
        if cases < 1 or audits < 0:
            raise Refused("Say how many: at least one case, and no fewer than no audits.")
        with transaction.atomic():
            written = scale.make_synthetic(cases=cases, audits=audits, today=clock.today())
        return {"cases": cases, "audits": audits, "rows": sum(written.values()), "written": written}
