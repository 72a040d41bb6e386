"""Giving a role from one date to another, and ending it: acting up, absence cover, and roles that no job title brings.

Whoever keeps accounts gives nobody's work away to themselves: a role for oneself takes a second administrator, and a
new administrator waits a day, unless a second one agrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404

from people import access, notices, trail
from people.directory import holders
from people.models import Membership, Service, Team, User
from people.notice_texts import AdministratorAgreed, AdministratorMade, NewRole, NoticeText
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import date_in_words, day_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused

ADMINISTRATOR_WAITS = timedelta(days=2)
"""How much later than today a new administrator's role begins, so that a whole day lies between."""


def check_other(user: User, *, by: User) -> None:
    """Refused (403) to anybody but an administrator, and to an administrator for themselves."""
    if not access.may(by, Permission.MANAGE_USERS):
        raise NotAllowed("A system administrator gives and ends roles.")
    if by.pk == user.pk:
        raise NotAllowed("Nobody changes their own roles. Ask another administrator.")


def give_role(
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

    A team manager's is for one team and a Head of Service's for one service; any other is for the council. An
    administrator's begins no sooner than the day after tomorrow, and every administrator is told. Refused: one's own,
    or not an administrator (403); no reason, no such role, a start already past, an end before the start, no team or
    service where one is needed (422); held from that day already, or the person has left (409).
    """
    check_other(user, by=by)
    if role not in list(Role):
        raise Refused("Choose a role.", "role")
    if not reason.strip():
        raise Refused("Say why, for example “covers for Niamh Okonkwo”. The reason stays with the role.", "reason")
    if starts_on < day_of(at):
        raise Refused("A role starts today or later: what was done before was done without it.", "starts_on")
    starts_on = max(starts_on, day_of(at) + (ADMINISTRATOR_WAITS if role == Role.ADMINISTRATOR else timedelta()))
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
        given_by=by,
    )
    with trail.acting(by=by, at=at) as act:
        try:
            with transaction.atomic():
                given.save()
        except IntegrityError as there:
            raise NotNow(f"{user.name} has this role from that day already.") from there
        content = {"from": starts_on, "to": ends_on, "team": team, "service": service}
        act.add("person.role_given", user, now=role, why=given.reason, content=reach_in_words(content))
        notices.notify(to=[user], text=NewRole(given.get_role_display(), by), key=f"role:{given.pk}", at=at)
        if role == Role.ADMINISTRATOR:
            tell_of_administrator(user, AdministratorMade(user, by, starts_on), at=at)
    return given


def given_in_words(given: Membership) -> str:
    """What is said to whoever gave a role: from when it holds, and of an administrator's why not at once."""
    holds = f"{given.user} is {given.get_role_display()} from {date_in_words(given.starts_on)}."
    if given.role != Role.ADMINISTRATOR:
        return holds
    return f"{holds} All administrators have been told: if a second one agrees, it begins that day."


def tell_of_administrator(user: User, text: NoticeText, *, at: datetime) -> None:
    """Tell every administrator, and the Heads of QA: two administrators can give each other any role. Who did it is
    told, too: it may have been somebody else in their name."""
    notices.notify(
        to=holders(Role.ADMINISTRATOR, Role.HEAD_OF_QA, on=day_of(at)).exclude(pk=user.pk),
        text=text,
        key=f"administrator:{user.pk}:{at.isoformat()}",
        at=at,
    )


def check_agree(held: Membership, *, by: User, on: date) -> None:
    """Another administrator agrees than the one who gave the role, and not the person (403), while it waits (409)."""
    check_other(held.user, by=by)
    if held.role != Role.ADMINISTRATOR or held.given_by_id is None or held.starts_on <= on:
        raise NotNow("This role waits for nobody.")
    if held.given_by_id == by.pk:
        raise NotAllowed(
            f"You gave this role. It begins today once another administrator agrees, else on "
            f"{day_in_words(held.starts_on)}."
        )


def agree_administrator(held: Membership, *, by: User, at: datetime) -> Membership:
    """Agree, as the second of two, that somebody is an administrator: the role begins today. All are told again.

    Refused: who gave it, the person, or no administrator (403); one that waits for nobody (409).
    """
    on = day_of(at)
    with trail.acting(by=by, at=at) as act:
        fresh = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=held.pk)
        check_agree(fresh, by=by, on=on)
        same_day = Membership.objects.filter(user=fresh.user, role=fresh.role, starts_on=on)
        same_day.delete()
        fresh.starts_on = on
        fresh.save(update_fields=["starts_on"])
        act.add("person.administrator_agreed", fresh.user, now=fresh.role, content={"from": str(on)})
        tell_of_administrator(fresh.user, AdministratorAgreed(fresh.user, by), at=at)
        notices.notify(
            to=[fresh.user], text=NewRole(fresh.get_role_display(), by), key=f"role:{fresh.pk}:agreed", at=at
        )
    return fresh


def administrators_to_agree(by: User, *, on: date) -> QuerySet[Membership]:
    """The new administrators' roles that wait, on which this administrator may agree."""
    waiting = Membership.objects.filter(role=Role.ADMINISTRATOR, starts_on__gt=on).exclude(given_by=None)
    return waiting.exclude(given_by=by).exclude(user=by).select_related("user", "given_by").order_by("starts_on", "pk")


def end_role(membership: Membership, *, by: User, at: datetime, on: date, reason: str) -> Membership:
    """End a role given by hand; `on` is its last day, today or later. One that has not begun by then never does.

    Refused: one's own, or not an administrator (403); one that the job title brings, or that has ended (409); no
    reason, or a day that has passed (422).
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
        if on < day_of(at):
            raise Refused("The last day is today or later.", "on")
        if on < fresh.starts_on:
            fresh.delete()
        else:
            fresh.ends_on = on
            fresh.save(update_fields=["ends_on"])
        act.add("person.role_ended", fresh.user, was=fresh.role, why=reason.strip(), content={"to": str(on)})
    return fresh


def grant_from_file(memberships: Sequence[Membership]) -> None:
    """Give roles that an extract brings, all of one first day. One that began on that day and was ended goes on.

    Without the latter, importing the right list again after a wrong one, as at its own day, would give nothing back.
    """
    Membership.objects.bulk_create(memberships, ignore_conflicts=True)
    wanted = {key(membership) for membership in memberships}
    ended = Membership.objects.filter(
        from_file=True,
        ends_on__isnull=False,
        starts_on__in={membership.starts_on for membership in memberships},
        user__in={membership.user_id for membership in memberships},
    )
    again = [membership.pk for membership in ended if key(membership) in wanted]
    Membership.objects.filter(pk__in=again).update(ends_on=None)


def key(membership: Membership) -> tuple[int, str, int | None, int | None, date]:
    """What the database has of a membership only once."""
    reach = membership.team_id, membership.service_id
    return membership.user_id, str(membership.role), *reach, membership.starts_on


def membership_or_404(pk: int, *, of: User) -> Membership:
    """One role of a person."""
    membership = of.memberships.select_related("user", "team", "service").filter(pk=pk).first()
    if membership is None:
        raise Http404
    return membership


def reach_in_words(content: Mapping[str, object]) -> dict[str, str]:
    """What the trail keeps of it, without what was left open."""
    return {name: str(value) for name, value in content.items() if value is not None}
