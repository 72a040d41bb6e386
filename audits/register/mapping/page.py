"""What the page shows on which a file's columns are settled: what needs a person first, then rules, then the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import Form

from audits.models import Import, KeptMapping
from audits.register.case_fields import BY_HEADING, HEADINGS
from audits.register.cell_readers import bare_number
from audits.register.day_columns import DayOrder, judge_day_column
from audits.register.mapping.choice import ALL, ColumnChoice
from audits.register.mapping.covering import Children, children_of
from audits.register.mapping.guess import ListGuess, cells_under
from audits.register.mapping.layouts import CATEGORY, rules_when_absent
from audits.register.raw_files import RawFile
from audits.register.workers import Workers
from people.staff_teams import count_known
from standards import categories

SAMPLES = 3
LONG_FRACTION = re.compile(r"([0-9]+\.[0-9]{3})[0-9]+")


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One of our columns: its selects, each with the list it is for, what stands under the heading that is chosen, and
    what is made of that; or the rule where there is none, and how far it reaches."""

    ours: str
    selects: list[tuple[str, Any]]
    samples: str
    made: str
    asks: bool
    absent: bool


@dataclass(frozen=True, slots=True)
class ColumnsTable:
    """A table of the page: its caption, the headings of its last two columns, and its rows."""

    caption: str
    headings: tuple[str, str]
    rows: list[ColumnRow]


@dataclass(frozen=True, slots=True)
class FoundList:
    """One list that was found in the file: its name, its size in words, and its mark."""

    name: str
    size: str
    state: str


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """The whole page, its rows by what they need of a person."""

    asking: list[ColumnRow]
    absent: list[ColumnRow]
    certain: list[ColumnRow]
    lists: list[FoundList]
    others: list[str]
    ready: str
    mappings: int
    children: Children | None

    @property
    def needs(self) -> str:
        """How many columns need a person."""
        number = len(self.asking)
        return f"{number} of our {self.total} columns need{'s' if number == 1 else ''} your eye"

    @property
    def others_sure(self) -> str:
        """How many are certain, and how many not in the file."""
        certain, absent = len(self.certain), len(self.absent)
        is_certain = f"{certain} {'is' if certain == 1 else 'are'} certain"
        return f"{is_certain} and {absent} {'is' if absent == 1 else 'are'} not in the file, each with a rule."

    @property
    def not_for_us(self) -> str:
        """How many other sheets there are."""
        number = len(self.others)
        return f"{number} other {'sheet is' if number == 1 else 'sheets are'} not for us"

    @property
    def tables(self) -> list[ColumnsTable]:
        """The tables that have rows, in the order of what needs a person."""
        seen = ("What stands in it", "What we make of it")
        tables = [
            ColumnsTable(
                "Look at this one" if len(self.asking) == 1 else f"Look at these {len(self.asking)}", seen, self.asking
            ),
            ColumnsTable(
                f"Not in the file: {len(self.absent)}, each with a rule",
                ("Instead", "How far that reaches"),
                self.absent,
            ),
            ColumnsTable(f"Certain: {len(self.certain)}", seen, self.certain),
        ]
        return [table for table in tables if table.rows]

    @property
    def total(self) -> int:
        """How many columns we have."""
        return len(self.asking) + len(self.absent) + len(self.certain)


def columns_page(looked_at: Import, file: RawFile, choice: ColumnChoice, form: Form) -> ColumnsPage:
    """The page of a file that waits to be mapped, as the choice and its form stand."""
    rows = list(column_rows(looked_at, choice, form))
    guess = choice.guess
    return ColumnsPage(
        asking=[row for row in rows if row.asks],
        absent=[row for row in rows if row.absent and not row.asks],
        certain=[row for row in rows if not row.absent and not row.asks],
        lists=[FoundList(list_name(each) or "One table", *size_in_words(each)) for each in guess.lists],
        others=guess.others,
        ready=guess.ready,
        mappings=KeptMapping.objects.filter(kind=looked_at.kind).count(),
        children=children_of(file, choice.layout, looked_at),
    )


