"""Finding patterns: which teams and standards of the last two quarters have as many Inadequate as make one.

Where the same audits are behind several, they are one pattern: a meeting of CQAWG looks at audits, not at counts.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from audits.models import CASE_NUMBER, Audit
from escalation.models import Pattern
from escalation.notice_texts import PatternFound
from escalation.patterns import patterns
from escalation.steps import times
from people import notices, trail
from people.directory import holders
from people.roles import Role
from qualitycounts.base.clock import start_of
from standards.grades import Grade
from standards.timescales import add_months, add_working_days

Kind = tuple[int | None, int | None]
"""A team's key and None, or None and a standard's number."""


def find_patterns(act: trail.Act, *, on: date) -> int:
    """Find the patterns of the last two quarters that are not known yet, and tell whom they concern. How many.

    The quarter before counts too: its last audits may be signed after its last sweep, and a panel regrades them in the
    next. What is older is history, and is not brought up.
    """
    quarter = patterns.quarter_of(on)
    return sum(find_in(act, each, on=on) for each in (add_months(quarter, -3), quarter))


def find_in(act: trail.Act, quarter: date, *, on: date) -> int:
    """Find the new patterns of one quarter, those of the same audits as one. How many."""
    known = {kind: pattern for pattern in Pattern.objects.filter(quarter=quarter) for kind in kinds_of(pattern)}
    reached = reached_level(quarter)
    same: dict[frozenset[int], list[Kind]] = defaultdict(list)
    for kind, audits in reached.items():
        if kind not in known:
            same[audits].append(kind)
    opened = 0
    for audits, kinds in same.items():
        there = next((known[kind] for kind in reached if kind in known and reached[kind] == audits), None)
        if there is None:
            open_one(act, quarter=quarter, kind=kinds[0], also=numbers_of(kinds[1:]), on=on)
            opened += 1
        elif numbers := numbers_of(kinds):
            there.also = sorted({*there.also, *numbers})
            there.save(update_fields=["also"])
            act.add("pattern.widened", there, was=there.state, now=there.state, content={"also": there.also})
    return opened


def kinds_of(pattern: Pattern) -> list[Kind]:
    """All that one pattern stands for."""
    return [(pattern.team_id, pattern.standard), *((None, number) for number in pattern.also)]


def numbers_of(kinds: list[Kind]) -> list[int]:
    """The standards among them."""
    return [number for _, number in kinds if number is not None]


def reached_level(quarter: date) -> dict[Kind, frozenset[int]]:
    """The teams, then the standards, of a quarter whose Inadequate make a pattern, each with the keys of its audits.

    A standard of another set is another standard, and is counted by itself. The numbers that make one are those of
    the quarter's last day: a setting changed since makes nothing of the past.
    """
    ends, in_quarter = start_of(add_months(quarter, 3)), patterns.finalised_in(quarter)
    counted: dict[Kind, set[int]] = defaultdict(set)
    of_teams = Audit.objects.filter(in_quarter, grade=Grade.INADEQUATE, team__isnull=False)
    for team, audit in of_teams.order_by("team").values_list("team", "pk"):
        counted[team, None].add(audit)
    audits = Audit.objects.filter(in_quarter)
    of_standards = patterns.inadequate().filter(audit__in=audits, number__lt=CASE_NUMBER)
    by_standard: dict[tuple[int, int | None], set[int]] = defaultdict(set)
    for number, standard, audit in of_standards.order_by("number").values_list("number", "standard", "audit"):
        by_standard[number, standard].add(audit)
    least = times.PATTERN_TEAM.value_before(ends), times.PATTERN_STANDARD.value_before(ends)
    for (number, _), keys in by_standard.items():
        if len(keys) >= least[1]:
            counted[None, number] |= keys
    return {kind: frozenset(keys) for kind, keys in counted.items() if len(keys) >= least[kind[0] is None]}


def open_one(act: trail.Act, *, quarter: date, kind: Kind, also: list[int], on: date) -> Pattern:
    """Open a pattern: the Head of QA owns it, the Heads of Service whom it concerns and the QA Officers are told."""
    team, standard = kind
    number = Pattern.objects.filter(quarter=quarter).count() + 1
    pattern = Pattern.objects.create(
        ref=f"PAT-{quarter:%y%m}-{number}",
        team_id=team,
        standard=standard,
        also=sorted(also),
        quarter=quarter,
        found=act.at,
        owner=holders(Role.HEAD_OF_QA, on=on).first() or holders(Role.ASSISTANT_DIRECTOR, on=on).first(),
        due_on=add_working_days(on, times.CQAWG.value()),
    )
    content = {"team": team, "standard": standard} | ({"also": pattern.also} if also else {})
    act.add("pattern.found", pattern, now=pattern.state, content=content)
    notices.notify(
        to=patterns.people_of_pattern(pattern, on=on),
        text=PatternFound(pattern, patterns.title(pattern), patterns.sentence(pattern)),
        key=f"{pattern.ref}:found",
        at=act.at,
    )
    return pattern
