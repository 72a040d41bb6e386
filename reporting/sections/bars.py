"""Figures as lines of a table with a bar, and as a table to take away: the same of every section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from reporting import one_line_charts
from reporting.control_chart import Share
from reporting.sections.base import Figure
from reporting.sections.section import Table

HALF = 84
"""How wide a bar is in a table of half the page."""
HEADS = ("Figure", "Count", "Of", "Before", "Of before", "Definition")


@dataclass(frozen=True)
class Bar:
    """One figure as a line of a table: its bar, its share, and that of the period before."""

    name: str
    definition: str
    svg: SafeString
    now: Share
    before: Share


@dataclass(frozen=True)
class BarGroup:
    """Some of them under one heading."""

    name: str
    rows: list[Bar]


def share_of(figure: Figure) -> Share:
    """A figure as the share of what it is of."""
    return Share(figure.count, figure.of or 0)


def share_before(figure: Figure) -> Share:
    """The same of the period before."""
    return Share(figure.before or 0, figure.before_of or 0)


def bars(figures: Iterable[Figure], width: float = 190) -> list[Bar]:
    """Figures as lines of a table with a bar so wide; the upright tick is the period before."""
    lines = []
    for figure in figures:
        now, before = share_of(figure), share_before(figure)
        words = f"{figure.name}: {now}" + (f", against {before} the time before." if before.of else ".")
        svg = one_line_charts.row_bar(words, now.rate, before.rate, width)
        lines.append(Bar(figure.name, figure.definition, svg, now, before))
    return lines


def counts_in_words(figures: Iterable[Figure]) -> str:
    """Figures in a line: Standard 1: 4; Standard 2: 7."""
    return "; ".join(f"{figure.name}: {figure.count}" for figure in figures)


def figures_table(slug: str, title: str, figures: Iterable[Figure]) -> Table:
    """Figures as a table to take away."""
    rows = [
        [figure.name, figure.count, figure.of, figure.before, figure.before_of, figure.definition] for figure in figures
    ]
    return Table(slug, title, HEADS, rows)


def median_in_words(value: float | None) -> str:
    """A median as it is said: 4, 4.5, or a dash."""
    return "–" if value is None else f"{value:g}"
