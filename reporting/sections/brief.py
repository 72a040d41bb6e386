"""What a month's two pages say: the level first, four numbers each with what is expected of it, and their verdicts.

“Has it changed?” and “is it good enough?” are two questions, and each number answers both in words. All of it is frozen
with the figures; a report that was frozen before has none of it, and keeps the pages it had.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Self

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from qualitycounts.base.dates import month_name
from reporting import charts, periods
from reporting.aims import BELOW, MET, UNKNOWN, Aims, good_enough
from reporting.baseline import RARE_TOGETHER, BaselineRun
from reporting.control_chart import NO_SIGNAL, TOO_FEW, Reading, in_words
from reporting.odds import Share, bounds, few, interval, span, would_show
from reporting.periods import Period, PeriodKind
from reporting.sections.actions import Actions, ActionsLine
from reporting.sections.base import Figure, Window
from reporting.sections.conclusions import Conclusions
from reporting.sections.elsewhere import Elsewhere
from reporting.sections.escalations import Escalations, PathLine
from reporting.sections.grade_charts import Cell, Head, MixRow, heads_of
from reporting.sections.grades import Grades
from reporting.sections.narrative import changed, level_and_floor, truth, weakest
from reporting.sections.panel import Panel
from reporting.sections.programme import Programme
from reporting.sections.put_right import PutRight, PutRightRow
from reporting.sections.record import Record
from reporting.sections.rows import Rows, rows_of
from reporting.sections.section import Figures, Section, View
from reporting.sections.shares import Row
from reporting.sections.spot_views import SpotViews
from reporting.sections.story import Sentence
from reporting.sections.wording import joined

NO_TARGET, FLOOR, UNDER_FLOOR = "No target is set", "Floor crossed", "Under the floor"
NOT_TESTED, STILL_OPEN, ALL_RIGHT = "Not tested", "Not yet", "Met"
NOTHING = "Nothing to read"
SIGNS = {
    TOO_FEW: ("○", ""),
    NO_SIGNAL: ("–", ""),
    NOT_TESTED: ("–", ""),
    UNKNOWN: ("?", ""),
    BELOW: ("▼", "act"),
    FLOOR: ("▼", "act"),
    STILL_OPEN: ("▼", "act"),
    "Fall shown": ("▼", "act"),
    "Rise shown": ("▲", "act"),
    MET: ("✓", "well"),
    ALL_RIGHT: ("✓", "well"),
    UNDER_FLOOR: ("✓", "well"),
}
"""Each verdict's sign and look; a dashed border, the look of the others, says that nothing is known."""
WORTH_SAYING, LONGEST_LINE = 4, 120
"""Findings from elsewhere, and conclusions, that the second page has room for, and the characters of each."""


@dataclass(frozen=True)
class Verdict:
    """A verdict in a word, and what it rests on in a sentence or two."""

    short: str
    words: str

    @property
    def sign(self) -> str:
        """Its sign, which stands for the colour where there is none."""
        return SIGNS.get(self.short, ("○", ""))[0]

    @property
    def look(self) -> str:
        """How its mark is drawn: act, well, or nothing where nothing is known."""
        return SIGNS.get(self.short, ("○", ""))[1]


@dataclass(frozen=True)
class BriefNumber:
    """One of the four numbers: how many of how many, what is expected of it, and its two verdicts.

    `least` and `most` are the fewest and most that chance gives, going by the baseline; None without one. `target` is
    in percent, None where there is none.
    """

    name: str
    count: int
    of: int
    noun: str
    changed: Verdict
    enough: Verdict
    target: int | None = None
    least: int | None = None
    most: int | None = None

    @property
    def strip(self) -> SafeString:
        """Where the true share may lie, the share itself, what chance gives, and the target, drawn."""
        share = Share(self.count, self.of)
        rate, between = share.rate, interval(share)
        words = f"{share.counts} {self.noun}" if self.of else f"No {self.noun}"
        words += f"; the true share may lie between {between[0]} and {between[1]}" if between else ""
        words += (
            "" if self.target is None else f"; the target is {self.target}%" if self.target else "; none is expected"
        )
        expected = None
        if self.of and self.least is not None and self.most is not None:
            expected = self.least / self.of, self.most / self.of
        return charts.strip(words + ".", rate, bounds(share) if self.of else None, expected, self.target)

    @property
    def expected(self) -> str:
        """What chance gives, in words: Expected: 1 to 5 of 5."""
        if self.least is None or self.most is None:
            return ""
        range_ = f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"
        return f"Expected by chance: {range_} of {self.of}."


