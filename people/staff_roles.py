"""The roles that come with a place on the staff list: those of a job title, and keyworker for whoever holds a case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import F, QuerySet

from people.membership import grant_from_file
from people.models import Membership, User
from people.roles import Role
from people.staff_rows import StaffRow
from people.waiting_roles import RoleKey, role_key


def titled() -> QuerySet[Membership]:
    """The roles in force that job titles granted. Keyworker comes with a case, not with a title."""
    return Membership.objects.filter(from_file=True, ends_on=None).exclude(role=Role.KEYWORKER)


def roles_by_title() -> dict[int, set[RoleKey]]:
    """What `titled` holds, by person."""
    held: dict[int, set[RoleKey]] = {}
    for membership in titled().select_related("team", "service"):
        held.setdefault(membership.user_id, set()).add(role_key(membership))
    return held


def roles_of(row: StaffRow, team: str) -> frozenset[RoleKey]:
    """The roles of a job title: a manager's reach the team, a Head of Service's the service."""
    return frozenset(
        (role.value, team if role == Role.TEAM_MANAGER else "", row.service if role == Role.HEAD_OF_SERVICE else "")
        for role in row.roles
    )


def until_they_left() -> dict[int, set[RoleKey]]:
    """The roles by job title that people who have left held until then, by person: a list that names them again with a
    title that brings one gives it back, and nobody is asked."""
    ended = Membership.objects.filter(from_file=True, user__left_on__isnull=False).exclude(role=Role.KEYWORKER)
    ended = ended.filter(ends_on__gte=F("user__left_on") - timedelta(days=1))
    held: dict[int, set[RoleKey]] = {}
    for membership in ended.select_related("team", "service"):
        held.setdefault(membership.user_id, set()).add(role_key(membership))
    return held


def end_with_leaving(left: Collection[User], *, on: date) -> None:
    """End every role of a list that those who left hold, the day before. One that began on that day or later ends on
    its first, which they no longer work here: so it is known to have been held when they come back."""
    ended = Membership.objects.filter(user__in=left, from_file=True, ends_on=None)
    ended.filter(starts_on__gte=on).update(ends_on=F("starts_on"))
    ended.filter(starts_on__lt=on).update(ends_on=on - timedelta(days=1))


def grant_keyworkers(holders: set[int], *, on: date) -> list[int]:
    """Make whoever holds a case a keyworker from that day, unless they are one already. Returns who was none."""
    already = Membership.objects.filter(role=Role.KEYWORKER, ends_on=None).values_list("user_id", flat=True)
    new = sorted(holders.difference(already))
    grant_from_file([Membership(user_id=pk, role=Role.KEYWORKER, starts_on=on, from_file=True) for pk in new])
    return new
