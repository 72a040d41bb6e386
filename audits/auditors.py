"""The auditors of a month: what each holds, what room each has left, and when each is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.shortcuts import get_object_or_404

from audits import independence
from audits.independence import Auditor
from audits.models import Leave
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.clock import day_of
from qualitycounts.refusals import Refused


@dataclass(frozen=True, slots=True)
class Load:
    """One auditor's month, and the days they are away from now on."""

    auditor: User
    month: Auditor
    leave: list[Leave]


def loads(month: date, *, on: date) -> list[Load]:
    """Everyone who may audit in a month (its first day), by name, as things stand on a day. Four queries."""
    found = independence.room(month=month, on=on)
    leave: dict[int, list[Leave]] = {}
    for row in Leave.objects.filter(user__in=found, ends_on__gte=on).order_by("starts_on", "pk"):
        leave.setdefault(row.user_id, []).append(row)
    return [Load(user, auditor, leave.get(user.pk, [])) for user, auditor in found.items()]


def be_away(auditor: User, *, starts_on: date, ends_on: date, by: User, at: datetime) -> Leave:
    """Write down that an auditor is away: none of a month wholly inside it is given to them.

    Audits they hold stay theirs. Refused: not QA (403), days in the wrong order or all past (422).
    """
    access.check(by, Permission.RUN_SELECTION)
    if ends_on < starts_on:
        raise Refused("The last day is before the first. Check both.", "ends_on")
    if ends_on < day_of(at):
        raise Refused("Those days have passed. Leave is written down for the days to come.", "ends_on")
    with trail.acting(by=by, at=at) as act:
        leave = Leave.objects.create(user=auditor, starts_on=starts_on, ends_on=ends_on)
        act.add("auditor.away", auditor, content={"starts_on": starts_on, "ends_on": ends_on})
    return leave


def be_back(leave: Leave, *, by: User, at: datetime) -> None:
    """Take leave off again. Refused: not QA (403)."""
    access.check(by, Permission.RUN_SELECTION)
    with trail.acting(by=by, at=at) as act:
        content = {"starts_on": leave.starts_on, "ends_on": leave.ends_on}
        act.add("auditor.back", leave.user, content=content)
        leave.delete()


def leave_or_404(pk: int) -> Leave:
    """A row of leave. Whoever may run draws may see every auditor's."""
    return get_object_or_404(Leave.objects.select_related("user"), pk=pk)
