"""A draw as its page shows it: every number with where it comes from, fit to be handed to anyone who may see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from audits import draw, frame, replacement, sample, tickets
from audits.models import Activity, Draw, Import, Pick
from audits.recount import Recount, recount
from standards.models import Category

RESERVES_SHOWN = 3
TICKET_SHOWN = 16
LEAST_FOR_SHARE = 10
"""Open cases of a team below which its share is not compared: one case more or less moves it too far."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """One rule's line of the subtraction."""

    title: str
    meaning: str
    n: int


@dataclass(frozen=True, slots=True)
class Places:
    """One category's line of the arithmetic. `rank` is its place among the largest remainders, 0 if it got none."""

    share: tickets.Share
    title: str
    product: int
    rank: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How the places of a draw of `size` fell to the categories, the largest first."""

    size: int
    frame_size: int
    lines: list[Places]

    @property
    def shared(self) -> int:
        """The places shared by size, after one for each category; 0 where nothing had to be shared."""
        shared = self.size - len(self.lines)
        return shared if shared > 0 and self.size < self.frame_size else 0

    @property
    def drawn(self) -> int:
        """How many cases are drawn in all."""
        return sum(line.share.drawn for line in self.lines)

    @property
    def moved(self) -> bool:
        """Whether a category had fewer cases than places, so that some passed to others."""
        return any(line.share.moved for line in self.lines)

    @property
    def totals(self) -> dict[str, int]:
        """The sums under the columns."""
        shares = [line.share for line in self.lines]
        left = sum(share.left_over for share in shares)
        return {
            "first": sum(share.first for share in shares),
            "product": self.shared * self.frame_size,
            "whole": sum(share.whole for share in shares),
            "remainder": left * self.frame_size,
            "left": left,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the tickets."""

    place: int
    ticket: str
    person_id: str
    result: str
    called: bool


@dataclass(frozen=True, slots=True)
class Box:
    """One category's tickets, cut at the reserve line."""

    title: str
    code: str
    quota: int
    size: int
    above: list[Place]
    below: list[Place]

    @property
    def more(self) -> int:
        """How many wait further down."""
        return self.size - len(self.above) - len(self.below)


@dataclass(frozen=True, slots=True)
class Change:
    """A chosen case that dropped out, and the one called for it (None where the reserve was empty)."""

    replaced: Pick
    reason: str
    called: Pick | None


