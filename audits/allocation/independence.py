"""Who may audit which case: nobody near it, and nobody who is full or away.

The strategy has cases audited with, and not by, those who hold and manage them (sections 2 and 4.7, Appendix 2); what
counts as near is the product's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from audits.models import Activity, Audit, Capacity, Case, Conflict, Leave
from people import council_settings
from people.directory import holders
from people.models import User
from people.person_names import name_key
from people.roles import Role
from qualitycounts.base.refusals import Refused
from standards.timescales import add_months

# Why an auditor may not have a case, in the order in which one reason goes before another.
WHY_NOT = {
    "keyworker": "holds the case",
    "same_team": "in the keyworker’s team",
    "same_line": "above or below the keyworker",
    "last_auditor": "audited it last time",
    "conflict": "declared a conflict",
    "not_manager": "no manager, as a management audit asks",
    "away": "on leave",
    "full": "full this month",
}
MANAGERS = (Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE)
"""Who leads a management audit."""
AUDITS_A_MONTH = council_settings.Number(
    "audits_a_month",
    "Audits one auditor is given in a month",
    "Draw and allocation",
    "The most that the draw gives to one auditor. Ours.",
    default=2,
    least=1,
    most=20,
    unit="audits",
)


@dataclass(frozen=True, slots=True)
class Auditor:
    """What an auditor could take on in a month: `room` for so many more audits, `held` already."""

    room: int
    held: int
    away: bool


@dataclass(frozen=True, slots=True)
class AuditorChoices:
    """All that an allocation is worked out from: the auditors by e-mail, and for each case why some may not have it."""

    auditors: dict[str, Auditor]
    barred: dict[str, dict[str, str]]

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> AuditorChoices:
        """Read back what `as_record` wrote."""
        return cls({email: Auditor(**auditor) for email, auditor in record["auditors"].items()}, dict(record["barred"]))

    def as_record(self) -> dict[str, Any]:
        """The auditor as kept with a draw."""
        return asdict(self)


def auditor_choices(cases: Collection[Case], *, month: date, on: date) -> AuditorChoices:
    """Who could audit these cases in a month (its first day), as things stand on a day.

    The number of queries does not depend on the number of cases.
    """
    auditors = auditor_capacities(month=month, on=on)
    return AuditorChoices({user.email: auditor for user, auditor in auditors.items()}, barred(cases, list(auditors)))


def bar_others_than_managers(choices: AuditorChoices, audits: Iterable[Audit], *, on: date) -> None:
    """Of management audits: bar whoever manages no team and no service. That it is another team’s is asked of all."""
    wanted = [audit for audit in audits if is_management(audit)]
    if not wanted:
        return
    managers = set(holders(*MANAGERS, on=on).values_list("email", flat=True))
    for audit in wanted:
        reasons = choices.barred[audit.case.person_id]
        reasons |= {
            email: "not_manager" for email in choices.auditors if email not in managers and email not in reasons
        }


def is_management(audit: Audit) -> bool:
    """Whether an audit was drawn for management audits, which managers of other teams lead (strategy 4.7.5, 7)."""
    return audit.pick is not None and audit.pick.draw.activity.kind == Activity.Kind.MANAGEMENT


def auditor_capacities(*, month: date, on: date) -> dict[User, Auditor]:
    """Everyone who may audit in a month, by name, with what they hold and what they can take on, as it stands on a day.

    An auditor is given at most `AUDITS_A_MONTH` of a month's audits, or as many as was set for them alone, and none of
    a month they are away for all of.
    """
    auditors = list(holders(Role.AUDITOR, on=max(on, month)))
    counted = Audit.objects.standing().filter(month=month, auditor__in=auditors).order_by()
    held = dict(counted.values_list("auditor").annotate(Count("pk")))
    last_day = add_months(month, 1) - timedelta(days=1)
    leave = Leave.objects.filter(user__in=auditors, starts_on__lte=month, ends_on__gte=last_day)
    away = set(leave.values_list("user", flat=True))
    everyone, own = AUDITS_A_MONTH.value(), dict(Capacity.objects.values_list("user", "a_month"))
    return {
        auditor: Auditor(
            room=0 if auditor.pk in away else max(own.get(auditor.pk, everyone) - held.get(auditor.pk, 0), 0),
            held=held.get(auditor.pk, 0),
            away=auditor.pk in away,
        )
        for auditor in auditors
    }


def barred(cases: Collection[Case], auditors: Collection[User]) -> dict[str, dict[str, str]]:
    """For each case, by person number, the auditors who may not have it, by e-mail, with why (a key of `WHY_NOT`)."""
    managers = dict(User.objects.exclude(line_manager=None).order_by().values_list("pk", "line_manager"))
    met = Audit.objects.standing().filter(case__in=cases, auditor__isnull=False, met_on__isnull=False)
    last = dict(met.order_by("met_on", "pk").values_list("case", "auditor"))
    conflicts = set(Conflict.objects.filter(case__in=cases).values_list("case", "auditor"))
    above = {auditor.pk: managers_above(auditor.pk, managers) for auditor in auditors}
    reasons_by_case: dict[str, dict[str, str]] = {}
    for case in cases:
        over = managers_above(case.keyworker_id, managers)
        reasons = reasons_by_case[case.person_id] = {}
        for auditor in auditors:
            reason = nearness(auditor, case.keyworker, over=over, above=above[auditor.pk])
            if reason:
                reasons[auditor.email] = reason
            elif case.second_worker and name_key(case.second_worker) == name_key(auditor.name):
                reasons[auditor.email] = "keyworker"
            elif last.get(case.pk) == auditor.pk:
                reasons[auditor.email] = "last_auditor"
            elif (case.pk, auditor.pk) in conflicts:
                reasons[auditor.email] = "conflict"
    return reasons_by_case


def nearness(auditor: User, keyworker: User | None, *, over: set[int], above: set[int]) -> str:
    """How an auditor is too near the keyworker, if at all; `over` manage the keyworker, `above` the auditor."""
    if keyworker is None:
        return ""
    if auditor.pk == keyworker.pk:
        return "keyworker"
    if auditor.team_id is not None and auditor.team_id == keyworker.team_id:
        return "same_team"
    return "same_line" if auditor.pk in over or keyworker.pk in above else ""


def managers_above(person: int | None, managers: Mapping[int, int | None]) -> set[int]:
    """Everyone above a person in the line, however far; a line that bites its own tail ends there."""
    over: set[int] = set()
    manager = managers.get(person) if person is not None else None
    while manager is not None and manager not in over:
        over.add(manager)
        manager = managers.get(manager)
    return over


def why_barred(case: Case, auditor: User) -> str:
    """Why the person may not audit the case now (a key of `WHY_NOT`); empty if they may."""
    return barred([case], [auditor])[case.person_id].get(auditor.email, "")


def check_independent(case: Case, auditor: User) -> None:
    """Refuses (`Refused`, 422) an auditor who is near the case. Asked again before a meeting: people move."""
    reason = why_barred(case, auditor)
    if reason:
        raise Refused(
            f"{auditor.name} cannot audit this case ({WHY_NOT[reason]}). Ask the QA Officer for another auditor."
        )
