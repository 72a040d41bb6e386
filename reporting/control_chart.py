"""Control charts: whether a share is changing, and what keeps noise from being read as a trend.

A signal is a period outside its limits, or eight in a row on one side of the average. The limits are
p̄ ± 3√(p̄(1 − p̄)/n), p̄ being the average of all the periods shown and n that period's number. A period that has too
few for them, or is longer than those it is held against, is reckoned exactly (reporting/odds.py): it is a signal where
chance gives its number less than once in two hundred times on that side, going by the others alone.

Where fewer than five are to be expected of either kind, the absence of a signal says nothing, and is called so: too few
to tell. No reading ever says that something has not changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from typing import Self

from reporting.odds import NONE, Share, beyond, few, span_of, would_show

__all__ = ["Reading", "Run", "Share", "in_words"]

LEAST_FOR_LIMITS = 6
RUN_FOR_SIGNAL, RUN_WORTH_NAMING = 8, 5
UP, ABOVE = {1: "up", -1: "down"}, {1: "above", -1: "below"}
TOO_FEW = "Too few to tell"
NO_SIGNAL = "No signal"
NOTHING_TO_READ = "Nothing to read"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number: int) -> str:
    """A number as it stands in a sentence: words up to ten, then digits with a comma."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


@dataclass(frozen=True)
class Reading:
    """What a row says: whether anything changed (up, down, or not shown), in a word and in sentences. `moved` is the
    share that is the signal, with its time where that is not the whole period."""

    direction: int
    short: str
    words: str
    moved: str = ""

    @property
    def signal(self) -> bool:
        """Whether a change is shown."""
        return self.direction != 0