@dataclass(frozen=True, slots=True)
class Record:
    """All that the page of a draw shows."""

    draw: Draw
    recount: Recount
    as_at: date | None
    excluded: list[Excluded]
    arithmetic: Arithmetic
    boxes: list[Box]
    standing: list[Pick]
    changes: list[Change]
    teams: list[tuple[str, list[dict[str, Any]]]]
    later: Draw | None

    @property
    def open_cases(self) -> int:
        """Every open case that day: the frame and all that the rules took out."""
        return self.draw.frame_size + sum(line.n for line in self.excluded)

    @property
    def narrowed(self) -> str:
        """What a themed or flash draw was narrowed to, in words; empty where it was not."""
        categories = [Category(code).label for code in self.draw.filter.get("categories", [])]
        parts = [categories, self.draw.filter.get("teams", [])]
        return "; ".join(", ".join(part) for part in parts if part)

    @property
    def audited(self) -> int:
        """How many of the open cases were audited in the year to the draw."""
        return sum(row["audited"] for row in self.draw.coverage if "team" in row)

    @property
    def categories(self) -> list[dict[str, Any]]:
        """The coverage of the categories, the largest first; none on a draw made before they were kept."""
        rows = [row for row in self.draw.coverage if "category" in row]
        named = [{**row, "title": Category(row["category"]).label, "bar": bar(row)} for row in rows]
        return sorted(named, key=lambda row: -row["open"])

    @property
    def least(self) -> dict[str, Any] | None:
        """The team, of ten open cases or more, of which the smallest share was audited in the year."""
        teams = [row for row in self.draw.coverage if row.get("team") and row["open"] >= LEAST_FOR_SHARE]
        return min(teams, key=lambda row: (row["audited"] / row["open"], row["team"]), default=None)

    @property
    def furthest(self) -> dict[str, Any] | None:
        """The team whose drawn cases are furthest from what an even draw was expected to give it."""
        teams = [row for row in self.draw.coverage if row.get("team")]
        return max(teams, key=lambda row: (abs(row["drawn"] - row["expected"]), row["team"]), default=None)

    @property
    def waiting(self) -> int:
        """How many of its audits have no auditor now."""
        return sum(pick.audit.auditor_id is None for pick in self.standing)

    @property
    def auditors(self) -> int:
        """How many people could have been given one."""
        return len(self.draw.allocation["auditors"])

    @property
    def largest_load(self) -> int:
        """The most audits that this draw gave to one auditor."""
        return max(Counter(self.draw.allocation["given"].values()).values(), default=0)

    @property
    def expected_in_one_line(self) -> str:
        """The quotas as the third line to run wants them: CIN:8 CL:2."""
        return " ".join(f"{category}:{places}" for category, places in sorted(self.draw.quotas.items()))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draw on this day would be made from. It says nothing about which cases: there is no seed yet."""

    title: str
    open_cases: int
    excluded: list[Excluded]
    arithmetic: Arithmetic
    sample: sample.Help


def preview(activity: Activity, *, size: int, on: date) -> Preview:
    """The numbers of the frame and the places of each category, if one drew now. Refused (409) if it was drawn."""
    draw.check_undrawn(activity)
    found = frame.look(on, activity.narrow)
    return Preview(
        str(activity),
        found.open_cases,
        subtraction(on, found.excluded),
        arithmetic(size, tickets.shares(found.strata, size)),
        sample.helper(size=len(found.cases), on=on, asked=size),
    )


def record(drawn: Draw) -> Record:
    """Everything on the page of a draw, worked out again from what was frozen. The queries do not grow with it."""
    picks = list(
        drawn.picks.select_related(
            "case", "audit__auditor", "audit__keyworker__team", "audit__ended_by", "replaces__audit"
        ).order_by("category", "place")
    )
    found = recount(drawn)
    extract = Import.objects.filter(kind=Import.Kind.CASES, applied__lte=drawn.drawn_at).order_by("-applied").first()
    return Record(
        draw=drawn,
        recount=found,
        as_at=extract.as_at if extract else None,
        excluded=subtraction(drawn.on, drawn.excluded),
        arithmetic=arithmetic(drawn.size, found.shares),
        boxes=list(boxes(drawn, found.shares, picks)),
        standing=[pick for pick in picks if pick.state != Pick.State.REPLACED],
        changes=changes(picks),
        teams=by_service(drawn),
        later=drawn.activity.draws.filter(pk__gt=drawn.pk).order_by("pk").first(),
    )


def subtraction(on: date, excluded: dict[str, int]) -> list[Excluded]:
    """The rules of a day in their order, each with how many cases it took out."""
    return [Excluded(rule.title, rule.meaning, excluded[rule.key]) for rule in frame.rules(on)]


def arithmetic(size: int, shares: list[tickets.Share]) -> Arithmetic:
    """The places of a draw as they are shown, the largest category first."""
    lucky = sorted((share for share in shares if share.left_over), key=lambda share: (-share.remainder, share.category))
    spare = size - len(shares)
    return Arithmetic(
        size,
        sum(share.size for share in shares),
        [
            Places(
                share,
                Category(share.category).label,
                product=spare * share.size,
                rank=lucky.index(share) + 1 if share.left_over else 0,
            )
            for share in sorted(shares, key=lambda share: (-share.size, share.category))
        ],
    )


def boxes(drawn: Draw, shares: list[tickets.Share], picks: list[Pick]) -> Iterator[Box]:
    """The tickets of each category: the chosen above the reserve line; below it those called and the next few."""
    known = {(pick.category, pick.place): pick for pick in picks}
    shown = {
        share.category: max([share.drawn, *(pick.place for pick in picks if pick.category == share.category)])
        + RESERVES_SHOWN
        for share in shares
        if share.drawn
    }
    queues = tickets.choose(drawn.seed, tickets.frame_cases(drawn.frame), shown)
    for share in sorted(shares, key=lambda share: (-share.size, share.category)):
        lines = []
        for place, (ticket, person_id) in enumerate(queues.get(share.category, []), 1):
            pick = known.get((share.category, place))
            called = pick is not None and pick.state == Pick.State.CALLED
            lines.append(Place(place, ticket[:TICKET_SHOWN], person_id, result(pick), called))
        if share.drawn:
            title = Category(share.category).label
            yield Box(title, share.category, share.drawn, share.size, lines[: share.drawn], lines[share.drawn :])


def result(pick: Pick | None) -> str:
    """What became of a ticket, in a few words."""
    if pick is None:
        return "Reserve"
    if pick.state == Pick.State.CHOSEN:
        return "Chosen"
    if pick.state == Pick.State.CALLED and pick.called_on is not None:
        return f"Called {pick.called_on.day} {pick.called_on:%B}"
    became = "Replaced" if hasattr(pick, "audit") else "Passed over"
    return f"{became}: {replacement.reason_words(pick.reason).lower()}"


def every_ticket(drawn: Draw) -> str:
    """Every ticket of the frame, "category ticket person" a line, in the order that `LC_ALL=C sort` gives."""
    cases = tickets.frame_cases(drawn.frame)
    queues = tickets.choose(drawn.seed, cases, tickets.sizes(cases))
    return "".join(f"{category} {ticket} {person}\n" for category, queue in queues.items() for ticket, person in queue)


def changes(picks: list[Pick]) -> list[Change]:
    """The cases that dropped out, in the order of their going, each with what was called for it in the end."""
    next_after = {pick.replaces_id: pick for pick in picks if pick.replaces_id is not None}
    found = []
    for pick in picks:
        if pick.state == Pick.State.REPLACED and hasattr(pick, "audit"):
            called = next_after.get(pick.pk)
            while called is not None and called.state == Pick.State.REPLACED and not hasattr(called, "audit"):
                called = next_after.get(called.pk)
            found.append(Change(pick, replacement.reason_words(pick.reason), called))
    return sorted(found, key=lambda change: str(change.replaced.audit.ended_at))


def bar(row: dict[str, Any]) -> int:
    """A row's share of audited cases, as a bar of 100 at half of them."""
    return int(min(200 * row["audited"] // row["open"], 100))


def by_service(drawn: Draw) -> list[tuple[str, list[dict[str, Any]]]]:
    """The coverage of the teams, service by service, as it was that day; `bar` is of 100 at half the cases."""
    rows = [{**row, "bar": bar(row)} for row in drawn.coverage if "team" in row]
    return [(service, list(teams)) for service, teams in groupby(rows, key=itemgetter("service"))]
