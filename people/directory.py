"""The people: who works here or did, and the roles each holds and held."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from people.models import Membership, User


def here(on: date, way: str = "") -> Q:
    """Who works here on a day: the question of `User.works_here`, asked of many. `way` leads there, as in "user__"."""
    return Q(**{f"{way}is_active": True}) & (Q(**{f"{way}left_on": None}) | Q(**{f"{way}left_on__gt": on}))


def holding(on: date, way: str = "") -> Q:
    """Memberships that hold on a day. `way` leads there, as in "memberships__"."""
    ends = Q(**{f"{way}ends_on": None}) | Q(**{f"{way}ends_on__gte": on})
    return Q(**{f"{way}starts_on__lte": on}) & ends


def listed(on: date) -> QuerySet[User]:
    """Everyone by name, each with the memberships that hold on the day (`held`)."""
    held = Membership.objects.filter(holding(on)).order_by("pk")
    return User.objects.select_related("team__service", "service", "line_manager").prefetch_related(
        Prefetch("memberships", queryset=held, to_attr="held")
    )


def person_or_404(pk: int) -> User:
    """One person, with their team and manager."""
    found = User.objects.select_related("team__service", "service", "line_manager").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def roles_of(user: User) -> QuerySet[Membership]:
    """Every role the person holds or held, the latest first."""
    return user.memberships.select_related("team", "service").order_by("-starts_on", "-pk")
