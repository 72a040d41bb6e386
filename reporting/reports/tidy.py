"""Every number of a report as one row of a plain table: what it counts, of what, in which period, and how sure it is.

The rows are read from the sections' own figures, so a section that is added to a report is in them by itself. What is
masked in the report is masked here; words are left to the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import singledispatch
from typing import Any

from reporting import odds, periods
from reporting.masking import COVERED, FEW
from reporting.odds import Share
from reporting.periods import Period
from reporting.sections.base import Figure, Series
from reporting.sections.conclusions import Concluded, FoundIn
from reporting.sections.coverage import CoverageRow
from reporting.sections.escalations import OnStep
from reporting.sections.grade_charts import GRADES
from reporting.sections.grade_counts import Chosen, OfKind
from reporting.sections.grades import Grades
from reporting.sections.groups import Groups
from reporting.sections.panel import Panel
from reporting.sections.published import REVISED, is_revised
from reporting.sections.put_right import PutRight
from reporting.sections.section import Figures
from reporting.sections.standards import Standard
from reporting.sections.workers_say import WorkersSay
from reporting.sections.working_days import Taken

UNITS = {
    **dict.fromkeys(("grades", "standards", "panel", "coverage", "record", "practice", "programme"), "audits"),
    "put_right": "audits",
    "families": "audits",
    "spot_views": "cases",
    "changed": "checks",
    "workers_say": "answers",
    "agreement": "grades",
    "actions": "actions",
    "escalations": "escalations",
    "evidence": "marks",
    "themes": "notes",
}
"""What a section counts; where it counts several things, its figures say which."""
DAYS, MINUTES = "working days", "minutes"


@dataclass(frozen=True)
class TidyRow:
    """One number: where it stands in the report, what it is of, and which period it was counted in."""

    part: str
    group: str
    figure: str
    unit: str
    definition: str
    period: Period
    count: float | None
    of: int | None = None
    masked: str = ""
    revised: bool = False

    @property
    def mark(self) -> str:
        """(r) where a month that it counts was revised."""
        return REVISED.strip() if self.revised else ""

    @property
    def share(self) -> Share | None:
        """The number as a share; None where it is of nothing, or not known."""
        return Share(int(self.count), self.of) if self.of and self.count is not None else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Where the true share lies, 95 times in 100, given only so many."""
        return odds.bounds(self.share) if self.share and self.share.count <= self.share.of else None


@dataclass(frozen=True)
class Place:
    """Where the walk through a report has come to: the part, what leads to the number, and the periods counted in."""

    part: str
    unit: str
    figures: Figures
    names: tuple[str, ...] = ()

    @property
    def period(self) -> Period:
        """The report's own period."""
        return self.figures.all_units[-1]

    def within(self, *names: str) -> Place:
        """One step further in."""
        return replace(self, names=(*self.names, *(name for name in names if name)))

    def row(self, figure: str, count: float | None, of: int | None = None, **more: Any) -> TidyRow:
        """A number that stands here; of the report's own period, where nothing else is said."""
        said: dict[str, Any] = {"unit": self.unit, "definition": "", "period": self.period} | more
        revised = is_revised(said["period"], self.figures.of(Grades).revised or ())
        return TidyRow(self.part, ", ".join(self.names), figure, count=count, of=of, revised=revised, **said)

    def spread(self, names: Sequence[str], counts: Sequence[int], **more: Any) -> Iterator[TidyRow]:
        """Numbers that together are all there is, each of them all."""
        for name, count in zip(names, counts, strict=True):
            yield self.row(name, count, sum(counts), **more)


def tidy_rows(figures: Figures) -> Iterator[TidyRow]:
    """Every number of a report's figures."""
    for kind, section in figures.sections.items():
        if section is not None:
            yield from _within(section, Place(words_of_name(kind.name), UNITS.get(kind.name, "number"), figures))


def words_of_name(name: str) -> str:
    """A field's name as it is read: Open now."""
    return name.replace("_", " ").capitalize()


@singledispatch
def _numbers(value: Any, place: Place) -> Iterator[TidyRow]:
    """The numbers of one value of a report, where it stands; words and what is not held have none."""
    if is_dataclass(value):
        yield from _within(value, place.within(_name_of(value)))


@_numbers.register
def _(value: list, place: Place) -> Iterator[TidyRow]:  # type: ignore[type-arg]
    for each in value:
        yield from _numbers(each, place)


@_numbers.register
def _(value: Figure, place: Place) -> Iterator[TidyRow]:
    counted = place.unit != MINUTES
    yield place.row(value.name, value.count, value.of if counted else None, definition=value.definition)
    if value.before is not None:
        of, before = value.before_of if counted else None, place.period.previous
        yield place.row(value.name, value.before, of, definition=value.definition, period=before)


@_numbers.register
def _(value: Series, place: Place) -> Iterator[TidyRow]:
    counted = zip(place.figures.all_units, value.counts, value.ofs, strict=True)
    rows = {str(unit): (unit, count, of) for unit, count, of in counted}
    for month, (count, of) in zip(place.figures.all_months, value.by_month, strict=False):
        rows.setdefault(str(month), (month, count, of))
    for unit, count, of in rows.values():
        yield place.row(value.name, count, of, definition=value.definition, period=unit)


