"""The people: who works here or did, and the roles each holds and held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from people.models import Membership, Team, User
from people.roles import Role


def works_here_q(on: date, way: str = "") -> Q:
    """Who works here on a day: the question of `User.works_here`, asked of many. `way` leads there, as in "user__"."""
    return Q(**{f"{way}is_active": True}) & (Q(**{f"{way}left_on": None}) | Q(**{f"{way}left_on__gt": on}))


def holding(on: date, way: str = "") -> Q:
    """Memberships that hold on a day. `way` leads there, as in "memberships__"."""
    ends = Q(**{f"{way}ends_on": None}) | Q(**{f"{way}ends_on__gte": on})
    return Q(**{f"{way}starts_on__lte": on}) & ends


def holders(*roles: Role, on: date, team: Team | None = None, service: int | None = None) -> QuerySet[User]:
    """Who holds one of these roles on a day and works here, by name; of one team or service where that is given."""
    held = Q(memberships__role__in=roles) & holding(on, "memberships__")
    if team is not None:
        held &= Q(memberships__team=team)
    if service is not None:
        held &= Q(memberships__service=service)
    return User.objects.filter(held, works_here_q(on)).distinct().order_by("name", "pk")


def roles_held(*roles: Role, on: date) -> QuerySet[Membership]:
    """The memberships in these roles that hold on a day, of people who work here: `holders`, as rows of their own."""
    return Membership.objects.filter(holding(on), works_here_q(on, "user__"), role__in=roles)


def people_by_name(on: date) -> QuerySet[User]:
    """Everyone by name, each with the memberships that hold on the day (`held`)."""
    held = Membership.objects.filter(holding(on)).order_by("pk")
    return User.objects.select_related("team__service", "service", "line_manager").prefetch_related(
        Prefetch("memberships", queryset=held, to_attr="held")
    )


def fill_people(*rows: tuple[Iterable[Any], Iterable[str]]) -> None:
    """Put people where rows refer to them that were read without: one query, and each person once, however many rows.

    `rows`: some rows, each time with the ways to their people, as in "audit__keyworker". A question that joins a person
    for each of these takes the database longer to plan than to answer.
    """
    places: list[tuple[Any, str]] = []
    for some, ways in rows:
        for *way, name in (each.split("__") for each in ways):
            their_holders = (reduce(lambda each, step: getattr(each, step, None), way, row) for row in some)
            places += [(holder, name) for holder in their_holders if holder is not None]
    keys = [getattr(holder, f"{name}_id") for holder, name in places]
    people = User.objects.in_bulk({key for key in keys if key is not None})
    for (holder, name), key in zip(places, keys, strict=True):
        if key is not None:
            setattr(holder, name, people[key])


def person_or_404(pk: int) -> User:
    """One person, with their team and manager."""
    user = User.objects.select_related("team__service", "service", "line_manager").filter(pk=pk).first()
    if user is None:
        raise Http404
    return user


def memberships_of(user: User) -> QuerySet[Membership]:
    """Every role the person holds or held, the latest first."""
    return user.memberships.select_related("user", "team", "service").order_by("-starts_on", "-pk")
