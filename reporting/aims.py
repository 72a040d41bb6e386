"""What the council asks of its own figures: targets, and a floor under which a month is said first.

“Has it changed?” and “is it good enough?” are two questions. The first is answered against the baseline
(`baseline.py`), the second here, against a target; neither verdict ever stands for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from people import council_settings
from reporting.odds import Share, bounds, interval
from reporting.sections.wording import joined

GROUP = "Reports"
BELOW, MET, UNKNOWN = "Below target", "Target met", "Cannot be told yet"
_FIRST = "It opens the report whatever a chart shows. 0: no floor. The strategy does not say."
_TARGET = "The whole interval since April lies below it, above it, or neither. 0: no target. The strategy does not say."
TARGET_GOOD = council_settings.Number(
    "report_target_good", "Target: graded Good or better", GROUP, _TARGET, default=0, most=100, unit="%"
)
TARGET_ON_TIME = council_settings.Number(
    "report_target_on_time", "Target: actions done on time", GROUP, _TARGET, default=0, most=100, unit="%"
)
FLOOR_INADEQUATE = council_settings.Number(
    "report_floor_inadequate",
    "Floor: so many graded Inadequate in a month",
    GROUP,
    _FIRST,
    default=1,
    most=100,
    unit="audits",
)
FLOOR_GOOD = council_settings.Number(
    "report_floor_good", "Floor: a month with fewer Good or better", GROUP, _FIRST, default=0, most=100, unit="%"
)


@dataclass(frozen=True)
class Aims:
    """The targets, in percent, and the floors of a month; 0 where there is none."""

    good: int = 0
    on_time: int = 0
    floor_inadequate: int = 0
    floor_good: int = 0

    @classmethod
    def in_force(cls) -> Self:
        """Those that the council has set."""
        return cls(TARGET_GOOD.value(), TARGET_ON_TIME.value(), FLOOR_INADEQUATE.value(), FLOOR_GOOD.value())

    def floor_crossed(self, names: Sequence[str], good: Sequence[Share], inadequate: Sequence[Share]) -> str:
        """What is said first of the months in which a floor is crossed; "" where none is."""
        months = list(zip(names, good, inadequate, strict=True))
        many = [name for name, _, share in months if self.floor_inadequate and share.count >= self.floor_inadequate]
        low = [name for name, share, _ in months if share.of and 100 * share.count < self.floor_good * share.of]
        least = f"under {self.floor_good}% Good or better"
        said = [(many, f"{self.floor_inadequate} or more Inadequate"), (low, least)]
        crossed = [
            f"{what} in a month" + (f" ({joined(which)})" if len(months) > 1 else "") for which, what in said if which
        ]
        return f"Floor crossed: {joined(crossed)}." if crossed else ""


def good_enough(share: Share, target: int) -> str:
    """Whether a share meets its target, by its whole interval; "" where there is no target or nothing to hold to it."""
    if not target or not share.of:
        return ""
    low, high = bounds(share)
    return BELOW if 100 * high < target else MET if 100 * low >= target else UNKNOWN


def good_enough_in_words(share: Share, target: int, since: str) -> str:
    """The verdict with its numbers: Below target: 60% (24 of 40) since April 2026, 43% to 75%; the target is 80%."""
    verdict, between = good_enough(share, target), interval(share, target)
    if not verdict or between is None:
        return ""
    return f"{verdict}: {share} since {since}, may be {between[0]} to {between[1]}; the target is {target}%."
