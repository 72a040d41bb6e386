"""Is it changing? Shares with their counts, and the p-chart that keeps noise from being read as a trend.

A signal is one of two things and nothing else: a period outside its limits, or eight in a row on one side of the
average. The limits are p̄ ± 3√(p̄(1 − p̄)/n), p̄ being the average of all the periods shown and n that period's number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

LEAST_FOR_PERCENT = 10
LEAST_FOR_LIMITS = 6
RUN_FOR_SIGNAL, RUN_WORTH_NAMING = 8, 5
UP, ABOVE = {1: "up", -1: "down"}, {1: "above", -1: "below"}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number: int) -> str:
    """A number as it stands in a sentence: words up to ten, then digits with a comma."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


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
        """Whole percent, halves upward; the bare count where it is of fewer than ten; a dash where of none."""
        if self.of >= LEAST_FOR_PERCENT:
            return f"{(200 * self.count + self.of) // (2 * self.of)}%"
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


@dataclass(frozen=True)
class Reading:
    """What a chart says: whether anything changed (up, down or not), in a word and in sentences."""

    direction: int
    short: str
    words: str

    @property
    def signal(self) -> bool:
        """Whether something changed."""
        return self.direction != 0


@dataclass(frozen=True)
class Run:
    """A row of shares, oldest first, each with the name of its period."""

    names: tuple[str, ...]
    shares: tuple[Share, ...]

    @property
    def mean(self) -> float:
        """p̄: all that counted over all there were, the whole row together."""
        return sum(share.count for share in self.shares) / max(1, sum(share.of for share in self.shares))

    @property
    def limits(self) -> tuple[tuple[float, float] | None, ...]:
        """The lower and upper limit of each period, cut at 0 and 1; None where it has nothing."""
        mean = self.mean
        spreads = [3 * sqrt(mean * (1 - mean) / share.of) if share.of else None for share in self.shares]
        return tuple(None if wide is None else (max(0.0, mean - wide), min(1.0, mean + wide)) for wide in spreads)

    @property
    def enough(self) -> bool:
        """Whether there are periods enough for limits to mean anything."""
        return sum(1 for share in self.shares if share.of) >= LEAST_FOR_LIMITS

    def outside(self, index: int) -> int:
        """1 above its upper limit, -1 below its lower, else 0."""
        rate, limits = self.shares[index].rate, self.limits[index]
        if rate is None or limits is None or not self.enough:
            return 0
        return (rate > limits[1]) - (rate < limits[0])

    @property
    def at_end(self) -> int:
        """How many of the last periods lie in a row on one side (positive above); empty ones are passed over."""
        run, mean = 0, self.mean
        for rate in reversed([share.rate for share in self.shares if share.rate is not None]):
            side = (rate > mean) - (rate < mean)
            if side == 0 or run * side < 0:
                break
            run += side
        return run

    def read(self, unit: str = "month", look_again: Sequence[str] = ()) -> Reading:
        """The plain reading of the last period. `look_again` names the next periods, for a run still under eight."""
        last, limits, mean, run = self.shares[-1], self.limits[-1], f"{self.mean:.0%}", self.at_end
        if limits is None:
            return Reading(0, "Nothing to read", f"Nothing was counted in {self.names[-1]}: there is nothing to read.")
        if not self.enough:
            have = in_words(sum(1 for share in self.shares if share.of))
            words = f"limits need {in_words(LEAST_FOR_LIMITS)} {unit}s with something to count, and there are {have}."
            return Reading(0, "Too early to say", f"Too early to say: {words}")
        between = f"({limits[0]:.0%} to {limits[1]:.0%})"
        if side := self.outside(len(self.shares) - 1):
            words = f"{last.percent} is outside the limits {between}. Something has changed; ask what."
            return Reading(side, f"Signal, {UP[side]}", f"Signal, {UP[side]}ward: {words}")
        side = 1 if run > 0 else -1
        many = f"the last {in_words(abs(run))} {unit}s"
        if abs(run) >= RUN_FOR_SIGNAL:
            words = f"{many} lie {ABOVE[side]} the average of {mean}. The level has shifted; ask why."
            return Reading(side, f"Signal, {UP[side]}", f"Signal, {UP[side]}ward: {words}")
        words = f"No signal: {last.percent} is inside the limits {between}. Read it as steady around {mean}."
        if abs(run) >= RUN_WORTH_NAMING:
            words += f" All of {many} are {ABOVE[side]} the average; it takes eight in a row to call it a shift"
            left = RUN_FOR_SIGNAL - abs(run)
            words += f", so look again in {look_again[left - 1]}." if left <= len(look_again) else "."
        return Reading(0, "No signal", words + self._earlier())

    def _earlier(self) -> str:
        """Names the earlier periods that were outside their limits."""
        names = [name for index, name in enumerate(self.names[:-1]) if self.outside(index)]
        return f" Outside the limits earlier: {', '.join(names)}." if names else ""


def interval(share: Share) -> tuple[str, str] | None:
    """Where the true rate lies, 95 times in 100, given only this many (Wilson); None on fewer than ten."""
    if share.of < LEAST_FOR_PERCENT:
        return None
    z, n, rate = 1.96, share.of, share.count / share.of
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    wide = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{centre - wide:.0%}", f"{centre + wide:.0%}"
