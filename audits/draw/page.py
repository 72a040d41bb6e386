"""A draw as its page shows it: every number with where it comes from, fit to be handed to anyone who may see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.urls import reverse

from audits.draw import kept_frame, replacement, tickets
from audits.draw.moved import moved_since
from audits.draw.places import Arithmetic, Excluded, arithmetic, subtraction
from audits.draw.preview import extract_before
from audits.draw.recompute import Recount, recount
from audits.models import Audit, CaseChange, Draw, Pick
from qualitycounts.base.components import SummaryRow, Value
from qualitycounts.base.dates import month_name
from qualitycounts.base.templatetags import qc
from standards import categories

RESERVES_SHOWN = 3
TICKET_SHOWN = 16
LEAST_FOR_SHARE = 10
"""Open cases of a team below which its share is not compared: one case more or less moves it too far."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the tickets."""

    place: int
    ticket: str
    person_id: str
    result: str
    called: bool


@dataclass(frozen=True, slots=True)
class TicketBox:
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
class DrawChange:
    """A chosen case that dropped out, and the one called for it (None where the reserve was empty)."""

    replaced: Pick
    reason: str
    called: Pick | None

    @property
    def in_words(self) -> str:
        """What dropped out, why, when and by whom, and what was called for it."""
        why = f"{self.reason.lower()}: {self.replaced.why}" if self.replaced.why else self.reason.lower()
        audit = self.replaced.audit
        done = f"{self.replaced.case} replaced ({why}) on {qc.short_day(audit.ended_at)} by {audit.ended_by}"
        return f"{done}; {self.called.case} was called." if self.called else f"{done}; no case was left in reserve."


@dataclass(frozen=True, slots=True)
class DrawPage:
    """All that the page of a draw shows."""

    draw: Draw
    recount: Recount
    as_at: date | None
    excluded: list[Excluded]
    arithmetic: Arithmetic
    boxes: list[TicketBox]
    standing: list[Pick]
    to_replace: list[Pick]
    moved: list[CaseChange]
    changes: list[DrawChange]
    teams: list[tuple[str, list[dict[str, Any]]]]
    later: Draw | None

    @property
    def open_cases(self) -> int:
        """Every open case that day: the frame and all that the rules took out."""
        return self.draw.frame_size + sum(line.n for line in self.excluded)

    @property
    def narrowed(self) -> str:
        """What a themed or flash draw was narrowed to, in words; empty where it was not."""
        names = [categories.name_of(code) for code in self.draw.filter.get("categories", [])]
        parts = [names, self.draw.filter.get("teams", [])]
        return "; ".join(", ".join(part) for part in parts if part)

    @property
    def summary(self) -> list[SummaryRow]:
        """What it was narrowed to, whose it is, and who made it from which extract."""
        rows = []
        if self.narrowed:
            alone = "Only these open cases were looked at. Everything below counts them alone."
            rows.append(SummaryRow("Narrowed to", Value(self.narrowed, alone)))
        if focus := self.draw.focus:
            numbers, single = ", ".join(map(str, focus)), len(focus) == 1
            more = f"Its audits look at {'this' if single else 'these'} and at the case as a whole."
            rows.append(SummaryRow("Standards", Value(f"Standard{'' if single else 's'} {numbers}", more)))
        activity = reverse("programme-activity", args=[self.draw.activity_id])
        return [
            *rows,
            SummaryRow("Activity", Value(self.draw.activity, url=activity)),
            SummaryRow("Made by", self.made_by),
        ]

    @property
    def made_by(self) -> str:
        """Who made it, and from which extract."""
        by = self.draw.drawn_by
        job = f", {by.job_title}" if by and by.job_title else ""
        who = f"{by}{job}" if by else "A command on the server"
        return f"{who}, from the case extract as at {qc.day(self.as_at)}" if self.as_at else who

    @property
    def replaceable(self) -> list[Pick]:
        """The cases that may still be replaced: those of a draw in force before their meeting."""
        drawn = self.draw.state == Draw.State.DRAWN
        return [pick for pick in self.standing if drawn and pick.audit.state in Audit.NOT_MET]

    @property
    def share(self) -> str:
        """The share of open cases that were audited in the year; "" where there are too few to compare."""
        return f"{self.audited / self.open_cases:.0%}" if self.open_cases >= LEAST_FOR_SHARE else ""

    @property
    def audited_share(self) -> str:
        """The share, after the number of open cases."""
        return f", {self.share}" if self.share else ""

    @property
    def audited_share_bracketed(self) -> str:
        """The share, after the number of those audited."""
        return f" ({self.share})" if self.share else ""

    @property
    def tickets_line(self) -> str:
        """The line to run that makes every ticket and puts them in order."""
        ticket = f"""$(printf '%s' "{self.draw.seed}:$id" | sha256sum | cut -c1-64)"""
        print_ticket = f"""printf '%s %s %s\\n' "$cat" "{ticket}" "$id\""""
        return (
            f"""while IFS=, read -r id cat || [ -n "$id" ]; do {print_ticket}; done"""
            " < frame.csv | LC_ALL=C sort > tickets.txt"
        )

    @property
    def reserve_line(self) -> str:
        """The line to run that takes the chosen of each category."""
        take = """grep "^${q%:*} " tickets.txt | head -n "${q#*:}\""""
        return f"for q in {self.expected_in_one_line}; do {take}; done"

    @property
    def audited(self) -> int:
        """How many of the open cases were audited in the year to the draw."""
        return sum(row["audited"] for row in self.draw.coverage if "team" in row)

    @property
    def categories(self) -> list[dict[str, Any]]:
        """The coverage of the categories, the largest first; none on a draw made before they were kept."""
        rows = [row for row in self.draw.coverage if "category" in row]
        named = [{**row, "title": categories.name_of(row["category"]), "bar": bar(row)} for row in rows]
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


