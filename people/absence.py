"""Being away: a deputy who was named and has agreed stands in from one day to another. They act as themselves, so
nobody signs for anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from people import access, notices, trail
from people.directory import holders, holding
from people.models import Absence, Notice, User
from people.notice_texts import DeputyAgreed, DeputyAsked, DeputyDeclined, DeputyNamed, NoticeText
from people.roles import CAN_STAND_IN, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused

LONGEST_DAYS = 190
"""Days of one absence: whoever is away for longer is replaced by a role, given on the person's page."""


def deputy_name(on: date, owner: str = "owner") -> Subquery:
    """The name of whoever stands in for a row's `owner` on a day."""
    return Subquery(access.absences_of_day(on).filter(person=OuterRef(owner)).values("deputy__name")[:1])


def with_deputies(people: Iterable[User | None], *, on: date) -> list[User]:
    """The people, and whoever stands in for those of them who are away."""
    named = [person for person in people if person is not None]
    return [*named, *(absence.deputy for absence in absences_on((person.pk for person in named), on=on).values())]


Telling = tuple[str, Iterable[User | None], NoticeText]
"""The key of a notice, whom it goes to, and what it says."""


def notices_with_deputies(tellings: Iterable[Telling], *, on: date, at: datetime) -> list[Notice]:
    """Notices that are not saved yet, of each text to its people and to whoever stands in for those who are away: one
    query, however many."""
    named = [(key, [person for person in people if person is not None], text) for key, people, text in tellings]
    away = absences_on({person.pk for _, people, _ in named for person in people}, on=on) if named else {}
    outgoing: list[Notice] = []
    for key, people, text in named:
        deputies = [away[person.pk].deputy for person in people if person.pk in away]
        outgoing += notices.notices_to([*people, *deputies], text=text, key=key, at=at)
    return outgoing


def absences_on(people: Iterable[int | None], *, on: date) -> dict[int, Absence]:
    """The absence of each of these people who is away on a day."""
    absences = access.absences_of_day(on).filter(person__in=[person for person in people if person])
    absences = absences.select_related("deputy", "person")
    return {absence.person_id: absence for absence in absences}


def away_on(people: Iterable[User], *, on: date) -> QuerySet[Absence]:
    """The absences of these people on a day, also where nobody has agreed to stand in."""
    return access.away_on_day(on).filter(person__in=[person.pk for person in people]).select_related("deputy", "person")


def asked_to_stand_in(by: User, *, on: date) -> QuerySet[Absence]:
    """The absences, running and to come, for which the person was named and has not agreed yet."""
    named = by.stands_in.filter(agreed_at=None, ended_at=None, ends_on__gte=on)
    return named.select_related("person").order_by("starts_on", "pk")


def deputies(person: User, *, on: date) -> QuerySet[User]:
    """Who may stand in for a person."""
    held = person.memberships.filter(holding(on)).values_list("role", flat=True)
    wanted = {role for slug in held for role in CAN_STAND_IN.get(Role(slug), ())}
    return holders(*wanted, on=on).exclude(pk=person.pk)


def whose_absences(by: User) -> QuerySet[User]:
    """Whose absences are the person's to enter and end: their own; those whom they line-manage; for QA, everyone's."""
    every = access.holds(by, Role.QA_OFFICER, Role.HEAD_OF_QA)
    return User.objects.filter(Q() if every else Q(pk=by.pk) | Q(line_manager=by))


def who_can_be_away(by: User, *, on: date) -> QuerySet[User]:
    """Whose absence the person may enter, by name: of these, whoever holds a role on the day in which one stands in."""
    return holders(*CAN_STAND_IN, on=on).filter(pk__in=whose_absences(by).values("pk"))


