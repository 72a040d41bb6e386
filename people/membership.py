"""Giving a role from one date to another, and ending it: acting up, absence cover, and roles that no job title brings.

Whoever keeps accounts gives nobody's work away to themselves: a role for oneself takes a second administrator.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.http import Http404

from people import access, notices, trail
from people.models import Membership, Service, Team, User
from people.roles import Permission, Role
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, NotNow, Refused


def check_other(user: User, *, by: User) -> None:
    """Refused (403) to anybody but an administrator, and to an administrator for themselves."""
    if not access.may(by, Permission.MANAGE_USERS):
        raise NotAllowed("A system administrator gives and ends roles.")
    if by.pk == user.pk:
        raise NotAllowed("Nobody changes their own roles. Ask another administrator.")


def can_change(user: User, *, by: User) -> bool:
    """Whether `check_other` lets it through."""
    try:
        check_other(user, by=by)
    except NotAllowed:
        return False
    return True


def give(
    user: User,
    *,
    by: User,
    at: datetime,
    role: str,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    team: Team | None = None,
    service: Service | None = None,
) -> Membership:
    """Give a role from a day on, to its last day or without an end. The person is told.

    A team manager's is for one team and a Head of Service's for one service; any other is for the council. Refused:
    one's own, or not an administrator (403); no reason, no such role, a start already past, an end before the start,
    no team or service where one is needed (422); held from that day already, or the person has left (409).
    """
    check_other(user, by=by)
    if role not in list(Role):
        raise Refused("Choose a role.", "role")
    if not reason.strip():
        raise Refused("Say why, for example “covers for Niamh Okonkwo”. The reason stays with the role.", "reason")
    if starts_on < day_of(at):
        raise Refused("A role starts today or later: what was done before was done without it.", "starts_on")
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The last day is before the first. Choose a later one, or none.", "ends_on")
    if role == Role.TEAM_MANAGER and team is None:
        raise Refused("Choose the team that is managed.", "team")
    if role == Role.HEAD_OF_SERVICE and service is None:
        raise Refused("Choose the service that is led.", "service")
    if not user.works_here(starts_on):
        raise NotNow(f"{user.name} does not work here on that day.")
    given = Membership(
        user=user,
        role=role,
        team=team if role == Role.TEAM_MANAGER else None,
        service=service if role == Role.HEAD_OF_SERVICE else None,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
    )
    with trail.acting(by=by, at=at) as act:
        try:
            with transaction.atomic():
                given.save()
        except IntegrityError as there:
            raise NotNow(f"{user.name} has this role from that day already.") from there
        content = {"from": starts_on, "to": ends_on, "team": team, "service": service}
        act.add("person.role_given", user, now=role, why=given.reason, content=words(content))
        notices.tell(
            to=[user],
            key=f"role:{given.pk}",
            subject=f"You have a new role: {given.get_role_display()}",
            body=f"{by.name} has given you the role of {given.get_role_display()}. My work shows what it brings.",
            link="/",
            at=at,
        )
    return given


def end(membership: Membership, *, by: User, at: datetime, on: date, reason: str) -> Membership:
    """End a role given by hand; `on` is its last day, today or later.

    Refused: one's own, or not an administrator (403); one that the job title brings, or that has ended (409); no
    reason, or a day past or before its first (422).
    """
    check_other(membership.user, by=by)
    if not reason.strip():
        raise Refused("Say why. The reason stays in the history.", "reason")
    with trail.acting(by=by, at=at) as act:
        fresh = Membership.objects.select_for_update().get(pk=membership.pk)
        if fresh.from_file:
            raise NotNow("This role comes with the job title. Put the job title right in the staff list.")
        if fresh.ends_on is not None and fresh.ends_on < day_of(at):
            raise NotNow("This role has ended already.")
        if on < day_of(at) or on < fresh.starts_on:
            raise Refused("The last day is today or later, and not before the role starts.", "on")
        fresh.ends_on = on
        fresh.save(update_fields=["ends_on"])
        act.add("person.role_ended", fresh.user, was=fresh.role, why=reason.strip(), content={"to": str(on)})
    return fresh


def membership_or_404(pk: int, *, of: User) -> Membership:
    """One role of a person."""
    found = of.memberships.select_related("user", "team", "service").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def words(content: Mapping[str, object]) -> dict[str, str]:
    """What the trail keeps of it, without what was left open."""
    return {name: str(value) for name, value in content.items() if value is not None}
