"""What every command of ours shares: `--json` prints one object, a refusal is a sentence on stderr and exit 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from qualitycounts.base.refusals import Refused


def check_file(file: Path, hint: str = "") -> None:
    """Refused (exit 1) where there is no such file; `hint` says what to give."""
    if not file.is_file():
        raise Refused(f"There is no file {file}. {hint}".strip())


class Command(BaseCommand):
    """A command whose `work` returns what it did. Exit 0 done, 1 refused, 2 bad usage."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Every command takes `--json`; a subclass adds its own and calls this."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the work and print it."""
        try:
            done = self.work(**options)
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=1) from refusal
        self.stdout.write(json.dumps(done, cls=DjangoJSONEncoder) if options["json"] else self.words(done))

    def work(self, **options: Any) -> dict[str, Any]:
        """Do it; what comes back is what `--json` prints."""
        raise NotImplementedError

    def words(self, done: dict[str, Any]) -> str:
        """The same for a person: a line a key."""
        return "\n".join(f"{key}: {value}" for key, value in done.items())
