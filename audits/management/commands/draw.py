"""Draw the cases of a month's core live audits."""

import argparse
import re
from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandParser

from audits.draw import draws
from audits.models import Draw
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base


def month(text: str) -> date:
    """The first day of a month written as 2026-12."""
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{text} is not a month. Write it like 2026-12.") from fault


def hexadecimal(text: str) -> str:
    """A seed."""
    if not re.fullmatch(draws.SEED, text):
        raise argparse.ArgumentTypeError(f"{text} is not a seed. Write 1 to 64 hex characters, or leave it out.")
    return text


class Command(Base):
    help = "Draw the cases of a month's core live audits and give them to auditors."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--month", type=month, required=True, help="the month of the audits, such as 2026-12")
        parser.add_argument("--size", type=int, required=True, help="how many cases to draw")
        parser.add_argument("--unsent", action="store_true", help="tell nobody: it is looked at and sent on its page")
        parser.add_argument("--seed", type=hexadecimal, help="a seed to use; the record says that it was given")

    def work(self, **options: Any) -> dict[str, Any]:
        asked = {name: options[name] for name in ("month", "size", "seed")}
        return summary(draws.run(**asked, send=not options["unsent"], by=None, at=clock.now()))


def summary(drawn: Draw) -> dict[str, Any]:
    """What the command prints: the draw and its picks, people by e-mail."""
    return {
        "ref": drawn.ref,
        "sent": drawn.sent is not None,
        "seed": drawn.seed,
        "frame_hash": drawn.frame_hash,
        "frame_size": drawn.frame_size,
        "excluded": drawn.excluded,
        "quotas": drawn.quotas,
        "picks": [
            {
                "person_id": pick.case.person_id,
                "category": pick.category,
                "ticket": pick.ticket,
                "audit": pick.audit.ref,
                "auditor": pick.audit.auditor and pick.audit.auditor.email,
                "keyworker": pick.audit.keyworker and pick.audit.keyworker.email,
                **({"why": pick.no_auditor_why} if pick.no_auditor_why else {}),
            }
            for pick in drawn.picks.select_related("case", "audit__auditor", "audit__keyworker")
        ],
    }
