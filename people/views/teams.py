"""Teams and services: the list, another name, and two rows of one team made one."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from people import teams
from people.access import SignedInRequest, requires
from people.forms_accounts import MergeTeams, RenameTeam
from people.models import Service, Team
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.MANAGE_USERS)
@require_safe
def teams_list(request: SignedInRequest) -> HttpResponse:
    """Every service with its teams."""
    return render(request, "people/teams.html", {"services": teams.services_with_teams()})


def place_rename(request: SignedInRequest, place: Team | Service) -> HttpResponse:
    """The form for another name, or what the rule says of what was sent."""
    form, status = RenameTeam(typed(request), initial={"name": place.name}), TAKEN
    if form.is_bound:
        rule = partial(teams.rename_place, place, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, f"{place.name} is {form.cleaned_data['name']} now.")
            return redirect("teams")
    context = {"form": form, "place": place, "title": f"Rename {place.name}"}
    return render(request, "people/team.html", context, status=status)


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def team_rename(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a team another name."""
    return place_rename(request, teams.team_or_404(pk))


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def service_rename(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a service another name."""
    return place_rename(request, teams.service_or_404(pk))


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def team_merge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make another row of the same team part of this one."""
    team = teams.team_or_404(pk)
    form, status = MergeTeams(typed(request)), TAKEN
    if form.is_bound:
        rule = partial(teams.merge_teams, team, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, f"{team.name} has all that {form.cleaned_data['other'].name} had.")
            return redirect("teams")
    context = {"form": form, "place": team, "title": f"Merge another team into {team.name}"}
    return render(request, "people/team.html", context, status=status)
