"""Load a standards set, and the bank holidays that deadlines go by."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from qualitycounts.base.commands import Command as Base
from qualitycounts.base.commands import check_file
from standards import standard_sets
from standards.models import Criterion


class Command(Base):
    help = "Load a standards set from a JSON file (ours: fixtures/standards_v7.json), with the bank holidays."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def work(self, **options: Any) -> dict[str, Any]:
        file: Path = options["file"]
        check_file(file, "Give the path of a standards set, such as fixtures/standards_v7.json.")
        loaded, new = standard_sets.load(file.read_bytes())
        holidays = standard_sets.load_bank_holidays((settings.BASE_DIR / "fixtures/bank_holidays.json").read_bytes())
        return {
            "set": loaded.slug,
            "new": new,
            "standards": loaded.standards.count(),
            "criteria": Criterion.objects.filter(section__standard__standard_set=loaded).count(),
            "indicators": loaded.indicators.count(),
            "bank_holidays": holidays,
        }