@dataclass(frozen=True)
class Run:
    """A row of shares, oldest first, each with the name of its period; `earlier` are those before it that are not
    shown, but that a period is held against as well."""

    names: tuple[str, ...]
    shares: tuple[Share, ...]
    earlier: tuple[Share, ...] = ()

    @cached_property
    def whole(self) -> Share:
        """The whole row together."""
        return sum((*self.earlier, *self.shares), NONE)

    def last(self, count: int) -> Self:
        """The last so many, held against all of them as before."""
        earlier = (*self.earlier, *self.shares[:-count])
        return replace(self, names=self.names[-count:], shares=self.shares[-count:], earlier=earlier)

    @property
    def mean(self) -> float:
        """p̄: all that counted over all there were, the whole row together."""
        return self.whole.rate or 0.0

    @property
    def limits(self) -> tuple[tuple[float, float] | None, ...]:
        """The lower and upper limit of each period, cut at 0 and 1; None where it has nothing."""
        mean = self.mean
        spreads = [3 * sqrt(mean * (1 - mean) / share.of) if share.of else None for share in self.shares]
        return tuple(None if wide is None else (max(0.0, mean - wide), min(1.0, mean + wide)) for wide in spreads)

    @property
    def band(self) -> tuple[tuple[float, float] | None, ...]:
        """The limits that may be drawn: none of a period with too few to tell, or where there are too few periods."""
        tells = [self.enough and not few(share.of, self.whole) for share in self.shares]
        return tuple(pair if shown else None for pair, shown in zip(self.limits, tells, strict=True))

    @property
    def enough(self) -> bool:
        """Whether there are periods enough for limits to mean anything."""
        return sum(1 for share in (*self.earlier, *self.shares) if share.of) >= LEAST_FOR_LIMITS

    def outside(self, index: int) -> int:
        """1 above its upper limit, -1 below its lower, else 0; of too few for limits, by what chance gives exactly."""
        share, band = self.shares[index], self.band[index]
        if share.rate is None or not self.enough:
            return 0
        if band is None:
            return beyond(share, self.whole - share)
        return (share.rate > band[1]) - (share.rate < band[0])

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

    def until_last(self, within: int) -> tuple[Self, int]:
        """The row up to the last of its final `within` periods that has something, and how many of those are left: the
        months still to come of a period that is not over are not read."""
        left = within
        while left and not self.shares[left - within - 1].of:
            left -= 1
        return self.first(len(self.shares) - within + left), left

    def first(self, count: int) -> Self:
        """The first so many."""
        return replace(self, names=self.names[:count], shares=self.shares[:count])

    def read(self, unit: str = "month", look_again: Sequence[str] = (), within: int = 1, name: str = "") -> Reading:
        """The plain reading of the last `within` periods together, which `name` names: against all before them, then
        one by one. `look_again` names the next periods, for a run still under eight."""
        row, left = self.until_last(within)
        name = name or self.names[-1]
        if not left:
            return Reading(0, NOTHING_TO_READ, f"Nothing was counted in {name}: there is nothing to read.")
        if not row.enough:
            have = in_words(sum(1 for share in row.shares if share.of))
            words = f"limits need {in_words(LEAST_FOR_LIMITS)} {unit}s with something to count, and there are {have}."
            return Reading(0, "Too early to say", f"Too early to say: {words}")
        now = sum(row.shares[-left:], NONE)
        first = len(row.shares) - left
        known = sum(1 for share in row.shares[:first] if share.of) >= LEAST_FOR_LIMITS - 1
        before = sum(row.shares[:first], NONE) if known else None
        return row._signal(now, before, first, unit) or row._none(now, before, first, unit, look_again)

    def _signal(self, now: Share, before: Share | None, first: int, unit: str) -> Reading | None:
        """The reading where the period, a part of it from `first` on, or a run of eight shows a change."""
        last, band = len(self.shares) - 1, self.band[-1]
        if first == last and band and (side := self.outside(last)):
            between = f"({band[0]:.0%} to {band[1]:.0%})"
            words = f"{now.percent} is outside the limits {between}. Something has changed; ask what."
            return shown(side, words, f"{now}")
        if before is not None and (side := beyond(now, before)):
            words = f"{now} is {more(side)} than chance gives, against {before.percent} before. "
            return shown(side, words + size_in_words(now, before), f"{now}")
        parts = [place for place in range(first, len(self.shares)) if self.outside(place)]
        if parts and first < last:
            place = parts[-1]
            said = f"{self.shares[place]} in {self.names[place]}"
            others = self.whole - self.shares[place]
            side = self.outside(place)
            words = f"{said} is {more(side)} than chance gives, against {others.percent} in the others. "
            return shown(side, words + size_in_words(self.shares[place], others), said)
        if abs(run := self.at_end) >= RUN_FOR_SIGNAL:
            side = 1 if run > 0 else -1
            many = f"the last {in_words(abs(run))} {unit}s"
            words = f"{many} lie {ABOVE[side]} the average of {self.mean:.0%}. The level has shifted; ask why."
            return shown(side, words, f"{now}")
        return None

    def _none(self, now: Share, before: Share | None, first: int, unit: str, look_again: Sequence[str]) -> Reading:
        """The reading where no change is shown: too few to tell, or no signal. Neither says that nothing changed."""
        band = self.band[-1] if len(self.shares) - 1 == first else None
        if before is None:
            words = self._parts(now, unit)
        elif band is None and few(now.of, before):
            words = f"{TOO_FEW}: {now}, against {before} before. {would_show(now.of, before)}"
        else:
            low, high = band or span_of(now.of, before)
            mean = f"{self.mean:.0%}" if band else before.percent
            between = f"({low:.0%} to {high:.0%})"
            words = f"{NO_SIGNAL}: {now.percent} is inside the limits {between}, around an average of {mean}."
        return Reading(0, words.partition(":")[0], words + self._run(unit, look_again) + self._earlier())

    def _parts(self, now: Share, unit: str) -> str:
        """What is said of a period with nothing to hold the whole of it against: each part is held against the rest."""
        if any(self.band):
            return f"{NO_SIGNAL}: {now.percent} in all, and no {unit} is outside the limits that the others give."
        return f"{TOO_FEW}: {now} in all, and no {unit} has enough to be held against the others."

    def _run(self, unit: str, look_again: Sequence[str]) -> str:
        """A run still under eight, with when to look again."""
        run, side = abs(self.at_end), 1 if self.at_end > 0 else -1
        if run < RUN_WORTH_NAMING:
            return ""
        words = f" All of the last {in_words(run)} {unit}s are {ABOVE[side]} the average; it takes eight in a row to "
        left = RUN_FOR_SIGNAL - run
        again = f", so look again in {look_again[left - 1]}." if left <= len(look_again) else "."
        return f"{words}call it a shift{again}"

    def _earlier(self) -> str:
        """Names the earlier periods that were signals."""
        names = [name for index, name in enumerate(self.names[:-1]) if self.outside(index)]
        return f" Outside the limits earlier: {', '.join(names)}." if names else ""


def more(side: int) -> str:
    """The word for a side."""
    return "more" if side > 0 else "fewer"


def size_in_words(now: Share, others: Share) -> str:
    """What to do about a signal; of a few, that its size is not known."""
    if few(now.of, others):
        return "Something has changed; ask what. Too few to tell how much."
    return "Something has changed; ask what."


def shown(side: int, words: str, moved: str) -> Reading:
    """The reading of a change that is shown."""
    return Reading(side, f"Signal, {UP[side]}", f"Signal, {UP[side]}ward: {words}", moved)
