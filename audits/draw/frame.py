"""The frame of a draw: the open cases, less those that one of six rules takes out.

A case counts once, under the first rule that holds, so that open cases = frame + everything excluded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from sys import intern
from typing import Any, NamedTuple

from django.db.models import Case as Where
from django.db.models import CharField, Q, QuerySet, Value, When

from audits.models import Audit, Case, Exemption, Hold, Pick
from people import council_settings
from people.models import Team
from qualitycounts.base.dates import date_in_words
from standards.timescales import add_months

SETTLING_DAYS = council_settings.Number(
    "settling_days",
    "Days before a new case can be drawn",
    "Draw and allocation",
    "A case is left out of the draw while it has been open for less than this, so that there is work to look at. Ours.",
    default=42,
    most=365,
    unit="days",
)
BETWEEN_AUDITS = council_settings.Number(
    "between_audits",
    "Months between two audits of a case",
    "Draw and allocation",
    "A case audited more recently than this is left out of the draw. Ours.",
    default=12,
    most=60,
    unit="months",
)
A_CHUNK = 10_000
"""Cases that are read at a time: the register is not held beside its frame."""

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
        """The rule's name on the page."""
        return TITLES[self.key]


def rules(on: date) -> tuple[Rule, ...]:
    """The six rules for a draw on a day, in their order (the product's own; the strategy leaves the frame open)."""
    with council_settings.read_once():
        opened_by = on - timedelta(days=SETTLING_DAYS.value())
        audited_by = add_months(on, -BETWEEN_AUDITS.value())
        settling = SETTLING_DAYS.in_words
    return (
        Rule(
            "no_keyworker",
            "None, or not on the staff list",
            Q(keyworker=None) | Q(keyworker__is_active=False) | Q(keyworker__left_on__lte=on),
        ),
        Rule(
            "open_audit",
            "An audit of it is not yet finalised",
            Q(pk__in=Audit.objects.unfinished().order_by().values("case")),
        ),
        Rule(
            "held",
            "Its last audit’s escalation is not finished",
            Q(pk__in=Hold.objects.filter(lifted=None).values("audit__case")),
        ),
        Rule(
            "exempt",
            "By the Head of QA, with a reason and an end date",
            Q(pk__in=Exemption.objects.filter(ends_on__gte=on).values("case")),
        ),
        Rule(
            "recently_audited",
            f"Audited after {date_in_words(audited_by)}",
            audited_since(audited_by),
        ),
        Rule(
            "recently_opened",
            f"Opened after {date_in_words(opened_by)} ({settling})",
            Q(opened_on__gt=opened_by),
        ),
    )


def audited_since(day: date) -> Q:
    """Cases last audited after the day: by the extract's date, or our own last meeting day (no voided audit's)."""
    ours = Audit.objects.standing().filter(met_on__gt=day).order_by().values("case")
    return Q(last_audited_on__gt=day) | Q(pk__in=ours)


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


def taken_out(case: Case, *, on: date) -> str:
    """Why a case could not be drawn on a day: the key of the rule, "closed", or nothing if it could."""
    rule = sorted_out(on, {}).filter(pk=case.pk).values_list("out", flat=True).first()
    return "closed" if rule is None else str(rule)


class Group(NamedTuple):
    """Open cases alike: of one team and category, taken out by one rule or by none, audited in the year or not."""

    team_id: int | None
    category: str
    out: str
    audited: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The open cases on a day: those that could be drawn, as (person_id, category), and how many there are alike."""

    on: date
    cases: list[tuple[str, str]]
    groups: Counter[Group]

    @property
    def open_cases(self) -> int:
        """Every open case."""
        return self.groups.total()

    @property
    def excluded(self) -> dict[str, int]:
        """How many cases each rule takes out, in the order of the rules; a rule that takes out none says 0."""
        return {key: sum(n for group, n in self.groups.items() if group.out == key) for key in TITLES}

    @property
    def strata(self) -> dict[str, int]:
        """How many cases of each category could be drawn."""
        sizes: Counter[str] = Counter()
        for group, n in self.groups.items():
            sizes[group.category] += 0 if group.out else n
        return dict(sorted((+sizes).items()))


def build_frame(on: date, narrow: Mapping[str, list[str]]) -> Frame:
    """The frame of a draw on a day. Its counts and its cases come from one query, so that they are of one moment."""
    with council_settings.read_once():
        recently = When(audited_since(add_months(on, -BETWEEN_AUDITS.value())), then=Value("yes"))
        # a text: truth and numbers would be converted row by row
        audited = Where(recently, default=Value(""), output_field=CharField())
        annotated = sorted_out(on, narrow).annotate(audited=audited)
    rows = annotated.values_list("person_id", "team", "category", "out", "audited").iterator(chunk_size=A_CHUNK)
    alike: Counter[tuple[int | None, str, str, str]] = Counter()
    cases: list[tuple[str, str]] = []
    for person_id, team, category, out, year in rows:
        alike[team, category, out, year] += 1
        if not out:
            cases.append((person_id, intern(category)))
    groups = {Group(team, category, out, bool(year)): n for (team, category, out, year), n in alike.items()}
    return Frame(on, cases, Counter(groups))


def coverage(frame: Frame, quotas: Mapping[str, int], picks: Collection[Pick]) -> list[dict[str, Any]]:
    """For each team, then each category: its open cases, how many were audited in the year, and what was expected.

    `expected` of a team is what an even draw gives one of its size and mix: of each category its part of the quota. Of
    a category it is what its size alone would give, without the one place that every category has first.
    """
    strata, size = frame.strata, sum(quotas.values())
    share = {code: quotas.get(code, 0) / n for code, n in strata.items()}
    teams = count_frame(frame, lambda group: group.team_id, lambda group: share[group.category])
    even = size / len(frame.cases) if frame.cases else 0
    categories = count_frame(frame, lambda group: group.category, lambda group: even)
    drawn = Counter[int | str | None](pick.case.team_id for pick in picks)
    drawn.update(pick.category for pick in picks)
    teams_by_key = Team.objects.filter(pk__in=[pk for pk in teams if pk]).select_related("service").in_bulk()
    named = [
        {
            "service": teams_by_key[pk].service.name if pk in teams_by_key else "",
            "team": teams_by_key[pk].name if pk in teams_by_key else "",
            **row,
            "expected": round(row["expected"], 2),
            "drawn": drawn[pk],
        }
        for pk, row in teams.items()
    ]
    coded = [
        {"category": code, **row, "expected": round(row["expected"], 2), "drawn": drawn[code]}
        for code, row in sorted(categories.items(), key=lambda pair: str(pair[0]))
    ]
    return [*sorted(named, key=itemgetter("service", "team")), *coded]


def count_frame(
    frame: Frame, of: Callable[[Group], int | str | None], expected: Callable[[Group], float]
) -> dict[int | str | None, dict[str, Any]]:
    """The open cases by what `of` says of each: how many, audited in the year, in the frame, and expected of a draw."""
    rows: dict[int | str | None, dict[str, Any]] = {}
    for group, n in frame.groups.items():
        row = rows.setdefault(of(group), {"open": 0, "audited": 0, "frame": 0, "expected": 0.0})
        row["open"] += n
        row["audited"] += n if group.audited else 0
        if not group.out:
            row["frame"] += n
            row["expected"] += n * expected(group)
    return rows
