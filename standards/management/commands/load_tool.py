"""Load a tool for a theme from its file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from qualitycounts.base import clock
from qualitycounts.base.commands import Command as Base
from qualitycounts.base.commands import check_file
from standards.tool_file import load_tool


class Command(Base):
    help = "Load a tool for a theme from a JSON file, as its page gives it. It can be planned with at once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def work(self, **options: Any) -> dict[str, Any]:
        file: Path = options["file"]
        check_file(file, "Give the path of a tool’s file, as its page gives it.")
        tool, new = load_tool(file.read_bytes(), on=clock.today())
        return {"tool": tool.slug, "new": new, "questions": len(tool.questions)}
