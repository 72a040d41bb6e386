"""Teams and services by hand: another name, and two rows of one team made one. A list that names them follows."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, ProtectedError, QuerySet
from django.shortcuts import get_object_or_404

from people import access, trail
from people.merging import move_all
from people.models import Service, Team, User
from people.roles import Permission
from people.staff_teams import look_of
from qualitycounts.base.refusals import Refused, written


def services_with_teams() -> QuerySet[Service]:
    """Every service with its teams."""
    return Service.objects.prefetch_related("teams").annotate(how_many=Count("people", distinct=True)).order_by("name")


def team_or_404(pk: int) -> Team:
    """One team."""
    return get_object_or_404(Team.objects.select_related("service"), pk=pk)


def service_or_404(pk: int) -> Service:
    """One service."""
    return get_object_or_404(Service, pk=pk)


def rename_place(place: Team | Service, *, name: str, why: str, by: User, at: datetime) -> None:
    """Give a team or service another name; all that it has stays with it.

    Refused: not an administrator (403); no name, one that another has, or no reason (422).
    """
    access.check(by, Permission.MANAGE_USERS)
    new = written(" ".join(name.split()), "name", "Enter the name.", most=120)
    reason = written(why, "why", "Say why, for example “restructured in April”. It stays in the history.")
    model = type(place)
    with trail.acting(by=by, at=at) as act:
        others = model._default_manager.exclude(pk=place.pk).values_list("name", flat=True)
        if other := next((name for name in others if look_of(name) == look_of(new)), ""):
            raise Refused(f"There is “{other}” already. If they are one, merge the two.", "name")
        was = model._default_manager.select_for_update().get(pk=place.pk).name
        model._default_manager.filter(pk=place.pk).update(name=new)
        act.add(f"{model._meta.model_name}.renamed", place, why=reason, content={"was": was, "now": new})


def merge_teams(team: Team, *, other: Team, why: str, by: User, at: datetime) -> Team:
    """Make two teams one: `team` has the people, cases, audits and roles of `other`, which is gone.

    Refused: not an administrator (403); the same team, no reason (422).
    """
    access.check(by, Permission.MANAGE_USERS)
    reason = written(why, "why", "Say why they are one team. It stays in the history.")
    if team.pk == other.pk:
        raise Refused("That is the same team. Choose the other one.", "other")
    with trail.acting(by=by, at=at) as act:
        moved = move_all(other, team)
        act.add("team.merged", team, why=reason, content={"from": other.name, "moved": moved})
        try:
            with transaction.atomic():
                Team.objects.get(pk=other.pk).delete()
        except ProtectedError:  # what both teams had once: the other keeps its own
            pass
    return team
