"""Do two sets of grades agree? Exact, within one, which way they differ, and weighted kappa with its interval.

Plain arithmetic over pairs of grades; nothing here reads a table. Weighted kappa uses equal-spacing weights over the
four grades and the large-sample standard error of Fleiss, Cohen and Everitt (1969); a test holds both to published
worked examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from standards.grades import Grade

LEAST_FOR_KAPPA = 30
"""Pairs below which no kappa is said: its interval would be wider than any use of it (ours)."""
WIDTH = 1.96
ORDER = (Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.OUTSTANDING)
READINGS = ((0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"), (1.01, "almost perfect"))
"""The usual words for a kappa (Landis and Koch, 1977), each up to its number."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Weighted kappa with its standard error; `low` and `high` hold it 95 times in 100."""

    value: float
    error: float

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return max(-1.0, self.value - WIDTH * self.error)

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return min(1.0, self.value + WIDTH * self.error)

    @property
    def word(self) -> str:
        """How much agreement beyond chance that is, in the usual word."""
        return "none" if self.value <= 0 else next(word for most, word in READINGS if self.value < most)

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})".replace("-", "−")


@dataclass(frozen=True, slots=True)
class GradeAgreement:
    """How pairs of grades agree, as counts. `lower`: the panel's grade was the lower of the two."""

    n: int
    exact: int
    within_one: int
    lower: int
    higher: int
    kappa: Kappa | None


def agreement(pairs: Iterable[tuple[str, str]]) -> GradeAgreement:
    """The agreement of pairs (the panel's grade, the audit's grade). Kappa only on `LEAST_FOR_KAPPA` pairs or more."""
    ranks = [(Grade(panel).rank, Grade(agreed).rank) for panel, agreed in pairs]
    return GradeAgreement(
        n=len(ranks),
        exact=sum(a == b for a, b in ranks),
        within_one=sum(abs(a - b) <= 1 for a, b in ranks),
        lower=sum(a < b for a, b in ranks),
        higher=sum(a > b for a, b in ranks),
        kappa=weighted_kappa(rank_table(ranks)) if len(ranks) >= LEAST_FOR_KAPPA else None,
    )


def rank_table(ranks: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Pairs of ranks (1 to 4) as a four by four table, the first of a pair in the rows."""
    counts = Counter(ranks)
    steps = range(1, len(ORDER) + 1)
    return [[counts[row, column] for column in steps] for row in steps]


def weighted_kappa(counts: Sequence[Sequence[int]]) -> Kappa | None:
    """Weighted kappa of a square table of counts; None where chance alone would agree fully."""
    n, size = sum(map(sum, counts)), len(counts)
    if not n or size < 2:
        return None
    share = [[cell / n for cell in row] for row in counts]
    rows = [sum(row) for row in share]
    columns = [sum(column) for column in zip(*share, strict=True)]
    places = range(size)
    weight = [[1 - abs(i - j) / (size - 1) for j in places] for i in places]
    seen = sum(weight[i][j] * share[i][j] for i in places for j in places)
    chance = sum(weight[i][j] * rows[i] * columns[j] for i in places for j in places)
    if chance >= 1:
        return None
    value = (seen - chance) / (1 - chance)
    by_row = [sum(weight[i][j] * columns[j] for j in places) for i in places]
    by_column = [sum(weight[i][j] * rows[i] for i in places) for j in places]
    spread = sum(
        share[i][j] * (weight[i][j] - (by_row[i] + by_column[j]) * (1 - value)) ** 2 for i in places for j in places
    )
    variance = (spread - (value - chance * (1 - value)) ** 2) / (n * (1 - chance) ** 2)
    return Kappa(value, sqrt(max(variance, 0.0)))


def middle(grades: Iterable[str]) -> str:
    """The middle one of some grades, of two middle ones the lower: a rule that does not look at what it is held to."""
    ranked = sorted(grades, key=lambda grade: Grade(grade).rank)
    return ranked[(len(ranked) - 1) // 2] if ranked else ""