def draw_page(drawn: Draw, *, on: date) -> DrawPage:
    """Everything on the page of a draw, worked out again from what was frozen. The queries do not grow with it."""
    picks = list(
        drawn.picks.select_related(
            "case", "audit__case", "audit__auditor", "audit__keyworker__team", "audit__ended_by", "replaces__audit"
        ).order_by("category", "place")
    )
    recounted = recount(drawn)
    return DrawPage(
        draw=drawn,
        recount=recounted,
        as_at=extract_before(drawn.drawn_at),
        excluded=subtraction(drawn.on, drawn.excluded),
        arithmetic=arithmetic(drawn.size, recounted.shares),
        boxes=list(boxes(drawn, recounted.shares, picks)),
        standing=[pick for pick in picks if pick.state != Pick.State.REPLACED],
        to_replace=[pick for pick in picks if pick.state != Pick.State.REPLACED and pick.audit.is_to_replace(on)],
        changes=draw_changes(picks),
        moved=moved_since(drawn, picks),
        teams=by_service(drawn),
        later=drawn.activity.draws.filter(pk__gt=drawn.pk).order_by("pk").first(),
    )


def boxes(drawn: Draw, shares: list[tickets.StratumShare], picks: list[Pick]) -> Iterator[TicketBox]:
    """The tickets of each category: the chosen above the reserve line; below it those called and the next few."""
    known = {(pick.category, pick.place): pick for pick in picks}
    shown = {
        share.category: max([share.drawn, *(pick.place for pick in picks if pick.category == share.category)])
        + RESERVES_SHOWN
        for share in shares
        if share.drawn
    }
    queues = kept_frame.queues(drawn, shown, picks)
    for share in sorted(shares, key=lambda share: (-share.size, share.category)):
        lines = []
        for place, (ticket, person_id) in enumerate(queues.get(share.category, []), 1):
            pick = known.get((share.category, place))
            called = pick is not None and pick.state == Pick.State.CALLED
            lines.append(Place(place, ticket[:TICKET_SHOWN], person_id, result(pick), called))
        if share.drawn:
            title = categories.name_of(share.category)
            yield TicketBox(title, share.category, share.drawn, share.size, lines[: share.drawn], lines[share.drawn :])


def result(pick: Pick | None) -> str:
    """What became of a ticket, in a few words."""
    if pick is None:
        return "Reserve"
    if pick.state == Pick.State.CHOSEN:
        return "Chosen"
    if pick.state == Pick.State.CALLED and pick.called_on is not None:
        return f"Called {pick.called_on.day} {month_name(pick.called_on)}"
    became = "Replaced" if hasattr(pick, "audit") else "Passed over"
    return f"{became}: {replacement.reason_words(pick.reason).lower()}"


def draw_changes(picks: list[Pick]) -> list[DrawChange]:
    """The cases that dropped out, in the order of their going, each with what was called for it in the end."""
    next_after = {pick.replaces_id: pick for pick in picks if pick.replaces_id is not None}
    changes = []
    for pick in picks:
        if pick.state == Pick.State.REPLACED and hasattr(pick, "audit"):
            called = next_after.get(pick.pk)
            while called is not None and called.state == Pick.State.REPLACED and not hasattr(called, "audit"):
                called = next_after.get(called.pk)
            changes.append(DrawChange(pick, replacement.reason_words(pick.reason), called))
    return sorted(changes, key=lambda change: str(change.replaced.audit.ended_at))


def bar(row: dict[str, Any]) -> int:
    """A row's share of audited cases, as a bar of 100 at half of them."""
    return int(min(200 * row["audited"] // row["open"], 100))


def by_service(drawn: Draw) -> list[tuple[str, list[dict[str, Any]]]]:
    """The coverage of the teams, service by service, as it was that day; `bar` is of 100 at half the cases."""
    rows = [{**row, "bar": bar(row)} for row in drawn.coverage if "team" in row]
    return [(service, list(teams)) for service, teams in groupby(rows, key=itemgetter("service"))]
