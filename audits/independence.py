"""Who may audit which case: nobody near it, and nobody who is full or away.

The strategy has cases audited with, and not by, those who hold and manage them (sections 2 and 4.7, Appendix 2); what
counts as near is the product's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from audits.managers import holders
from audits.models import Audit, Capacity, Case, Conflict, Leave
from people import council
from people.models import User
from people.roles import Role
from qualitycounts.refusals import Refused
from standards.timescales import add_months

# Why an auditor may not have a case, in the order in which one reason goes before another.
WHY_NOT = {
    "keyworker": "holds the case",
    "same_team": "in the keyworker’s team",
    "same_line": "above or below the keyworker",
    "last_auditor": "audited it last time",
    "conflict": "declared a conflict",
    "away": "on leave",
    "full": "full this month",
}
AUDITS_A_MONTH = council.Number(
    "audits_a_month",
    "Audits one auditor is given in a month",
    "Draw and allocation",
    "The most that the draw gives to one auditor. Ours.",
    default=2,
    least=1,
    most=20,
    unit="audits",
)
GONE = (Audit.State.WITHDRAWN, Audit.State.VOIDED)


@dataclass(frozen=True, slots=True)
class Auditor:
    """What an auditor could take on in a month: `room` for so many more audits, `held` already."""

    room: int
    held: int
    away: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """All that an allocation is worked out from: the auditors by e-mail, and for each case why some may not have it."""

    auditors: dict[str, Auditor]
    barred: dict[str, dict[str, str]]

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Choices:
        """Read back what `as_record` wrote."""
        return cls({email: Auditor(**auditor) for email, auditor in record["auditors"].items()}, dict(record["barred"]))

    def as_record(self) -> dict[str, Any]:
        """As it is kept with a draw."""
        return asdict(self)


def choices(cases: Collection[Case], *, month: date, on: date) -> Choices:
    """Who could audit these cases in a month (its first day), as things stand on a day.

    The number of queries does not depend on the number of cases.
    """
    auditors = room(month=month, on=on)
    return Choices({user.email: auditor for user, auditor in auditors.items()}, barred(cases, list(auditors)))


def room(*, month: date, on: date) -> dict[User, Auditor]:
    """Everyone who may audit in a month, by name, with what they hold and what they can take on, as it stands on a day.

    An auditor is given at most `AUDITS_A_MONTH` of a month's audits, or as many as was set for them alone, and none of
    a month they are away for all of.
    """
    auditors = list(holders(Role.AUDITOR, on=max(on, month)))
    counted = Audit.objects.filter(month=month, auditor__in=auditors).exclude(state__in=GONE).order_by()
    held = dict(counted.values_list("auditor").annotate(Count("pk")))
    last_day = add_months(month, 1) - timedelta(days=1)
    leave = Leave.objects.filter(user__in=auditors, starts_on__lte=month, ends_on__gte=last_day)
    away = set(leave.values_list("user", flat=True))
    everyone, own = AUDITS_A_MONTH.value(), dict(Capacity.objects.values_list("user", "a_month"))
    return {
        one: Auditor(
            room=0 if one.pk in away else max(own.get(one.pk, everyone) - held.get(one.pk, 0), 0),
            held=held.get(one.pk, 0),
            away=one.pk in away,
        )
        for one in auditors
    }


def barred(cases: Collection[Case], auditors: Collection[User]) -> dict[str, dict[str, str]]:
    """For each case, by person number, the auditors who may not have it, by e-mail, with why (a key of `WHY_NOT`)."""
    managers = dict(User.objects.exclude(line_manager=None).order_by().values_list("pk", "line_manager"))
    met = Audit.objects.filter(case__in=cases, auditor__isnull=False, met_on__isnull=False).exclude(state__in=GONE)
    last = dict(met.order_by("met_on", "pk").values_list("case", "auditor"))
    conflicts = set(Conflict.objects.filter(case__in=cases).values_list("case", "auditor"))
    above = {auditor.pk: line(auditor.pk, managers) for auditor in auditors}
    found: dict[str, dict[str, str]] = {}
    for case in cases:
        over = line(case.keyworker_id, managers)
        reasons = found[case.person_id] = {}
        for auditor in auditors:
            near = nearness(auditor, case.keyworker, over=over, above=above[auditor.pk])
            if near:
                reasons[auditor.email] = near
            elif last.get(case.pk) == auditor.pk:
                reasons[auditor.email] = "last_auditor"
            elif (case.pk, auditor.pk) in conflicts:
                reasons[auditor.email] = "conflict"
    return found


def nearness(auditor: User, keyworker: User | None, *, over: set[int], above: set[int]) -> str:
    """How an auditor is too near the keyworker, if at all; `over` manage the keyworker, `above` the auditor."""
    if keyworker is None:
        return ""
    if auditor.pk == keyworker.pk:
        return "keyworker"
    if auditor.team_id is not None and auditor.team_id == keyworker.team_id:
        return "same_team"
    return "same_line" if auditor.pk in over or keyworker.pk in above else ""


def line(person: int | None, managers: Mapping[int, int | None]) -> set[int]:
    """Everyone above a person in the line, however far; a line that bites its own tail ends there."""
    over: set[int] = set()
    manager = managers.get(person) if person is not None else None
    while manager is not None and manager not in over:
        over.add(manager)
        manager = managers.get(manager)
    return over


def why_not(case: Case, auditor: User) -> str:
    """Why the person may not audit the case now (a key of `WHY_NOT`); empty if they may."""
    return barred([case], [auditor])[case.person_id].get(auditor.email, "")


def check_independent(case: Case, auditor: User) -> None:
    """Refuses (`Refused`, 422) an auditor who is near the case. Asked again before a meeting: people move."""
    reason = why_not(case, auditor)
    if reason:
        raise Refused(
            f"{auditor.name} cannot audit this case ({WHY_NOT[reason]}). Ask the QA Officer for another auditor."
        )
