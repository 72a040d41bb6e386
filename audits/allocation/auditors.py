"""The auditors of a month: what each holds, what room each has left, and when each is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.shortcuts import get_object_or_404

from audits.allocation import independence
from audits.allocation.independence import Auditor
from audits.models import Capacity, Leave
from people import access, trail
from people.models import User
from people.roles import Permission
from people.sent_twice import same_row
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import Refused, written


@dataclass(frozen=True, slots=True)
class Load:
    """One auditor's month, the days they are away from now on, and how many a month are set for them alone."""

    auditor: User
    month: Auditor
    leave: list[Leave]
    own: int | None = None


def auditor_loads(month: date, *, on: date) -> list[Load]:
    """Everyone who may audit in a month (its first day), by name, as things stand on a day. Six queries."""
    capacities = independence.auditor_capacities(month=month, on=on)
    leave: dict[int, list[Leave]] = {}
    for row in Leave.objects.filter(user__in=capacities, ends_on__gte=on).order_by("starts_on", "pk"):
        leave.setdefault(row.user_id, []).append(row)
    own = dict(Capacity.objects.values_list("user", "a_month"))
    return [Load(user, auditor, leave.get(user.pk, []), own.get(user.pk)) for user, auditor in capacities.items()]


def set_capacity(auditor: User, *, a_month: int | None, why: str, by: User, at: datetime) -> None:
    """Set how many audits of a month one auditor is given at most; None: as many as everyone.

    Audits they hold stay theirs. Refused: not QA (403), a number out of bounds, or no reason (422).
    """
    access.check(by, Permission.RUN_SELECTION)
    if a_month is not None and not 0 <= a_month <= independence.AUDITS_A_MONTH.most:
        raise Refused(f"Enter 0 to {independence.AUDITS_A_MONTH.most} audits a month.", "a_month")
    reason = written(why, "why", "Say why this auditor is given another number, such as part-time work.", most=200)
    with trail.acting(by=by, at=at) as act:
        there = Capacity.objects.select_for_update().filter(user=auditor).first()
        content = {"was": there and there.a_month, "now": a_month}
        if a_month is None:
            Capacity.objects.filter(user=auditor).delete()
        else:
            values = {"a_month": a_month, "why": reason, "set_at": at, "set_by": by}
            Capacity.objects.update_or_create(user=auditor, defaults=values)
        act.add("auditor.capacity", auditor, why=reason, content=content)


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
        there = same_row(Leave.objects.all(), by=by, user=auditor, starts_on=starts_on, ends_on=ends_on)
        if there is not None:
            return there
        leave = Leave.objects.create(user=auditor, starts_on=starts_on, ends_on=ends_on)
        act.add("auditor.away", auditor, content={"starts_on": starts_on, "ends_on": ends_on})
    return leave


def end_leave(leave: Leave, *, by: User, at: datetime) -> None:
    """Take leave off again. Refused: not QA (403)."""
    access.check(by, Permission.RUN_SELECTION)
    with trail.acting(by=by, at=at) as act:
        content = {"starts_on": leave.starts_on, "ends_on": leave.ends_on}
        act.add("auditor.back", leave.user, content=content)
        leave.delete()


def leave_or_404(pk: int) -> Leave:
    """A row of leave. Whoever may run draws may see every auditor's."""
    return get_object_or_404(Leave.objects.select_related("user"), pk=pk)
