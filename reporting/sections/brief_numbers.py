"""The four numbers of a month and the lines of its standards, each with what is expected of it and its verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from reporting import one_line_charts
from reporting.aims import BELOW, MET, UNKNOWN, good_enough
from reporting.baseline import RARE_TOGETHER, BaselineRun
from reporting.control_chart import NO_SIGNAL, TOO_FEW, Reading
from reporting.odds import Share, bounds, few, interval, span, would_show
from reporting.sections.followed import FollowedChildren
from reporting.sections.shares import Row
from reporting.sections.wording import noun_of

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
        """The classes of its mark: act, well, or none where nothing is known."""
        look = SIGNS.get(self.short, ("○", ""))[1]
        return f"mark mark--{look}" if look else "mark"


@dataclass(frozen=True)
class BriefNumber:
    """One of the four numbers: how many of how many, what is expected of it, and its two verdicts.

    `least` and `most` are the fewest and most that chance gives, going by the baseline; None without one. `target` is
    in percent, None where there is none. What is never tested is counted whole: no true share lies anywhere else.
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
        sampled = self.changed.short != NOT_TESTED
        rate, between = share.rate, interval(share) if sampled else None
        if sampled:
            words = f"{share.counts} {noun_of(self.of, self.noun)}" if self.of else f"No {self.noun}"
        else:
            words = f"{self.count} put right of {self.of} {self.noun}" if self.of else f"None {self.noun}"
        words += f"; the true share may lie between {between[0]} and {between[1]}" if between else ""
        words += (
            "" if self.target is None else f"; the target is {self.target}%" if self.target else "; none is expected"
        )
        expected = None
        if self.of and self.least is not None and self.most is not None:
            expected = self.least / self.of, self.most / self.of
        return one_line_charts.strip(words + ".", rate, bounds(share) if between else None, expected, self.target)

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


def number_of(row: Row, noun: str, target: int, name: str = "") -> BriefNumber:
    """A share with a target or without one."""
    verdict, since = good_enough(row.since_april, target), row.since_april
    between = interval(since, target)
    words = f"{share_in_words(since)} since April" + (f"; may be {between[0]} to {between[1]}." if between else ".")
    enough = (
        Verdict(verdict, f"{words} Target {target}%.") if verdict else Verdict(NO_TARGET, words if since.of else "")
    )
    return _held(row, noun, enough, name, target or None)


def inadequate_of(row: Row, floor: int) -> BriefNumber:
    """Those graded Inadequate: none is expected where the council has a floor."""
    now, since = row.now, f"{row.since_april.counts} since April." if row.since_april.of else ""
    if not floor:
        return _held(row, "audits", Verdict(NO_TARGET, since))
    if not now.of:
        return _held(row, "audits", Verdict(NOTHING, f"No core audit stands. {since}"), target=0)
    many = "any one is" if floor == 1 else f"{floor} in a month are"
    crossed = Verdict(FLOOR if now.count >= floor else UNDER_FLOOR, f"None is expected; {many} said first. {since}")
    return _held(row, "audits", crossed, target=0)


def put_right_of(now: FollowedChildren, before: FollowedChildren) -> BriefNumber:
    """This month's children, with last month's beside: counted one by one and never tested, for each is to be put
    right."""
    left, month = now.below - now.right, now.about.short
    every = "Every child below Good is to be put right"
    enough = Verdict(NOTHING, f"None of {month} was below Good.")
    if now.below:
        still = f"{left} {'is' if left == 1 else 'are'} still open"
        enough = Verdict(STILL_OPEN, f"{every}; {still}.") if left else Verdict(ALL_RIGHT, f"{every}, and was.")
    earlier = f" {before.about.short}’s: {before.right} of {before.below}." if before.below else ""
    changed_verdict = Verdict(NOT_TESTED, f"Children are counted one by one.{earlier}")
    name = f"{month}’s children put right"
    return BriefNumber(name, now.right, now.below, f"below Good in {month}", changed_verdict, enough)


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
    base = f"{run.base_name}: {share_in_words(run.base)}."
    if reading.signal:
        return Verdict(_shown(reading), f"{reading.moved}, more than chance explains. {base}")
    return Verdict(reading.short, f"{would_show(now.of, run.base).partition(', ')[2].capitalize()} {base}")


def _shown(reading: Reading) -> str:
    return "Rise shown" if reading.direction > 0 else "Fall shown"


def share_in_words(share: Share) -> str:
    """A share with its percentage behind: 24 of 40, 60%."""
    return f"{share.counts}, {share.percent}" if share.percent.endswith("%") else share.counts


def line_of(row: Row, *, case: bool = False) -> StandardLine:
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
        since=share_in_words(since) if since.of else "–",
        between=f"{between[0]} to {between[1]}" if between else "–",
        base=share_in_words(row.run.base) if isinstance(row.run, BaselineRun) and row.run.enough else "–",
        would_show=shows or "–",
        changed=Verdict(verdict, row.reading.words),
        case=case,
    )
