"""The list of people, and one person with the roles they hold."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people import directory, membership
from people.access import SignedInRequest, may, requires
from people.filters import PersonFilter
from people.roles import Permission
from qualitycounts import clock

A_PAGE = 25


@requires(Permission.SEE_PEOPLE)
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Who works here, by name; narrowed down by name, team, role, or to those who left."""
    on = clock.today()
    found = PersonFilter(request.GET, queryset=directory.listed(on), on=on)
    page = Paginator(found.qs, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/directory.html", {"filter": found, "page": page})


@requires(Permission.SEE_PEOPLE)
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: where they work, whom they answer to, and every role they hold or held."""
    on = clock.today()
    found = directory.person_or_404(pk)
    context = {
        "person": found,
        "memberships": directory.roles_of(found),
        "here": found.works_here(on),
        "today": on,
        "can_change": membership.can_change(found, by=request.user),
        "reads_trail": may(request.user, Permission.READ_TRAIL),
    }
    return render(request, "people/person.html", context)
