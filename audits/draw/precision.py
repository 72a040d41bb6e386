"""The margin of error that a sample of a size leaves on the share graded Good or better.

The margin is half the width of Wilson's 95% interval, for a sample drawn without putting back from a frame of a known
size. It speaks for the frame alone, and only for a share of cases graded alike; it is the product's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt

from audits.draw import frame
from audits.models import Audit
from qualitycounts.base.templatetags import qc
from standards.grades import GOOD_OR_BETTER
from standards.timescales import add_months

Z = 1.959964
"""The standard normal quantile of a 95% interval."""
SIZES = (5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200)
ASKED = (20, 15, 10, 5)
"""The margins, in percentage points, that one asks the size for."""
EVEN = 0.5
"""The share taken where too few audits are known: no other leaves a larger margin."""
LEAST_KNOWN = 30
YEAR = 12


def margin(n: int, size: int, share: float = EVEN) -> float:
    """Percentage points either way, 95 times in 100, of a sample of `n` from a frame of `size`; 0 if all are drawn."""
    if n >= size:
        return 0.0
    known = n * (size - 1) / (size - n)
    return 100 * Z / (1 + Z * Z / known) * sqrt(share * (1 - share) / known + Z * Z / (4 * known * known))


def needed(points: float, size: int, share: float = EVEN) -> int:
    """The smallest sample whose margin is at most `points`; the margin falls with every case added."""
    low, high = 1, max(size, 1)
    while low < high:
        middle = (low + high) // 2
        if margin(middle, size, share) <= points:
            high = middle
        else:
            low = middle + 1
    return low


@dataclass(frozen=True, slots=True)
class PrecisionLine:
    """A size, with the margin of one month of it and of twelve."""

    n: int
    month: float
    year: float
    asked: bool


@dataclass(frozen=True, slots=True)
class SampleMargins:
    """What the page shows: the frame, the share it goes by, a line a size, and the size for each margin."""

    frame_size: int
    share: float
    known: int
    lines: list[PrecisionLine]
    sizes: list[tuple[int, int]]

    @property
    def sizes_in_words(self) -> str:
        """How many cases it takes to tell within so many points."""
        takes = [f"{points} points takes {qc.thousands(n)} cases" for points, n in self.sizes]
        return f"{', within '.join(takes)}." if takes else ""


def margins_for(*, size: int, on: date, asked: int = 0) -> SampleMargins:
    """The margins for a frame of `size` cases, by last year's share of Good or better where enough audits say it."""
    good, known = share_known(on)
    share = good / known if known >= LEAST_KNOWN else EVEN
    sizes = sorted({n for n in (*SIZES, asked, min(size, SIZES[-1])) if 0 < n <= size})
    return SampleMargins(
        frame_size=size,
        share=share,
        known=known,
        lines=[
            PrecisionLine(n, margin(n, size, share), margin(min(n * YEAR, size), size, share), n == asked)
            for n in sizes
        ],
        sizes=[(points, needed(points, size, share)) for points in ASKED if size],
    )


def margins_today(*, on: date) -> SampleMargins:
    """The margins for the cases that could be drawn on a day."""
    return margins_for(size=frame.sorted_out(on, {}).filter(out="").count(), on=on)


def share_known(on: date) -> tuple[int, int]:
    """How many audits of the year to a day were Good or better, and of how many."""
    final = Audit.objects.final().filter(met_on__gt=add_months(on, -YEAR))
    grades = list(final.order_by().values_list("grade", flat=True))
    return sum(grade in GOOD_OR_BETTER for grade in grades), len(grades)
