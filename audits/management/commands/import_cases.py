"""Import the month's case extract."""

import json
from argparse import ArgumentTypeError
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from audits.models import Audit, Import
from audits.register import changes, extracts, reallocation
from audits.register.answers import check_part
from audits.register.closing_guard import check_closing, closing_of
from audits.register.oddities import group_problems
from audits.register.raw_files import MIB, Limits
from audits.register.reading import FileRefused, read_file
from audits.register.same import questions
from people.list_answers import ListAnswers
from qualitycounts.base import clock, progress
from qualitycounts.base.commands import Command as Base
from qualitycounts.base.commands import check_file
from qualitycounts.base.problems import Problem
from qualitycounts.base.refusals import Refused


def day(text: str) -> date:
    """A date written 2026-10-31, for the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a date such as 2026-10-31") from None


def count(text: str) -> int:
    """A whole number, for the command line."""
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"{text} is not a number such as 1105")
    return int(text)


WIDEST = 70
"""Characters of a line of progress."""


def references_of(audits: Iterable[Audit]) -> str:
    """The references of audits, one after another."""
    return ", ".join(audit.ref for audit in audits)


ON_THE_SERVER = Limits(size=200 * MIB, rows=500_000, unpacked=500 * MIB)
"""What a file may hold that an operator imports on the server: more than an upload."""


def said_of_file(options: dict[str, Any]) -> ListAnswers:
    """Which part of the list the file covers. Refused (422): a team or category that there is none of."""
    categories = [code.strip().upper() for code in options.get("only", "").split(",") if code.strip()]
    check_part(options["only_team"], categories)
    return ListAnswers(tuple(categories), tuple(options["only_team"]))


def take_as_same(extract: dict[str, Any], *, granting: bool) -> ListAnswers:
    """What was said of the file, with all of which it is certain that they are the same."""
    answers: ListAnswers = extract["answers"]
    for question in questions(read_file(**extract, granting=granting)):
        sure = {pair.new: pair.known for pair in question.pairs if pair.sure and not pair.why_not}
        answers = answers.with_names("same" if question.kind == "people" else question.kind, sure)
    return answers


class Command(Base):
    help = "Import a case extract (CSV or XLSX): new cases, changes, and as closed those it no longer names."
    kind = Import.Kind.CASES
    counted: tuple[str, ...] = ("rows", "not_used", "added", "changed", "closed", "unchanged", "refreshed")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-at", type=day, help="the day the extract was taken (default: today)")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument(
            "--mapping",
            default="",
            metavar="NAME",
            help="the mapping that says which column is which: one kept on the page Import an extract, or a ready one, "
            "“Ofsted Annex A” or “Standard Safeguarding Dataset” (default: the one kept for these headings, else ours)",
        )
        parser.add_argument(
            "--closing",
            type=count,
            metavar="N",
            help="how many cases or people you expect the file to close; needed where they are more than the council's "
            "setting lets a file close unasked, or a whole team, service or category",
        )
        parser.add_argument("--reason", default="", help="why so many close; it stays with the import")
        parser.add_argument(
            "--only-team",
            action="append",
            default=[],
            metavar="NAME",
            help="the file covers this team alone, and the rest stays as it is; may be given again for another",
        )
        parser.add_argument(
            "--same",
            action="store_true",
            help="take as the same what the file names anew for certain: numbers without their zeros, people of one "
            "name with another e-mail, renamed teams and services",
        )
        self.add_part(parser)

    def add_part(self, parser: CommandParser) -> None:
        """The parts that only a file of this kind may cover."""
        parser.add_argument(
            "--only",
            default="",
            metavar="CLA,CP",
            help="the file covers these categories alone, and the rest stays as it is",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and print it. With `--json` a refusal is printed too, as `refused`, with what was read of the file."""
        try:
            with progress.told(self.tell_progress) if self.stderr.isatty() else nullcontext():
                super().handle(*args, **options)
        except CommandError as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({**self.read_of_file, "refused": str(refusal)}, cls=DjangoJSONEncoder))
            raise

    def tell_progress(self, words: str) -> None:
        """Say on the terminal how many rows are done, in one line that is written over."""
        self.stderr.write(f"\r{words:<{WIDEST}}", ending="\r")

    def work(self, **options: Any) -> dict[str, Any]:
        self.read_of_file: dict[str, Any] = dict.fromkeys(self.counted, 0) | {"problems": []}
        file: Path = options["file"]
        check_file(file, "Give the path of an extract, CSV or XLSX.")
        at, number = clock.now(), None
        as_at = options["as_at"] or clock.day_of(at)
        granting = bool(options.get("grant"))
        said = changes.warnings(kind=self.kind, as_at=as_at, on=clock.day_of(at))
        extract: dict[str, Any] = {"kind": self.kind, "data": file.read_bytes(), "name": file.name, "as_at": as_at}
        extract |= {"mapping": options["mapping"], "limits": ON_THE_SERVER, "answers": said_of_file(options)}
        try:
            if options["dry_run"]:
                looked = read_file(**extract, granting=granting)
                said += [f"{question.sentence} `--same` takes them as the same." for question in questions(looked)]
                closing = closing_of(looked)
                if closing.asks and options["closing"] is None:
                    said.append(f"{closing.sentence} It is applied only with --closing {closing.number}.")
                else:
                    check_closing(looked, options["closing"])
                counts, problems, dropped = looked.counts, looked.problems, looked.dropped
                to_replace, moved = looked.drawn
            else:
                confirmed = {"closing": options["closing"], "why": options["reason"]}
                if options["same"]:
                    extract["answers"] = take_as_same(extract, granting=granting)
                done = extracts.import_file(**extract, **confirmed, by=None, at=at, granting=granting)
                number = done.pk
                counts, problems, dropped = done.counts, done.problems, done.dropped_columns
                to_replace, moved = reallocation.closed_by(done), reallocation.moved_by(done)
        except FileRefused as refusal:
            self.read_of_file = {**refusal.reading.counts, "problems": refusal.reading.problems}
            if refusal.field:
                closes = closing_of(refusal.reading).number
                raise Refused(f"{refusal.sentence} On the command line: --closing {closes}") from refusal
            raise
        said += self.more(counts)
        if to_replace:
            said.append(f"Drawn cases that close before their meeting, to be replaced: {references_of(to_replace)}.")
        if moved:
            said.append(f"Drawn cases that move to another worker or team, and their audits: {references_of(moved)}.")
        self.number = number
        return {**counts, "problems": problems, "dropped_columns": dropped, "warnings": said, "as_at": as_at}

    def more(self, counts: dict[str, int]) -> list[str]:
        """What else is to be said of an extract of this kind, from its counts."""
        return []

    def words(self, done: dict[str, Any]) -> str:
        """The counts, then what is odd: a line a column and kind. `--json` has every cell."""
        lines = [f"{key}: {value}" for key, value in done.items() if isinstance(value, int)]
        lines += [f"Import {self.number}. `take_back {self.number}` takes it back."] if self.number else []
        lines += done["warnings"]
        groups = group_problems((Problem(**each) for each in done["problems"]), {})
        lines += [f"{group.column or 'The whole row'}, {group.rows}. {group.why}" for group in groups]
        return "\n".join(lines)
