"""Monthly duties that are set aside: which, why, and taking one up again."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits.duties import setting_aside
from audits.duties.forms import SetAsideForm
from audits.models import SetAside
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def duties_set_aside(request: SignedInRequest) -> HttpResponse:
    """What is set aside; setting a month's draw, sample or report aside, with a reason."""
    initial = {name: request.GET.get(name, "") for name in ("duty", "month")}
    form, status = SetAsideForm(typed(request), initial=initial), 200
    if request.method == "POST":
        rule = partial(setting_aside.set_duty_aside, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Set aside. It is asked of nobody any more.")
            return redirect("duties")
    context = {"form": form, "set_aside": setting_aside.all_set_aside()}
    return render(request, "audits/duties/duties.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def duty_take_up_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for it again."""
    setting_aside.take_duty_up_again(get_object_or_404(SetAside, pk=pk), by=request.user, at=clock.now())
    messages.success(request, "It is asked for again, on My work.")
    return redirect("duties")