@dataclass(frozen=True)
class StandardLine:
    """One standard: this month, since April with where its true share may lie, its baseline, and whether it changed."""

    name: str
    now: str
    since: str
    between: str
    base: str
    would_show: str
    changed: Verdict
    case: bool = False


@dataclass(frozen=True)
class Brief(Section):
    """The words of a month's first page and the verdicts of its second; nothing of a longer report."""

    name = "brief"
    key = "brief"

    sentences: list[Sentence]
    numbers: list[BriefNumber]
    lines: list[StandardLine]
    base_name: str = ""

    @classmethod
    def count(cls, window: Window) -> Self | None:
        """Nothing by itself: it follows from the figures."""
        return None

    @classmethod
    def conclude(cls, window: Window, counted: Figures) -> Self | None:
        """The words of a month's two pages, from its figures and the aims of the council."""
        if window.period.kind != PeriodKind.MONTH:
            return None
        rows, aims = rows_of(counted), Aims.in_force()
        return cls(
            sentences=_sentences(rows, aims, counted),
            numbers=[
                _number(rows.good, "audits", aims.good),
                _of_inadequate(rows.inadequate, aims.floor_inadequate),
                _number(rows.on_time, "actions due", aims.on_time, f"{rows.period.short}’s actions done on time"),
                _of_put_right(rows.put_right, rows.period.previous),
            ],
            lines=[_line(row) for row in rows.standards] + [_line(rows.good, case=True)],
            base_name=rows.good.run.base_name if isinstance(rows.good.run, BaselineRun) else "",
        )

    def page(self, view: View) -> BriefPage:
        """The two pages."""
        return BriefPage(self, view.figures, view.period)


