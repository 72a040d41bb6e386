"""The list of people, and one person with the roles they hold."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people import directory, directory_page, membership, waiting_roles, welcome
from people.access import SignedInRequest, may, requires
from people.filters import PersonFilter
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.refusals import allows

A_PAGE = 25


@requires(Permission.SEE_PEOPLE)
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Who works here, by name; narrowed down by name, team, role, or to those who left."""
    on = clock.today()
    person_filter = PersonFilter(request.GET, queryset=directory.people_by_name(on), on=on)
    page = Paginator(person_filter.qs, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": person_filter,
        "page": page,
        "table": directory_page.people_table(page, count=page.paginator.count),
        "keeps_accounts": may(request.user, Permission.MANAGE_USERS),
    }
    return render(request, "people/directory.html", context)


@requires(Permission.SEE_PEOPLE)
@require_safe
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: where they work, whom they answer to, and every role they hold or held."""
    on = clock.today()
    user = directory.person_or_404(pk)
    can_change = allows(membership.check_other, user, by=request.user)
    context = {
        "person": user,
        "facts": directory_page.facts(user, on=on),
        "table": directory_page.roles_table(user, by=request.user, can_change=can_change, on=on),
        "here": user.works_here(on),
        "waiting": [directory_page.waiting_sentence(row) for row in waiting_roles.roles_that_wait().filter(user=user)],
        "can_hand_over": may(request.user, Permission.RUN_SELECTION),
        "can_change": can_change,
        "keeps_accounts": may(request.user, Permission.MANAGE_USERS),
        "welcomed": welcome.last_welcome(user),
        "reads_trail": may(request.user, Permission.READ_TRAIL),
    }
    return render(request, "people/person.html", context)
