"""`manage.py move_from_sqlite FILE`: what was tried out in one file goes on in PostgreSQL."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from qualitycounts import moving
from qualitycounts.base.commands import Command as Base


class Command(Base):
    help = (
        "Copy every row of a SQLite database into the empty, migrated PostgreSQL one of DATABASE_URL, in one "
        "transaction; rows are counted on both sides and the trail must lead to the same head."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="the SQLite database, such as var/db.sqlite3")

    def work(self, **options: Any) -> dict[str, Any]:
        return moving.move_rows(file=options["file"])