def list_name(each: ListGuess) -> str:
    """A list as the page calls it: its sheet, and what it is."""
    return " ".join(part for part in (each.headings.sheet.name, each.title.partition(": ")[2].capitalize()) if part)


def size_in_words(each: ListGuess) -> tuple[str, str]:
    """In which row the headings of a list stand, and how many rows are under them; and the mark of the list."""
    rows = sum(number > each.headings.number for number, _ in each.headings.sheet.rows())
    if not rows:
        return f"Headings in row {each.headings.number}. No rows under them.", "blank"
    return f"Headings in row {each.headings.number}. {rows:,} row{'' if rows == 1 else 's'} under them.", "agreed"


def column_rows(looked_at: Import, choice: ColumnChoice, form: Form) -> Iterator[ColumnRow]:
    """Each of our columns with its selects."""
    lists = choice.guess.lists
    for ours in choice.columns:
        fields = choice.selects(ours)
        selects = [
            (list_name(of[0]) if len(fields) > 1 else "", form[name])
            for name, of in fields
            if len(fields) == 1 or of[0].columns[ours].heading or not of[0].category
        ]
        chosen = [(each, heading) for each in lists if (heading := choice.heading_of(each, ours))]
        headed = [(each, heading) for each, heading in chosen if not heading.startswith(ALL)]
        cells = [cell for each, heading in headed for cell in cells_under(each.headings, heading)]
        doubt = doubts_in_words(lists, ours) if as_guessed(choice, ours) else ""
        made = made_of(ours, looked_at, choice, headed) if headed else instead(ours, looked_at, choice, chosen)
        asks = bool(doubt) or any(form[name].errors for name, _ in fields) or made.startswith(BOTH_WAYS)
        if chosen or asks:
            others = [] if headed or not doubt else [(each, name) for each in lists for name in each.columns[ours].near]
            cells += [cell for each, name in others for cell in cells_under(each.headings, name)]
            samples = samples_of(cells)
            yield ColumnRow(ours, selects, samples, " ".join(filter(None, (doubt, made))), asks, not chosen)
        else:
            reach = reach_of(ours, looked_at, choice) or "Nothing for you to do."
            yield ColumnRow(ours, selects, rules_when_absent(looked_at.kind)[ours], reach, asks, absent=True)


def samples_of(cells: Iterable[str]) -> str:
    """The first different cells of a column, long fractions cut."""
    return " · ".join(LONG_FRACTION.sub(r"\1…", cell) for cell in list(dict.fromkeys(cells))[:SAMPLES])


def doubts_in_words(lists: list[ListGuess], ours: str) -> str:
    """Why somebody should look at one of our columns, each reason once with the headings it is about."""
    headings_by_doubt: dict[str, dict[str, None]] = {}
    for each in lists:
        if guess := each.columns[ours].doubt:
            headings_by_doubt.setdefault(guess, {}).update(dict.fromkeys(each.columns[ours].near))
    sentences = []
    for why, headings in headings_by_doubt.items():
        named = ", ".join(f"“{heading}”" for heading in headings)
        left = "is near, but {}, so we left it out." if len(headings) == 1 else "are near, but {}, so we left them out."
        sentences.append(f"{named} {left.format(why)}" if headings else why)
    return " ".join(sentences)


def as_guessed(choice: ColumnChoice, ours: str) -> bool:
    """Whether a column stands as it was guessed: what a person chose is not doubted again."""
    return choice.sent is None or all(
        choice.sent.get(name, "") == choice.guessed(ours, lists) for name, lists in choice.selects(ours)
    )