@dataclass(frozen=True)
class BriefPage:
    """What the two pages show, each part of it empty where there is nothing to say."""

    brief: Brief
    figures: Figures
    period: Period

    @property
    def heads(self) -> list[Head]:
        """The months of the table of grades."""
        grades = self.figures.of(Grades)
        months = [periods.parse(month) for month in grades.months]
        return heads_of(months, [month.first in self.period for month in months])

    @property
    def grades(self) -> list[tuple[MixRow, int]]:
        """The core audits by grade and month, with their sum since April; all of them, and Good or better last."""
        grades = self.figures.of(Grades)
        months = [periods.parse(month) for month in grades.months]
        april = periods.council_year_of(self.period.first)
        names = [figure.name for figure in grades.core_grades]
        lines = [(name, [four[place] for four in grades.mix]) for place, name in enumerate(names)]
        lines += [
            ("All", [sum(four) for four in grades.mix]),
            ("Good or better", [sum(four[:2]) for four in grades.mix]),
        ]
        return [
            (
                MixRow(name, [Cell(n, month.first in self.period) for n, month in zip(counts, months, strict=True)]),
                sum(n for n, month in zip(counts, months, strict=True) if month.first in april),
            )
            for name, counts in lines
        ]

    @property
    def shows(self) -> bool:
        """Whether any line says what would show a change."""
        return any(line.would_show != "–" for line in self.brief.lines)

    @property
    def actions(self) -> list[ActionsLine]:
        """The actions that fell due in the month by kind, all last; none where none did."""
        lines = [line for line in self.figures.of(Actions).lines(self.period) if line.period == self.period]
        return lines if lines and lines[-1].due else []

    @property
    def defined(self) -> list[Figure]:
        """The figures of the tables whose definitions have no room there."""
        figures, kinds = self.figures, self.figures.of(Escalations).escalations
        programme, panel = figures.of(Programme).whole, figures.of(Panel)
        return [
            *([programme.planned, *programme.outcomes] if programme.planned.count else []),
            *kinds.opened[:1],
            *kinds.open_now[:1],
            figures.of(Record).asked,
            panel.decided,
            panel.regraded,
        ]

    @property
    def overdue(self) -> Figure:
        """All that are overdue now."""
        return self.figures.of(Actions).actions.overdue

    @property
    def escalations(self) -> list[PathLine]:
        """The paths on which something was opened, or is open."""
        return [path for path in self.figures.of(Escalations).paths if path.opened or path.before or path.now]

    @property
    def put_right_rows(self) -> list[PutRightRow]:
        """The audits below Good of last month and of the one before, and how far they had come; none of a month that
        had none."""
        put_right = self.figures.of(PutRight)
        if not put_right.steps:
            return []
        below = put_right.steps[0]
        return [row for row, many in zip(put_right.rows, (below.of, below.before_of), strict=True) if many]

    @property
    def _beside(self) -> list[str]:
        conclusions = self.figures.of(Conclusions)
        said = [str(each) for each in self.figures.of(Elsewhere).elsewhere]
        said += [words] if (words := self.figures.of(SpotViews).in_words) else []
        said += [f"{each.kind}, {each.title}: concluded." for each in conclusions.concluded]
        return said + [f"{each.kind}, {each.title}: {each.in_words}" for each in conclusions.found or ()]

    @property
    def beside(self) -> list[str]:
        """What other sources say of the month, and what other work was concluded or found in it, a line each."""
        return [Truncator(line).chars(LONGEST_LINE) for line in self._beside[:WORTH_SAYING]]

    @property
    def more_beside(self) -> int:
        """How many more there are than the page has room for."""
        return max(0, len(self._beside) - WORTH_SAYING)


def _sentences(rows: Rows, aims: Aims, figures: Figures) -> list[Sentence]:
    """The level and a floor that is crossed, with how far the level may be from the truth; a change that the months
    together show; what is lowest."""
    now = rows.good.now
    said = [
        Sentence(level_and_floor(rows, aims), truth(now))
        if now.of
        else Sentence("No audits were finalised", f"in {rows.period.label}: there are no grades to report.")
    ]
    overdue = figures.of(Actions).actions.overdue.count
    return [*said, _since_april(rows), *([Sentence(*weakest(rows, overdue))] if now.of else [])]


def _since_april(rows: Rows) -> Sentence:
    """What the months together show that one of them cannot: a change, or how far the level is known by now."""
    since, now = rows.good.since_april, rows.good.now
    between = interval(since)
    if between is None or since.of == now.of or any(row.reading.signal for row in rows.all_but_good):
        return Sentence(*changed(rows))
    verdicts = Counter(_line(row).changed.short for row in [rows.good, *rows.standards])
    found = joined([f"{short[:1].lower()}{short[1:]} in {in_words(n)}" for short, n in verdicts.items()])
    files = f"{now.of:,} file{'' if now.of == 1 else 's'}"
    lead = f"What {files} cannot show, the {since.of:,} since April may:" if now.of else f"Of {since.of:,} since April:"
    known = f"{_of(since)}, were Good or better, may be {between[0]} to {between[1]}."
    return Sentence(lead, f"{known} Of the case and the standards: {found}.")


def _number(row: Row, noun: str, target: int, name: str = "") -> BriefNumber:
    """A share with a target or without one."""
    verdict, since = good_enough(row.since_april, target), row.since_april
    between = interval(since)
    words = f"{_of(since)} since April" + (f"; may be {between[0]} to {between[1]}." if between else ".")
    enough = (
        Verdict(verdict, f"{words} Target {target}%.") if verdict else Verdict(NO_TARGET, words if since.of else "")
    )
    return _held(row, noun, enough, name, target or None)


