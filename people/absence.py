"""Being away: a named deputy stands in from one day to another. They act as themselves, so nobody signs for anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from people import access, notices, trail
from people.directory import here, holding
from people.models import Absence, User
from people.roles import CAN_STAND_IN, Role
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, NotNow, Refused

LONGEST_DAYS = 190
"""Days of one absence: whoever is away for longer is replaced by a role, given on the person's page."""


def deputy_name(on: date, owner: str = "owner") -> Subquery:
    """The name of whoever stands in for a row's `owner` on a day."""
    return Subquery(access.away(on).filter(person=OuterRef(owner)).values("deputy__name")[:1])


def with_deputies(people: Iterable[User | None], *, on: date) -> list[User]:
    """The people, and whoever stands in for those of them who are away."""
    found = [person for person in people if person is not None]
    return [*found, *(absence.deputy for absence in away((person.pk for person in found), on=on).values())]


def away(people: Iterable[int | None], *, on: date) -> dict[int, Absence]:
    """The absence of each of these people who is away on a day."""
    found = access.away(on).filter(person__in=[person for person in people if person]).select_related("deputy")
    return {absence.person_id: absence for absence in found}


def deputies(person: User, *, on: date) -> QuerySet[User]:
    """Who may stand in for a person."""
    held = person.memberships.filter(holding(on)).values_list("role", flat=True)
    wanted = {role for slug in held for role in CAN_STAND_IN.get(Role(slug), ())}
    able = User.objects.filter(holding(on, "memberships__"), here(on), memberships__role__in=wanted)
    return able.exclude(pk=person.pk).distinct().order_by("name", "pk")


def names_for(by: User, *, on: date) -> QuerySet[User]:
    """Whose absence the person may enter: their own; those whom they line-manage; for the QA Team, everyone's."""
    every = access.holds(by, Role.QA_OFFICER, Role.HEAD_OF_QA)
    whose = Q() if every else Q(pk=by.pk) | Q(line_manager=by)
    able = User.objects.filter(here(on), whose, memberships__role__in=list(CAN_STAND_IN))
    return able.distinct().order_by("name", "pk")


def listed(by: User, *, on: date) -> QuerySet[Absence]:
    """The absences, running and to come, that concern the person: their own, their cover, those they may enter."""
    whose = Q(person=by) | Q(deputy=by) | Q(person__in=names_for(by, on=on).values("pk"))
    found = Absence.objects.filter(whose, ended_at=None, ends_on__gte=on)
    return found.select_related("person", "deputy", "named_by")


def name(*, person: User, deputy: User, starts_on: date, ends_on: date, by: User, at: datetime) -> Absence:
    """Say that someone is away and who stands in; both are told.

    Refused: not theirs to say (403); a day before today, the end before the start, too long, somebody who cannot
    stand in (422); days that overlap another absence of theirs (409).
    """
    on = day_of(at)
    with trail.acting(by=by, at=at) as act:
        if not names_for(by, on=on).filter(pk=person.pk).exists():
            raise NotAllowed("One enters one’s own absence, or that of somebody one line-manages. Ask the QA Officer.")
        if ends_on < starts_on:
            raise Refused("The last day is before the first. Check both.", "ends_on")
        if ends_on < on:
            raise Refused("Those days have passed. Enter an absence that is not over.", "ends_on")
        if (ends_on - starts_on).days >= LONGEST_DAYS:
            raise Refused("For longer than half a year, give another person the role instead.", "ends_on")
        if not deputies(person, on=on).filter(pk=deputy.pk).exists():
            raise Refused(f"{deputy.name} cannot stand in. Choose one of those listed.", "deputy")
        User.objects.select_for_update().get(pk=person.pk)
        if person.absences.filter(ended_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
            raise NotNow("There is an absence in those days already. End it first, or choose other days.")
        made = Absence.objects.create(
            person=person, deputy=deputy, starts_on=starts_on, ends_on=ends_on, named_at=at, named_by=by
        )
        act.add("absence.named", made, content={"person": person.pk, "deputy": deputy.pk, "until": ends_on})
        notices.tell(
            to=[person, deputy],
            key=f"absence:{made.pk}",
            subject=f"{deputy.name} stands in for {person.name}",
            body=f"From {starts_on:%A} {starts_on.day} {starts_on:%B} until {ends_on:%A} {ends_on.day} {ends_on:%B %Y} "
            f"{deputy.name} sees, is told of and may act on what waits for {person.name}. Dates stay as they are.",
            link="/away/",
            at=at,
        )
    return made


def absence_or_404(by: User, pk: int, *, on: date) -> Absence:
    """One absence that the person may end."""
    found = listed(by, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def end(absence: Absence, *, by: User, at: datetime) -> Absence:
    """They are back: the deputy stands in no longer. Refused: not theirs to say (403), ended already (409)."""
    with trail.acting(by=by, at=at) as act:
        fresh = Absence.objects.select_for_update().get(pk=absence.pk)
        if not names_for(by, on=day_of(at)).filter(pk=fresh.person_id).exists():
            raise NotAllowed("One ends one’s own absence, or that of somebody one line-manages.")
        if fresh.ended_at is not None:
            raise NotNow("That absence is over already.")
        fresh.ended_at, fresh.ended_by = at, by
        fresh.save(update_fields=["ended_at", "ended_by"])
        act.add("absence.ended", fresh)
    return fresh