def absences_for(by: User, *, on: date) -> QuerySet[Absence]:
    """The absences, running and to come, that concern the person: their own, their cover, those they may enter."""
    whose = Q(person=by) | Q(deputy=by) | Q(person__in=whose_absences(by).values("pk"))
    absences = Absence.objects.filter(whose, ended_at=None, ends_on__gte=on)
    return absences.select_related("person", "deputy", "named_by")


def name_deputy(*, person: User, deputy: User, starts_on: date, ends_on: date, by: User, at: datetime) -> Absence:
    """Name the deputy of somebody who is away, from one day to another; the deputy is asked, and whoever is away told
    where somebody else says so. Nobody stands in before the deputy has agreed (`agree_to_stand_in`).

    Refused: not theirs to say, or oneself in another's place (403); a day before today, the end before the start, too
    long, somebody who cannot stand in (422); days that overlap another absence of theirs (409).
    """
    on = day_of(at)
    with trail.acting(by=by, at=at) as act:
        if not who_can_be_away(by, on=on).filter(pk=person.pk).exists():
            raise NotAllowed("One enters one’s own absence, or that of somebody one line-manages. Ask the QA Officer.")
        if deputy == by and person != by:
            raise NotAllowed(f"Nobody names themselves. Ask {person.name}, or another QA Officer, to name you.")
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
        notices.notify(to=[deputy], text=DeputyAsked(made), key=f"absence:{made.pk}", at=at)
        if person != by:
            notices.notify(to=[person], text=DeputyNamed(made), key=f"absence:{made.pk}:named", at=at)
    return made


def check_stand_in(absence: Absence, *, by: User, on: date) -> None:
    """Whoever was named agrees, and nobody for them (403); once, until the last day is over (409)."""
    if by.pk != absence.deputy_id:
        raise NotAllowed(f"{absence.deputy.name} was named, and agrees themselves.")
    if absence.ended_at is not None or absence.ends_on < on:
        raise NotNow("That absence is over.")
    if absence.agreed_at is not None:
        raise NotNow("You have agreed already.")


def agree_to_stand_in(absence: Absence, *, by: User, at: datetime) -> Absence:
    """Agree to stand in: it counts from now on. Whoever is away and whoever named the deputy are told.

    Refused: somebody who was not named (403), agreed already or over (409).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Absence.objects.select_for_update().get(pk=absence.pk)
        check_stand_in(fresh, by=by, on=day_of(at))
        fresh.agreed_at, fresh.agreed_by = at, by
        fresh.save(update_fields=["agreed_at", "agreed_by"])
        act.add("absence.agreed", fresh, content={"person": fresh.person_id, "until": fresh.ends_on})
        others = [fresh.person, fresh.named_by]
        notices.notify(to=others, text=DeputyAgreed(fresh), key=f"absence:{fresh.pk}:agreed", at=at)
    return fresh


def absence_or_404(by: User, pk: int, *, on: date) -> Absence:
    """One absence that the person may end."""
    absence = absences_for(by, on=on).filter(pk=pk).first()
    if absence is None:
        raise Http404
    return absence


def end_absence(absence: Absence, *, by: User, at: datetime) -> Absence:
    """End an absence, so that the deputy stands in no longer. Where the deputy declines, the others are told.

    Refused: not theirs to end (403), ended already (409).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Absence.objects.select_for_update().get(pk=absence.pk)
        declines = by.pk == fresh.deputy_id
        if not declines and not whose_absences(by).filter(pk=fresh.person_id).exists():
            raise NotAllowed("One ends one’s own absence, or that of somebody one line-manages.")
        if fresh.ended_at is not None:
            raise NotNow("That absence is over already.")
        fresh.ended_at, fresh.ended_by = at, by
        fresh.save(update_fields=["ended_at", "ended_by"])
        act.add("absence.ended", fresh, content={"declined": declines})
        if declines:
            others = [fresh.person, fresh.named_by]
            notices.notify(to=others, text=DeputyDeclined(fresh), key=f"absence:{fresh.pk}:declined", at=at)
    return fresh
