"""Who could be drawn: the open cases, less those that one of six rules takes out.

A case counts once, under the first rule that holds, so that open cases = frame + everything excluded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case as Where
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from audits.models import Audit, Case, Exemption, Hold, Pick
from standards.timescales import add_months

SETTLING_DAYS = 42
"""A case can be drawn once it has been open for six weeks."""
BETWEEN_AUDITS = 12
"""Months from one audit of a case to the next."""
UNFINISHED = (Audit.State.ALLOCATED, Audit.State.BOOKED, Audit.State.IN_MEETING, Audit.State.AGREED)
"""An audit that is not yet finalised, and still going on."""


TITLES = {
    "no_keyworker": "No keyworker",
    "open_audit": "Audit open",
    "held": "Held",
    "exempt": "Exempt",
    "recently_audited": "Recently audited",
    "recently_opened": "Recently opened",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for which an open case is not in the frame: a key of `TITLES`."""

    key: str
    meaning: str
    holds: Q

    @property
    def title(self) -> str:
        """Its name on the page."""
        return TITLES[self.key]


def rules(on: date) -> tuple[Rule, ...]:
    """The six rules for a draw on a day, in their order (the product's own; the strategy leaves the frame open)."""
    opened_by = on - timedelta(days=SETTLING_DAYS)
    audited_by = add_months(on, -BETWEEN_AUDITS)
    audits = Audit.objects.filter(case=OuterRef("pk"))
    return (
        Rule(
            "no_keyworker",
            "None, or not on the staff list",
            Q(keyworker=None) | Q(keyworker__is_active=False) | Q(keyworker__left_on__lte=on),
        ),
        Rule(
            "open_audit",
            "An audit of it is not yet finalised",
            Q(Exists(audits.filter(state__in=UNFINISHED))),
        ),
        Rule(
            "held",
            "Its last audit’s escalation is not finished",
            Q(Exists(Hold.objects.filter(audit__case=OuterRef("pk"), lifted=None))),
        ),
        Rule(
            "exempt",
            "By the Head of QA, with a reason and an end date",
            Q(Exists(Exemption.objects.filter(case=OuterRef("pk"), ends_on__gte=on))),
        ),
        Rule(
            "recently_audited",
            f"Audited after {audited_by.day} {audited_by:%B %Y}",
            audited_since(audited_by),
        ),
        Rule(
            "recently_opened",
            f"Opened after {opened_by.day} {opened_by:%B %Y} (six weeks)",
            Q(opened_on__gt=opened_by),
        ),
    )


def audited_since(day: date) -> Q:
    """Cases last audited after the day: by the extract's date, or by our own last meeting day."""
    ours = Audit.objects.filter(case=OuterRef("pk"), met_on__gt=day)
    return Q(last_audited_on__gt=day) | Q(Exists(ours))


def open_cases(on: date, narrow: Mapping[str, list[str]]) -> QuerySet[Case]:
    """Every open case of the register; for a themed or flash activity only those of its categories and teams."""
    cases = Case.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on))
    if narrow.get("categories"):
        cases = cases.filter(category__in=narrow["categories"])
    if narrow.get("teams"):
        cases = cases.filter(team__name__in=narrow["teams"])
    return cases


def sorted_out(on: date, narrow: Mapping[str, list[str]]) -> QuerySet[Any]:
    """The open cases with `out`: the key of the first rule that takes each out, empty where it could be drawn."""
    whens = [When(rule.holds, then=Value(rule.key)) for rule in rules(on)]
    return open_cases(on, narrow).annotate(out=Where(*whens, default=Value(""), output_field=CharField())).order_by()


def cases(on: date, narrow: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """The frame of a draw on a day: (person_id, category) of every case that could be drawn."""
    return list(sorted_out(on, narrow).filter(out="").values_list("person_id", "category"))


def taken_out(case: Case, *, on: date) -> str:
    """Why a case could not be drawn on a day: the key of the rule, "closed", or nothing if it could."""
    found = sorted_out(on, {}).filter(pk=case.pk).values_list("out", flat=True).first()
    return "closed" if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Group:
    """So many open cases of one team and category that one rule takes out (or none), audited in the year or not."""

    service: str
    team: str
    category: str
    out: str
    audited: bool
    n: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The open cases on a day, counted by team, category and rule: one query however many cases there are."""

    on: date
    groups: tuple[Group, ...]

    @property
    def open_cases(self) -> int:
        """Every open case."""
        return sum(group.n for group in self.groups)

    @property
    def excluded(self) -> dict[str, int]:
        """How many cases each rule takes out, in the order of the rules; a rule that takes out none says 0."""
        taken = Counter[str]()
        for group in self.groups:
            taken[group.out] += group.n
        return {rule.key: taken[rule.key] for rule in rules(self.on)}

    @property
    def strata(self) -> dict[str, int]:
        """How many cases of each category could be drawn."""
        sizes = Counter[str]()
        for group in self.groups:
            if not group.out:
                sizes[group.category] += group.n
        return dict(sorted(sizes.items()))

    def teams(self) -> Iterator[tuple[str, str, list[Group]]]:
        """(service, team, its groups), by name."""
        by_team: dict[tuple[str, str], list[Group]] = {}
        for group in self.groups:
            by_team.setdefault((group.service, group.team), []).append(group)
        for (service, team), groups in sorted(by_team.items()):
            yield service, team, groups


def counts(on: date, narrow: Mapping[str, list[str]]) -> Counts:
    """The open cases on a day, counted. What a preview shows before a draw, and the draw keeps."""
    audited = Where(When(audited_since(add_months(on, -BETWEEN_AUDITS)), then=Value(1)), default=Value(0))
    rows = (
        sorted_out(on, narrow)
        .annotate(audited=audited)
        .values_list("team__service__name", "team__name", "category", "out", "audited")
        .annotate(n=Count("pk"))
    )
    return Counts(on, tuple(Group(service or "", team or "", *rest) for service, team, *rest in rows))


def coverage(counts: Counts, quotas: Mapping[str, int], picks: Collection[Pick]) -> list[dict[str, Any]]:
    """For each team: its open cases, how many were audited in the year, and how many of it were to be expected.

    `expected` is what an even draw gives a team of its size and mix: of each category its part of the quota.
    """
    drawn = Counter(
        (pick.case.team.service.name, pick.case.team.name) if pick.case.team else ("", "") for pick in picks
    )
    strata = counts.strata
    rows = []
    for service, team, groups in counts.teams():
        could = [group for group in groups if not group.out]
        rows.append(
            {
                "service": service,
                "team": team,
                "open": sum(group.n for group in groups),
                "audited": sum(group.n for group in groups if group.audited),
                "frame": sum(group.n for group in could),
                "expected": round(sum(quotas.get(g.category, 0) * g.n / strata[g.category] for g in could), 2),
                "drawn": drawn[service, team],
            }
        )
    return rows
