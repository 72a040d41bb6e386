"""The demonstration's programme: a year of core audits, a theme, a flash audit, partners and observations, agreed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from audits import agreement, finding, programme
from audits.models import Activity
from people.models import User
from standards.timescales import add_months

AGREE = ("head.of.service", "head.of.service2", "ad", "team.manager2")
"""Who agrees at once; the team manager is asked and has still to answer."""


def plan_year(*, month: date, core: int, people: Mapping[str, User], at: datetime) -> None:
    """Plan the council's year around a month (its first day), and have it agreed by all but one."""
    officer, year = people["qa.officer"], programme.year_of(month)
    first = programme.months(year)[0]
    has = set(Activity.objects.filter(kind=Activity.Kind.CORE).values_list("month", flat=True))
    for one in programme.months(year):
        if one not in has:
            programme.plan(by=officer, at=at, **programme.core(one, core))
    for more in others(first, month, people):
        programme.plan(by=officer, at=at, **{**programme.core(first, 0), **more})
    managers = [people[name] for name in (*AGREE, "team.manager")]
    agreement.ask(year, who=managers, by=officer, at=at)
    seen = agreement.digest(programme.of_year(year))
    for name in AGREE:
        words = "Please keep August light: half the team is away." if name == "head.of.service" else ""
        agreement.agree(year, content_hash=seen, words=words, by=people[name], at=at)


def others(first: date, month: date, people: Mapping[str, User]) -> list[dict[str, Any]]:
    """What is planned beside the core audits."""
    return [
        {
            "kind": "themed",
            "month": add_months(month, 1),
            "title": "Neglect",
            "planned": 6,
            "origin": "complaint",
            "origin_words": "Three complaints since May say that neglect was named late.",
            "focus": [2, 5, 6],
            "narrow": {"categories": ["CIN", "CP"]},
            "lead": people["qa.officer"],
        },
        {
            "kind": "flash",
            "month": add_months(month, 2),
            "title": "Visits seen alone",
            "planned": 8,
            "origin": "core_finding",
            "origin_words": "In four of the last ten core audits the child was not seen alone.",
            "focus": [5],
            "lead": people["qa.officer"],
        },
        {
            "kind": "multi_agency",
            "month": add_months(first, 5),
            "title": "Children missing from home",
            "planned": 4,
            "origin": "safeguarding_board",
            "origin_words": "Asked for by the Quality Assurance sub-group.",
            "agencies": ["Police", "Health", "Schools"],
            "lead": people["psw"],
        },
        {
            "kind": "observation",
            "month": add_months(first, 6),
            "title": "Child protection conferences",
            "planned": 3,
            "origin": "line_of_enquiry",
            "origin_words": "How parents are prepared for their first conference.",
            "lead": people["head.of.qa"],
        },
        {
            "kind": "management",
            "month": add_months(first, 10),
            "title": "Supervision records",
            "planned": 10,
            "origin": "performance",
            "origin_words": "Supervision within timescale fell to 71% in the summer.",
            "focus": [7],
            "lead": people["head.of.service"],
        },
    ]


def observe(*, people: Mapping[str, User], at: datetime, on: date) -> None:
    """Two observations and one partner's finding, written down once they are past."""
    seen = Activity.objects.get(kind=Activity.Kind.OBSERVATION)
    partners = Activity.objects.get(kind=Activity.Kind.MULTI_AGENCY)
    for text in (
        "Both parents had the report three days before, and said so. The chair asked them first.",
        "The report came on the morning of the conference. The mother heard of two concerns there for the first time.",
    ):
        finding.record(seen, on=on, text=text, seen="Initial conference", by=people["head.of.qa"], at=at)
    text = "Return interviews reached the school nurse in two of four cases, both within a week."
    finding.record(partners, on=on, text=text, agency="Health", by=people["psw"], at=at)