def instead(ours: str, looked_at: Import, choice: ColumnChoice, chosen: list[tuple[ListGuess, str]]) -> str:
    """What holds for a column that is not in the file."""
    if chosen:
        return f"Everybody in the list is {chosen[0][1].removeprefix(ALL)}."
    if ours == CATEGORY and all(each.category for each in choice.guess.lists):
        return "From the list that the child is on."
    return f"{rules_when_absent(looked_at.kind)[ours]} {reach_of(ours, looked_at, choice)}".strip()


def made_of(ours: str, looked_at: Import, choice: ColumnChoice, headed: list[tuple[ListGuess, str]]) -> str:
    """What is made of the cells under a heading, in words."""
    if looked_at.kind != Import.Kind.CASES:
        return ""
    if BY_HEADING[ours].is_day:
        return days_in_words(headed)
    if ours == CATEGORY:
        ranked = ", then ".join(categories.name_of(code).lower() for code in categories.case_categories().highest_first)
        several = f"On two lists, a child counts once: {ranked}."
        in_words = "Words: say above which is which." if choice.words else ""
        return " ".join(filter(None, (several if len(choice.guess.lists) > 1 else "", in_words)))
    if ours == HEADINGS["team"]:
        teams = distinct(choice, ours)
        known = count_known(teams)
        return f"All {len(teams)} known." if known == len(teams) else f"{known} of {len(teams)} are known teams."
    if ours == HEADINGS["person_id"]:
        return f"{BY_HEADING[ours].made} {figures_in_words(distinct(choice, ours))}".strip()
    return BY_HEADING[ours].made


def figures_in_words(cells: Iterable[str]) -> str:
    """Whether zeros in front can have been lost among these numbers: not where all have as many figures."""
    lengths = {len(number) for cell in cells if (number := bare_number(cell)).isdigit()}
    if len(lengths) == 1:
        return f"All have {lengths.pop()} figures, so no zeros were lost in front."
    if lengths:
        return f"From {min(lengths)} to {max(lengths)} figures: look whether zeros in front were lost in a spreadsheet."
    return ""


BOTH_WAYS = "Written both ways"


def days_in_words(chosen: list[tuple[ListGuess, str]]) -> str:
    """How the dates under a heading are read."""
    for each, heading in chosen:
        column = judge_day_column(enumerate(cells_under(each.headings, heading, 1_000_000), each.headings.number + 1))
        if column.order == DayOrder.BOTH:
            return f"{BOTH_WAYS}: some can only be day first, others only month first."
        if column.order == DayOrder.MONTH_FIRST:
            return "Month first, as one of them can be nothing else."
        if column.order == DayOrder.DAY_FIRST:
            return "Day first: one of them can be nothing else, none says otherwise."
        if column.serials:
            return "Excel’s numbers of days."
    days = [judge_day_column(enumerate(cells_under(each.headings, heading))) for each, heading in chosen]
    order = "Day first. " if any(column.either_row for column in days) else ""
    return f"{order}Blank, 31/12/9999 and 01/01/1900 are no date."


def reach_of(ours: str, looked_at: Import, choice: ColumnChoice) -> str:
    """How far the rule for a column that is not in the file reaches."""
    if ours == HEADINGS["service"] and (teams := distinct(choice, HEADINGS["team"])):
        known = count_known(teams)
        return f"{known} of {len(teams)} teams in the file have a service."
    if ours == HEADINGS["worker_email"] and (names := distinct(choice, HEADINGS["worker_name"])):
        workers = Workers(looked_at.as_at, [])
        known_workers = sum(workers.find(name, "") is not None for name in names)
        return f"{known_workers} of {len(names)} workers found. You are asked about near names next."
    return ""


def distinct(choice: ColumnChoice, ours: str) -> set[str]:
    """The different cells under the heading that is chosen for one of our columns."""
    return {
        cell
        for each in choice.guess.lists
        if (heading := choice.heading_of(each, ours))
        for cell in cells_under(each.headings, heading, 1_000_000)
    }
