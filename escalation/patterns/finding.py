"""Finding patterns: which teams and standards of the last two quarters have as many Inadequate as make one.

Where the same audits are behind several, they are one pattern: a meeting of CQAWG looks at audits, not at counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from audits.models import CASE_NUMBER, Audit
from escalation.models import Pattern
from escalation.notice_texts import PatternFound
from escalation.patterns import patterns
from escalation.steps import times
from escalation.steps.holders import Holders
from escalation.steps.people import Who
from people import absence, trail
from people.models import Team, User
from qualitycounts.base.clock import start_of
from standards.grades import Grade
from standards.timescales import add_months, add_working_days

Kind = tuple[int | None, int | None]
"""A team's key and None, or None and a standard's number."""


def find_patterns(act: trail.Act, holders: Holders, *, on: date) -> list[absence.Telling]:
    """Find the patterns of the last two quarters that are not known yet. What is told of them, and to whom.

    The quarter before counts too: its last audits may be signed after its last sweep, and a panel regrades them in the
    next. What is older is history, and is not brought up.
    """
    quarter, teams = patterns.quarter_of(on), Team.objects.in_bulk()
    opened = []
    for each in (add_months(quarter, -3), quarter):
        opened += find_in(act, each, teams, owner=owner_among(holders), on=on)
    Pattern.objects.bulk_create(opened)
    return [telling_of(pattern, holders) for pattern in opened]


def owner_among(holders: Holders) -> User | None:
    """Who owns what is found: the Head of QA, else the Assistant Director."""
    people = [*holders.everyone(Who.HEAD_OF_QA), *holders.everyone(Who.ASSISTANT_DIRECTOR)]
    return next(iter(people), None)


def telling_of(pattern: Pattern, holders: Holders) -> absence.Telling:
    """What is told of a new pattern: to its owner, the Heads of Service whom it concerns and the QA Officers."""
    text = PatternFound(pattern, patterns.title(pattern), patterns.sentence(pattern))
    return f"{pattern.ref}:found", patterns.people_of_pattern(pattern, holders), text


def find_in(act: trail.Act, quarter: date, teams: Mapping[int, Team], *, owner: User | None, on: date) -> list[Pattern]:
    """Find the new patterns of one quarter, those of the same audits as one. They are not saved yet."""
    before = list(Pattern.objects.filter(quarter=quarter))
    known = {kind: pattern for pattern in before for kind in kinds_of(pattern)}
    reached = reached_level(quarter)
    same: dict[frozenset[int], list[Kind]] = defaultdict(list)
    for kind, audits in reached.items():
        if kind not in known:
            same[audits].append(kind)
    opened: list[Pattern] = []
    for audits, kinds in same.items():
        there = next((known[kind] for kind in reached if kind in known and reached[kind] == audits), None)
        if there is None:
            team, standard = kinds[0]
            pattern = Pattern(
                ref=f"PAT-{quarter:%y%m}-{len(before) + len(opened) + 1}",
                team=teams[team] if team is not None else None,
                standard=standard,
                also=sorted(numbers_of(kinds[1:])),
                quarter=quarter,
                found=act.at,
                owner=owner,
                due_on=add_working_days(on, times.CQAWG.value()),
            )
            content = {"team": team, "standard": standard} | ({"also": pattern.also} if pattern.also else {})
            act.add("pattern.found", pattern, now=pattern.state, content=content)
            opened.append(pattern)
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
