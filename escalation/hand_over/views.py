"""Handing over everything of one person."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from escalation.hand_over import handing_over
from escalation.hand_over.forms import HandOverAllForm
from people.access import SignedInRequest, requires
from people.directory import person_or_404
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that waits for a person, to be given to another with one reason."""
    person = person_or_404(pk)
    holdings = handing_over.holdings_of(person)
    takers = handing_over.takers(person, on=clock.today())
    form, status = HandOverAllForm(typed(request), holdings=holdings, takers=takers), 200
    if request.method == "POST":
        outcomes: list[handing_over.HandedOver] = []
        rule = partial(handing_over.hand_over_all, person, by=request.user, at=clock.now())
        status = attempt(form, lambda: outcomes.append(rule(**form.cleaned_data)))
        if status == TAKEN:
            messages.success(request, handing_over.in_words(outcomes[0], form.cleaned_data["to"]))
            if outcomes[0].stayed:
                messages.warning(request, handing_over.refusals_in_words(outcomes[0].stayed))
            return redirect("hand-over", pk)
    context = {"person": person, "form": form, "holdings": holdings, "stays": handing_over.stays_with(person)}
    return render(request, "escalation/hand_over/hand_over.html", context, status=status)
