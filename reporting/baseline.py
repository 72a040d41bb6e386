"""Rows of shares held against a baseline that was frozen before the period under test.

The baseline is the council year before the one in which the period begins; where fewer than six of its months have
something, the first six months that have. It is itself few, so what chance gives is reckoned exactly and allows for
that (beta-binomial, reporting/odds.py). Four things are looked at, and each is looked at every month: the period, the
months within it, all months since the baseline together (or the last six, where those are more), and eight in a row on
one side. `benchmarks/alarms.py` counts how often these raise a false alarm, and how soon a true one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from reporting.control_chart import (
    ABOVE,
    LEAST_FOR_LIMITS,
    NO_SIGNAL,
    NOTHING_TO_READ,
    RUN_FOR_SIGNAL,
    TOO_FEW,
    Reading,
    Run,
    in_words,
    more,
    shown,
    size_in_words,
)
from reporting.odds import NONE, RARE, Share, beyond, few, span_of, would_show
from reporting.periods import Period

TOGETHER = 6
"""Months that are read together at the least, where the baseline can spare them."""
RARE_TOGETHER, RARE_RUN = 1 / 400, 1 / 100
"""What chance gives less often than this, of months together and of a run, is a signal: rarer than of a month, for the
same months are looked at again and again."""


@dataclass(frozen=True)
class BaselineRun(Run):
    """A row of shares with the baseline it is held against: its share, its name, and which of the row are part of it.
    A part of the baseline is held against the rest of it."""

    base: Share = NONE
    base_name: str = ""
    inside: tuple[bool, ...] = ()

    @property
    def mean(self) -> float:
        """The baseline's own share."""
        return self.base.rate or 0.0

    @property
    def enough(self) -> bool:
        """Whether there is a baseline."""
        return self.base.of > 0

    def against(self, place: int) -> Share:
        """What one of the row is held against."""
        return self.base - self.shares[place] if self.inside[place] else self.base

    @cached_property
    def band(self) -> tuple[tuple[float, float] | None, ...]:
        """What chance gives of each period, as shares; None of one with too few to tell, or without a baseline."""
        return tuple(
            span_of(share.of, self.against(place))
            if share.of and self.enough and not few(share.of, self.against(place))
            else None
            for place, share in enumerate(self.shares)
        )

    def outside(self, index: int) -> int:
        """1 where there are more than chance gives, -1 where fewer, else 0."""
        share = self.shares[index]
        return beyond(share, self.against(index)) if share.of and self.enough else 0

    def first(self, count: int) -> Self:
        """The first so many."""
        return replace(self, names=self.names[:count], shares=self.shares[:count], inside=self.inside[:count])

    def last(self, count: int) -> Self:
        """The last so many, held against the same baseline."""
        return replace(self, names=self.names[-count:], shares=self.shares[-count:], inside=self.inside[-count:])

    def over(self, run: Run, places: Sequence[Sequence[int]]) -> BaselineRun:
        """A row of longer periods, each with the places of its months in this one, held against the same baseline."""
        inside = tuple(all(self.inside[place] for place in some) for some in places)
        return replace(self, names=run.names, shares=run.shares, inside=inside)

    @property
    def together(self) -> int:
        """How many of the last are read together: all since the baseline, or six where it can spare those."""
        since = self.inside[::-1].index(True) if any(self.inside) else 0
        spared = sum(1 for share, held in zip(self.shares[:-TOGETHER], self.inside, strict=False) if held and share.of)
        return TOGETHER if since < TOGETHER and spared >= LEAST_FOR_LIMITS else since

    def read(self, unit: str = "month", look_again: Sequence[str] = (), within: int = 1, name: str = "") -> Reading:
        """The plain reading of the last `within` periods together, which `name` names."""
        row, left = self.until_last(within)
        name = name or self.names[-1]
        if not left:
            return Reading(0, NOTHING_TO_READ, f"Nothing was counted in {name}: there is nothing to read.")
        if not row.enough:
            needs = f"a baseline needs {in_words(LEAST_FOR_LIMITS)} {unit}s with something to count before this one."
            return Reading(0, "Too early to say", f"Too early to say: {needs}")
        return next(row._signals(left, unit), None) or row._no_signal(left, unit)

    def _signals(self, left: int, unit: str) -> Iterator[Reading]:
        """Each change that is shown: of the period, of its months, of those read together, of a run."""
        now, many = sum(self.shares[-left:], NONE), self.together
        if side := beyond(now, self.base):
            yield self._said(side, now, self.base, f"{now}")
        for name, share in reversed(list(zip(self.names, self.shares, strict=True))[-left:] if left > 1 else []):
            if share.of and (side := beyond(share, self.base, RARE / left)):
                yield self._said(side, share, self.base, f"{share} in {name}")
        whole, others = self.whole_of(many)
        if many > left and (side := beyond(whole, others, RARE_TOGETHER)):
            yield self._said(side, whole, others, f"{whole} in the last {in_words(many)} {unit}s together")
        if abs(run := self.at_end) >= RUN_FOR_SIGNAL:
            places = self._holding(abs(run))
            whole, others = self.whole_of(places)
            if beyond(whole, others, RARE_RUN):
                side = 1 if run > 0 else -1
                last = f"the last {in_words(abs(run))} {unit}s" + (" with something to count" * (places > abs(run)))
                lie = f"{last} lie {ABOVE[side]} the {self.mean:.0%} of {self.base_name}."
                yield shown(side, f"{lie} The level has shifted; ask why.", f"{whole} over {last}")

    def _holding(self, many: int) -> int:
        """How many of the last hold so many that have something: those without are passed over."""
        held = [place for place, share in enumerate(self.shares) if share.of]
        return len(self.shares) - held[-many]

    def _said(self, side: int, share: Share, others: Share, moved: str) -> Reading:
        """The reading of a share that is a signal against the baseline, or what is left of it."""
        name = self.base_name if others == self.base else f"the rest of {self.base_name}"
        than = f"{moved} is {more(side)} than chance gives, against {others} in {name}."
        return shown(side, f"{than} {size_in_words(share, others)}", moved)

    def whole_of(self, many: int) -> tuple[Share, Share]:
        """The share of the last so many together, and the baseline without those of them that are part of it."""
        held = [share for share, inside in zip(self.shares[-many:], self.inside[-many:], strict=True) if inside]
        return sum(self.shares[-many:], NONE), self.base - sum(held, NONE)

    def _no_signal(self, left: int, unit: str) -> Reading:
        """The reading where no change is shown: too few to tell, or no signal; with what would show."""
        now, many = sum(self.shares[-left:], NONE), self.together
        short = TOO_FEW if few(now.of, self.base) else NO_SIGNAL
        words = f"{short}: {now}, against {self.base} in {self.base_name}. {would_show(now.of, self.base)}"
        if many > left:
            whole, others = self.whole_of(many)
            too = TOO_FEW.lower() if few(whole.of, others) else NO_SIGNAL.lower()
            words += f" The last {in_words(many)} {unit}s together, {whole}: {too}."
        return Reading(0, short, words)


def baseline_run(months: Sequence[Period], run: Run, *, year: Period, period: Period) -> BaselineRun:
    """The row of months held against its baseline: the months of the council year before that have something, or the
    first six from then on that have, before the period begins; none where there are fewer."""
    counted = [
        place
        for place, (month, share) in enumerate(zip(months, run.shares, strict=True))
        if share.of and year.first <= month.first < period.first
    ]
    held, called = [place for place in counted if months[place].first in year], year.short
    if len(held) < LEAST_FOR_LIMITS:
        held = counted[:LEAST_FOR_LIMITS] if len(counted) >= LEAST_FOR_LIMITS else []
        called = f"{months[held[0]].label} to {months[held[-1]].label}" if held else ""
    base = sum((run.shares[place] for place in held), NONE)
    inside = tuple(place in held for place in range(len(run.shares)))
    return BaselineRun(run.names, run.shares, (), base, called, inside)