@_numbers.register
def _(value: Groups, place: Place) -> Iterator[TidyRow]:
    service = ""
    for row in value.rows:
        service = service if row.team else row.name
        at, whole = place.within(service, row.name if row.team else ""), _count(row.audits)[0]
        cells = {"Audits": row.audits, "Good or better": row.good, "Below Good": row.below}
        for name, cell in (cells | dict(zip(GRADES, row.grades, strict=False))).items():
            count, masked = _count(cell)
            of = None if name == "Audits" or count is None else whole
            yield at.row(name, count, of, masked=masked, definition=value.definition)


@_numbers.register
def _(value: CoverageRow, place: Place) -> Iterator[TidyRow]:
    for name, cell, unit in (("Audited", value.audited, "audits"), ("Open", value.open, "cases")):
        count, masked = _count(cell)
        yield place.within(value.name).row(name, count, masked=masked, unit=unit)


@_numbers.register
def _(value: Standard, place: Place) -> Iterator[TidyRow]:
    at = place.within(f"Standard {value.number}, {value.title}", value.set)
    yield from at.spread(GRADES, value.grades)
    yield at.row("Does not apply", value.not_applicable)
    yield from _numbers(replace(value.good, name="Good or better"), at)


@_numbers.register(OfKind)
def _(value: OfKind, place: Place) -> Iterator[TidyRow]:
    at = place.within(value.name)
    yield at.row("Audits", value.audits, definition=value.definition)
    yield from at.spread(GRADES, value.grades, definition=value.definition)
    yield from _numbers(value.chosen or [], at)


@_numbers.register
def _(value: Chosen, place: Place) -> Iterator[TidyRow]:
    yield from place.within(value.title).spread(GRADES, value.grades)


@_numbers.register
def _(value: FoundIn, place: Place) -> Iterator[TidyRow]:
    at = place.within(value.kind, value.title, value.month or "")
    for about, count in zip(value.about, value.counts, strict=True):
        yield at.row(about, count, unit="findings")
    yield at.row("With learning", value.learning, unit="findings")


@_numbers.register
def _(value: Concluded, place: Place) -> Iterator[TidyRow]:
    for table in value.answers or ():
        at = replace(place.within(value.kind, value.title, value.month, table.who), unit="answers")
        for row in table.rows:
            whole, _ = _count(row.whole)
            for name, cell in zip(table.columns, row.cells, strict=True):
                count, masked = _count(cell)
                of = None if count is None else whole
                yield at.within(row.question).row(name, count, of, masked=masked)


@_numbers.register
def _(value: Taken, place: Place) -> Iterator[TidyRow]:
    said: dict[str, Any] = {"unit": DAYS, "definition": value.definition}
    at = place.within("Median")
    yield at.row(value.name, value.median, **said)
    yield at.row(value.name, value.before, **said, period=place.period.previous)


@_numbers.register
def _(value: OnStep, place: Place) -> Iterator[TidyRow]:
    at = replace(place.within(value.path, value.name), unit="steps")
    yield from _within(value, at)
    yield at.row("Median", value.median, unit=DAYS)


def _within(value: Any, place: Place) -> Iterator[TidyRow]:
    """The numbers of a record's fields, under the field's name where they have no name of their own."""
    for each in fields(value):
        held, field = getattr(value, each.name), words_of_name(each.name)
        named = isinstance(held, Figure | Series) or _name_of(held) or field == place.part
        unit = MINUTES if each.name == MINUTES else place.unit
        yield from _numbers(held, replace(place if named else place.within(field), unit=unit))
    extra = EXTRA.get(type(value))
    if extra:
        yield from extra(value, place)


def _name_of(value: Any) -> str:
    """What a record is called; of a list, what its first is, where these are not figures that the field is about."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, Figure) or not is_dataclass(first):
        return ""
    return str(getattr(first, "name", "") or getattr(first, "title", ""))


def _by_month(section: Grades, place: Place) -> Iterator[TidyRow]:
    """The grades of each month, where the month is not the report's own."""
    for written, four in zip(section.months, section.mix, strict=True):
        month = periods.parse(written)
        yield from place.within("By month").spread(GRADES, four, period=month)


def _kappa(section: Panel, place: Place) -> Iterator[TidyRow]:
    yield place.row("Weighted kappa", section.kappa, unit="kappa", definition=section.kappa_definition)


def _timed(section: WorkersSay, place: Place) -> Iterator[TidyRow]:
    """How many audits the minutes are of: they are no share of them."""
    for figure in section.minutes[:1]:
        yield place.within("Minutes").row("Audits", figure.of, unit="audits", definition=figure.definition)


def _children_followed(section: PutRight, place: Place) -> Iterator[TidyRow]:
    yield from _numbers(section.followed_figures, place.within("Followed"))


EXTRA: Mapping[type[Any], Callable[[Any, Place], Iterator[TidyRow]]] = {
    Grades: _by_month,
    Panel: _kappa,
    PutRight: _children_followed,
    WorkersSay: _timed,
}
"""Numbers that are neither figures nor shares, by the section that has them."""


def _count(cell: str) -> tuple[int | None, str]:
    """A cell as it may be printed: its number, or why there is none."""
    if cell in (FEW, COVERED):
        return None, cell
    return (int(cell.replace(",", "")), "") if cell.replace(",", "").isdigit() else (None, "")