def _of_inadequate(row: Row, floor: int) -> BriefNumber:
    """Those graded Inadequate: none is expected where the council has a floor."""
    now, since = row.now, f"{row.since_april.counts} since April."
    if not floor:
        return _held(row, "audits", Verdict(NO_TARGET, since if row.since_april.of else ""))
    many = "any one" if floor == 1 else f"{floor} in a month"
    crossed = Verdict(FLOOR if now.count >= floor else UNDER_FLOOR, f"None is expected; {many} is said first. {since}")
    return _held(row, "audits", crossed, target=0)


def _of_put_right(row: Row, month: Period) -> BriefNumber:
    """Last month's children: counted one by one and never tested, for each is to be put right."""
    now, before = row.now, row.before
    earlier = f"{month_name(month.previous.first)}’s: {before.counts}." if before.of else ""
    left = now.of - now.count
    every = "Every child below Good is to be put right"
    enough = Verdict(NOTHING, f"None of {month.short} was below Good.")
    if now.of:
        are = f"{left} {'is' if left == 1 else 'are'} still open"
        enough = Verdict(STILL_OPEN, f"{every}; {are}.") if left else Verdict(ALL_RIGHT, f"{every}, and was.")
    name = f"{month.short}’s children put right, and on file"
    changed_verdict = Verdict(NOT_TESTED, f"Children are counted one by one. {earlier}".strip())
    return BriefNumber(name, now.count, now.of, f"below Good in {month.short}", changed_verdict, enough)


def _held(row: Row, noun: str, enough: Verdict, name: str = "", target: int | None = None) -> BriefNumber:
    """A number held against its baseline."""
    now, run = row.now, row.run
    least = most = None
    if isinstance(run, BaselineRun) and run.enough and now.of:
        base = run.against(-1)
        least, most = span(now.of, base)
    return BriefNumber(
        name=name or row.name,
        count=now.count,
        of=now.of,
        noun=noun,
        changed=_changed(row),
        enough=enough,
        target=target,
        least=least,
        most=most,
    )


def _changed(row: Row) -> Verdict:
    """Whether it has changed, and what would show that it has."""
    now, run, reading = row.now, row.run, row.reading
    if not isinstance(run, BaselineRun) or not run.enough or not now.of:
        return Verdict(reading.short, reading.words.partition(": ")[2].capitalize())
    base = f"{run.base_name}: {_of(run.base)}."
    if reading.signal:
        return Verdict(_shown(reading), f"{reading.moved}, more than chance explains. {base}")
    return Verdict(reading.short, f"{would_show(now.of, run.base).partition(', ')[2].capitalize()} {base}")


def _shown(reading: Reading) -> str:
    return "Rise shown" if reading.direction > 0 else "Fall shown"


def _of(share: Share) -> str:
    """A share with its percentage behind: 24 of 40, 60%."""
    return f"{share.counts}, {share.percent}" if share.percent.endswith("%") else share.counts


def _line(row: Row, *, case: bool = False) -> StandardLine:
    """One standard of the second page: read by its months together, for a month alone is too few."""
    since, (together, base) = row.since_april, row.together
    between = interval(since)
    shows = ""
    if together == since and since.of and base.of:
        low, high = span(since.of, base, RARE_TOGETHER)
        shows = " or ".join(filter(None, [f"≤ {low - 1}" if low else "", f"≥ {high + 1}" if high < since.of else ""]))
    if row.reading.signal:
        verdict = _shown(row.reading)
    elif not base.of:
        verdict = row.reading.short
    else:
        verdict = TOO_FEW if few(together.of, base) else NO_SIGNAL
    return StandardLine(
        name="The case as a whole" if case else row.name,
        now=row.now.counts if row.now.of else "–",
        since=_of(since) if since.of else "–",
        between=f"{between[0]} to {between[1]}" if between else "–",
        base=_of(row.run.base) if isinstance(row.run, BaselineRun) and row.run.enough else "–",
        would_show=shows or "–",
        changed=Verdict(verdict, row.reading.words),
        case=case,
    )
