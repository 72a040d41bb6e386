"""`manage.py sweep`: look once for what has become late."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from escalation.sweep import sweep_deadlines
from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base


class Command(Base):
    """Tells the next person up of each deadline that has passed, once at each level. Harmless to run again."""

    help = "Find what has become late and tell the next person up, once at each level."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day to look from."""
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="a day, YYYY-MM-DD (today)")
        super().add_arguments(parser)

    def work(self, *, on: date | None = None, **options: Any) -> dict[str, Any]:
        """Sweep; what it did, counted."""
        return asdict(sweep_deadlines(on=on or clock.today(), at=clock.now()))
