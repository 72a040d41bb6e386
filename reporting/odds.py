"""Exact probabilities of shares: the interval of the true share, and which change so many cases could show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log

LEAST_FOR_PERCENT = 10
LEAST_EXPECTED = 5
"""Of those that count and of those that do not: under this, too few to tell."""
RARE = 1 / 200
"""What chance gives less often than this, on one side, is a signal."""


@dataclass(frozen=True)
class Share:
    """So many of so many. A percentage is said only of ten or more."""

    count: int
    of: int

    @property
    def rate(self) -> float | None:
        """Between 0 and 1, or None where there is nothing to take a share of."""
        return self.count / self.of if self.of else None

    @property
    def percent(self) -> str:
        """Whole percent, halves upward, where some are never said as 0% and not all never as 100%; the bare count where
        it is of fewer than ten; a dash where of none."""
        if self.of >= LEAST_FOR_PERCENT:
            rounded = (200 * self.count + self.of) // (2 * self.of)
            if rounded == 0 < self.count:
                return "under 1%"
            return "over 99%" if rounded == 100 and self.count < self.of else f"{rounded}%"
        return f"{self.count} of {self.of}" if self.of else "–"

    @property
    def counts(self) -> str:
        """The two numbers alone: 44 of 66."""
        return f"{self.count:,} of {self.of:,}"

    def __str__(self) -> str:
        """With its counts: 67% (44 of 66); 5 of 8; none."""
        if not self.of:
            return "none"
        return f"{self.percent} ({self.counts})" if self.of >= LEAST_FOR_PERCENT else self.percent

    def __add__(self, other: Share) -> Share:
        return Share(self.count + other.count, self.of + other.of)

    def __sub__(self, other: Share) -> Share:
        return Share(self.count - other.count, self.of - other.of)


NONE = Share(0, 0)


def few(n: int, others: Share) -> bool:
    """Whether a period of so many is too few to tell: under five expected of either kind, going by the others."""
    return min(n * others.count, n * (others.of - others.count)) < LEAST_EXPECTED * others.of or not others.of


def beyond(now: Share, others: Share, rare: float = RARE) -> int:
    """1 where a share is more than chance gives, going by the others, -1 where fewer, else 0."""
    low, high = span(now.of, others, rare)
    return (now.count > high) - (now.count < low)


def would_show(n: int, others: Share) -> str:
    """What would be a signal in a period of so many: Of 5, only 0 would show a fall."""
    low, high = span(n, others)
    shows = []
    if low > 0:
        shows.append(f"{low - 1} or fewer would show a fall" if low > 1 else "0 would show a fall")
    if high < n:
        shows.append(f"{high + 1} or more would show a rise" if high + 1 < n else f"{n} would show a rise")
    if not shows:
        return f"Of {n:,}, no number would show a change."
    return f"Of {n:,}, only {' and '.join(shows)}."


@lru_cache(maxsize=4096)
def span(n: int, others: Share, rare: float = RARE) -> tuple[int, int]:
    """The fewest and the most of n that chance gives more often than `rare` on that side, going by the others, which
    are themselves few (beta-binomial, Jeffreys)."""
    chances = list(_chances(n, others))
    return _tail(chances, rare), n - _tail(reversed(chances), rare)


def chance_of(now: Share, others: Share) -> float:
    """How likely so few or fewer are, or so many or more where that is less, if nothing changed since the others."""
    chances = list(_chances(now.of, others))
    return min(sum(chances[: now.count + 1]), sum(chances[now.count :]))


def span_of(n: int, others: Share) -> tuple[float, float]:
    """The same bounds as shares."""
    low, high = span(n, others)
    return low / n, high / n


def _tail(chances: Iterable[float], rare: float) -> int:
    """How many from this end are a signal."""
    total = 0.0
    for place, chance in enumerate(chances):
        total += chance
        if total > rare:
            return place
    return 0


def _chances(n: int, others: Share) -> Iterator[float]:
    """How likely 0, 1, … n of n are, going by the others."""
    a, b = others.count + 0.5, others.of - others.count + 0.5
    rest = lgamma(a + b) - lgamma(a) - lgamma(b) - lgamma(n + a + b) + lgamma(n + 1)
    for k in range(n + 1):
        yield exp(rest + lgamma(k + a) + lgamma(n - k + b) - lgamma(k + 1) - lgamma(n - k + 1))


def interval(share: Share, target: int = 0) -> tuple[str, str] | None:
    """Where the true rate lies, 95 times in 100, given only this many (exact: Clopper and Pearson); None on none. An
    end that would round to the `target` it is held against is said to a tenth."""
    if not share.of:
        return None
    low, high = (f"{end:.1%}" if target and f"{end:.0%}" == f"{target}%" else f"{end:.0%}" for end in bounds(share))
    return low, high


def bounds(share: Share) -> tuple[float, float]:
    """The same as numbers, of one or more."""
    low = 0.0 if share.count == 0 else 1 - _upper(share.of - share.count, share.of)
    return low, 1.0 if share.count == share.of else _upper(share.count, share.of)


@lru_cache(maxsize=4096)
def _upper(count: int, n: int) -> float:
    """The rate at which so few or fewer come up 2.5 times in 100."""
    low, high = 0.0, 1.0
    for _ in range(40):
        rate = (low + high) / 2
        low, high = (rate, high) if _at_most(count, n, rate) > 0.025 else (low, rate)
    return low


def _at_most(count: int, n: int, rate: float) -> float:
    """How likely so many or fewer of n are at a rate: the incomplete beta function, as many steps whatever n is."""
    a, b = n - count, count + 1
    front = exp(lgamma(n + 1) - lgamma(a) - lgamma(b) + a * log(1 - rate) + b * log(rate))
    if 1 - rate < (a + 1) / (n + 3):
        return front * _fraction(a, b, 1 - rate) / a
    return 1 - front * _fraction(b, a, rate) / b


def _fraction(a: int, b: int, x: float) -> float:
    """The continued fraction of the incomplete beta function, from its front (Lentz)."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value, m = d, 0
    while True:
        m += 1
        steps = (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        )
        before = value
        for step in steps:
            d, c = 1 / (1 + step * d), 1 + step / c
            value *= c * d
        if abs(value - before) <= 1e-13 * abs(value):
            return value
