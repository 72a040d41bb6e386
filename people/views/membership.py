"""Giving and ending roles."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people import directory, membership
from people.access import SignedInRequest, requires
from people.forms import EndRole, GiveRole
from people.roles import Permission
from people.step_up import confirmed
from qualitycounts.base import clock
from qualitycounts.base.dates import date_in_words
from qualitycounts.base.refusals import Refused


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def role_give(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give somebody a role."""
    person = directory.person_or_404(pk)
    membership.check_other(person, by=request.user)
    form = GiveRole(request.POST if request.method == "POST" else None, initial={"starts_on": clock.today()})
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                given = membership.give_role(person, by=request.user, at=clock.now(), **form.cleaned_data)
                messages.success(request, membership.given_in_words(given))
                return redirect("person", pk)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    return render(request, "people/membership_give.html", {"form": form, "person": person}, status=status)


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def role_agree(request: SignedInRequest, pk: int, held: int) -> HttpResponse:
    """Agree, as a second administrator, that somebody is one from today."""
    person = directory.person_or_404(pk)
    waiting = membership.membership_or_404(held, of=person)
    membership.check_agree(waiting, by=request.user, on=clock.today())
    if request.method == "POST":
        membership.agree_administrator(waiting, by=request.user, at=clock.now())
        messages.success(request, f"{person} is a system administrator from today.")
        return redirect("person", pk)
    return render(request, "people/membership_agree.html", {"person": person, "held": waiting})


@requires(Permission.MANAGE_USERS)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: SignedInRequest, pk: int, held: int) -> HttpResponse:
    """End a role that was given by hand."""
    person = directory.person_or_404(pk)
    membership.check_other(person, by=request.user)
    ending = membership.membership_or_404(held, of=person)
    form = EndRole(request.POST if request.method == "POST" else None, initial={"on": clock.today()})
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                membership.end_role(ending, by=request.user, at=clock.now(), **form.cleaned_data)
                on = form.cleaned_data["on"]
                ends = f"ends on {date_in_words(on)}" if on >= ending.starts_on else "never begins"
                messages.success(request, f"That role of {person} {ends}.")
                return redirect("person", pk)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    context = {"form": form, "person": person, "held": ending, "where": ending.team or ending.service}
    return render(request, "people/membership_end.html", context, status=status)
