"""Being away, and who stands in."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from people import absence
from people.access import SignedInRequest, requires
from people.forms import AbsenceForm
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.refusals import Refused


@requires(Permission.USE)
@require_http_methods(["GET", "HEAD", "POST"])
def absences_list(request: SignedInRequest) -> HttpResponse:
    """Absences that concern one, and a form for another."""
    today, status = clock.today(), 200
    people = absence.who_can_be_away(request.user, on=today)
    form = AbsenceForm(request.POST or None, people=people, on=today, by=request.user)
    if request.method == "POST":
        status, rule = 422, partial(absence.name_deputy, by=request.user, at=clock.now())
        try:
            if form.is_valid():
                made = rule(**form.cleaned_data)
                messages.success(request, f"{made.deputy} is asked, and stands in for {made.person} once they agree.")
                return redirect("away")
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    context = {"form": form, "absences": absence.absences_for(request.user, on=today), "enters": people.exists()}
    return render(request, "people/absence.html", context, status=status)


@requires(Permission.USE)
@require_POST
def absence_agree(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree to stand in."""
    named = absence.absence_or_404(request.user, pk, on=clock.today())
    agreed = absence.agree_to_stand_in(named, by=request.user, at=clock.now())
    messages.success(request, f"You stand in for {agreed.person}. They have been told.")
    return redirect("away")


@requires(Permission.USE)
@require_POST
def absence_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End an absence, or decline to stand in."""
    ended = absence.end_absence(
        absence.absence_or_404(request.user, pk, on=clock.today()), by=request.user, at=clock.now()
    )
    declined = f"You do not stand in for {ended.person}. They have been told."
    messages.success(request, declined if ended.deputy == request.user else "Ended. The deputy stands in no longer.")
    return redirect("away")
