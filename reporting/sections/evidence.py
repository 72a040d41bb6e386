"""What was seen: the headline indicators, the criteria most and least evidenced."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Self

from django.db.models import Count

from audits.models import Mark
from reporting.control_chart import Share
from reporting.sections.bars import Bar, BarGroup, bars, figures_table
from reporting.sections.base import Figure, Window, as_flag, core, counted, finalised_between
from reporting.sections.section import Figures, Section, Table

INDICATOR = "Core audits in which the indicator was evidenced, as a share of those in which it applied and was marked."
CRITERION = (
    "Core audits in which the point was fully evidenced, as a share of those in which it applied and was marked."
)
LOOKED_AT = (Mark.Value.EVIDENCED, Mark.Value.PARTLY, Mark.Value.NOT_EVIDENCED)
Point = tuple[date, str, int, str, str]
"""The set's first day and title, the number of an indicator or 0, the code of a criterion or nothing, the title."""
HOW_MANY = 5
LEAST = 5
"""A point marked in fewer audits than this is not ranked: one case would decide its place."""


@dataclass(frozen=True)
class SeenEvidence(Section):
    """The indicators in their order; of the criteria, those most and those least often evidenced."""

    name = "evidence"
    key = "evidence"
    template = "reports/evidence.html"
    beside = ("seen", "What was seen")

    indicators: list[Figure]
    most: list[Figure]
    least: list[Figure]
    ranked: int
    tied: list[int] = field(default_factory=lambda: [0, 0])
    """How many more have the same share as the last of either list."""

    @classmethod
    def count(cls, window: Window) -> Self:
        """Marks of the period and of the one before, by indicator and by criterion: one query."""
        period = window.period
        now = finalised_between(period, period, "audit__")
        rows = (
            Mark.objects.filter(
                counted("audit__"),
                core("audit__"),
                finalised_between(period.previous, period, "audit__"),
                value__in=LOOKED_AT,
            )
            .annotate(now=as_flag(now))
            .order_by()
            .values_list(
                "audit__standard_set__in_force_from",
                "audit__standard_set__title",
                "indicator__number",
                "indicator__title",
                "criterion__code",
                "criterion__title",
                "now",
                "value",
            )
            .annotate(n=Count("pk"))
        )
        marked: defaultdict[Point, Counter[tuple[bool, bool]]] = defaultdict(Counter)
        for since, of_set, number, indicator, code, criterion, is_now, value, n in rows:
            point = (since, of_set, number or 0, code or "", indicator or criterion)
            marked[point][is_now, value == Mark.Value.EVIDENCED] += n
        many = len({point[:2] for point in marked}) > 1
        now_marked = {point: counts for point, counts in marked.items() if counts[True, True] + counts[True, False]}
        indicators = [
            _figure(_named(title, of_set, many), INDICATOR, marked[since, of_set, number, code, title])
            for since, of_set, number, code, title in sorted(marked)
            if number and (not many or (since, of_set) in {point[:2] for point in now_marked})
        ]
        points = {
            (code, f"{title} {of_set}"): _figure(_named(f"{title} ({code})", of_set, many), CRITERION, counts)
            for (_, of_set, number, code, title), counts in marked.items()
            if not number
        }
        ranked = sorted(
            (key for key, figure in points.items() if (figure.of or 0) >= LEAST),
            key=lambda key: (
                -(Share(points[key].count, points[key].of or 1).rate or 0),
                -(points[key].of or 0),
                _place(key[0]),
            ),
        )
        most = ranked[: min(HOW_MANY, len(ranked) // 2)]
        least = ranked[::-1][: min(HOW_MANY, len(ranked) // 2)]
        often, seldom = ([points[key] for key in keys] for keys in (most, least))
        tied = [_tied(some, points.values()) for some in (often, seldom)]
        return cls(indicators, often, seldom, len(ranked), tied)

    @property
    def groups(self) -> list[BarGroup]:
        """The points most and least often evidenced, with their bars."""
        ranked = (("Most often evidenced", self.most), ("Least often, the lowest first", self.least))
        return [BarGroup(name, bars(figures)) for name, figures in ranked if figures]

    @property
    def ranked_in_words(self) -> str:
        """Of how many points both lists are, and how many more share the place of the last of either."""
        said = [f"Of the {self.ranked} points of the guide marked in five audits or more."]
        ends = ("evidenced as often as the last of the first list", "as low as the last of the second")
        pairs = zip(self.tied, ends, strict=False)
        said += [f"{more} more {'is' if more == 1 else 'are'} {end}." for more, end in pairs if more]
        return " ".join(said)

    @property
    def indicator_bars(self) -> list[Bar]:
        """The indicators with theirs."""
        return bars(self.indicators)

    def tables(self, figures: Figures) -> Iterator[Table]:
        """The indicators and both lists."""
        yield figures_table("indicators", "Headline indicators", self.indicators)
        yield figures_table("most", "Most often evidenced", self.most)
        yield figures_table("least", "Least often", self.least)


def _tied(figures: list[Figure], every: Collection[Figure]) -> int:
    """How many that are ranked and not listed have the same share as the last that is."""
    if not figures:
        return 0
    last = Fraction(figures[-1].count, figures[-1].of or 1)
    same = sum(Fraction(figure.count, figure.of or 1) == last for figure in every if (figure.of or 0) >= LEAST)
    return same - sum(Fraction(figure.count, figure.of or 1) == last for figure in figures)


def _named(name: str, of_set: str, many: bool) -> str:
    """A point's name, with its standards set where there are several: those of two sets are two points."""
    return f"{name}, {of_set}" if many else name


def _figure(name: str, definition: str, counts: Counter[tuple[bool, bool]]) -> Figure:
    of = counts[True, True] + counts[True, False]
    before_of = counts[False, True] + counts[False, False]
    return Figure(name, definition, counts[True, True], of, counts[False, True], before_of)


def _place(code: str) -> tuple[tuple[int, str], ...]:
    """Sorts 4.2 before 4.10 and 4.2.a after 4.2."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in code.split("."))
