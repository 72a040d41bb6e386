"""Odd openings of a week, told to the Head of QA: very many within an hour, and another service's by a deputy."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet

from audits.models import Opening
from audits.openings.notice_texts import OddOpenings
from audits.openings.openings import opened_children
from audits.reminders.weekly import WEEK, first_working_day, named
from people import council_settings, notices
from people.directory import holders, holding
from people.models import Membership, Notice, User
from people.roles import Role
from qualitycounts.base.clock import start_of
from standards.timescales import one_calendar

AN_HOUR = council_settings.Number(
    "openings_an_hour",
    "Children’s records opened within an hour that are many",
    "Retention",
    "The Head of QA is told each week who opened the records of so many children, or more, within one hour. "
    "Quality Counts’ default; the strategy does not say.",
    default=50,
    least=5,
    most=1000,
    unit="children",
)
HOUR = timedelta(hours=1)


def tell_odd_openings(*, on: date, at: datetime) -> int:
    """Tell each Head of QA of the odd openings of the week before, once, from its first working day on.

    Returns how many were told; running it twice is harmless.
    """
    with one_calendar():
        if on < first_working_day(on):
            return 0
    monday = on - timedelta(days=on.weekday())
    key = f"odd-openings:{monday:%Y-%m-%d}"
    if Notice.objects.filter(key=key).exists():
        return 0
    week = Opening.objects.filter(at__gte=start_of(monday - WEEK), at__lt=start_of(monday))
    week = week.exclude(audit_ref="", case_key=None)
    text = OddOpenings(named(many_within_an_hour(week)), named(outside_own_service(week, on=on)))
    if not (text.many or text.outside):
        return 0
    heads = list(holders(Role.HEAD_OF_QA, on=on))
    notices.notify(to=heads, text=text, key=key, at=at)
    return len(heads)


def many_within_an_hour(week: QuerySet[Opening]) -> list[str]:
    """Who opened the records of very many children within any one hour: "Ann Other, 63"."""
    least = AN_HOUR.value()
    busy = week.order_by().values("by").annotate(rows=Count("pk")).filter(rows__gte=least).values_list("by", flat=True)
    rows = list(week.filter(by__in=list(busy)).order_by("by", "at").values_list("by", "at", "audit_ref", "case_key"))
    children = opened_children((ref, key) for _, _, ref, key in rows)
    opened: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for by, at, ref, key in rows:
        if child := children.get((ref, key)):
            opened[by].append((at, child.case))
    most = {by: most_within_an_hour(moments) for by, moments in opened.items()}
    return counts_by_name({by: count for by, count in most.items() if count >= least})


def most_within_an_hour(opened: Iterable[tuple[datetime, int]]) -> int:
    """How many different cases at most were opened within one hour; `opened` is in the order of its moments."""
    within: deque[tuple[datetime, int]] = deque()
    cases: Counter[int] = Counter()
    most = 0
    for at, case in opened:
        within.append((at, case))
        cases[case] += 1
        while within[0][0] <= at - HOUR:
            _, gone = within.popleft()
            cases[gone] -= 1
            if not cases[gone]:
                del cases[gone]
        most = max(most, len(cases))
    return most


def outside_own_service(week: QuerySet[Opening], *, on: date) -> list[str]:
    """Who opened records of another service than their own while they stood in for somebody: "Ann Other, 3"."""
    rows = set(week.exclude(in_place_of=None).order_by().values_list("by", "audit_ref", "case_key"))
    children = opened_children((ref, key) for _, ref, key in rows)
    own: defaultdict[int, set[int]] = defaultdict(set)
    people = {by for by, _, _ in rows}
    held = Membership.objects.filter(holding(on), user__in=people)
    for way in ("service", "team__service"):
        for by, service in held.exclude(**{way: None}).values_list("user", way):
            own[by].add(service)
    for by, service in User.objects.filter(pk__in=people).exclude(team=None).values_list("pk", "team__service"):
        own[by].add(service)
    outside: defaultdict[int, set[int]] = defaultdict(set)
    for by, ref, key in rows:
        child = children.get((ref, key))
        if child and child.service is not None and child.service not in own[by]:
            outside[by].add(child.case)
    return counts_by_name({by: len(cases) for by, cases in outside.items()})


def counts_by_name(counts: dict[int, int]) -> list[str]:
    """Each person by name with their count, the highest first."""
    people = User.objects.in_bulk(counts)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], people[each[0]].name))
    return [f"{people[by]}, {count}" for by, count in ordered]
