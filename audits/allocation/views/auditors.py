"""The auditors of a month, and when they are away."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits.allocation import auditors
from audits.allocation.forms.auditors import AwayForm, CapacityForm
from audits.allocation.independence import AUDITS_A_MONTH
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from standards.timescales import add_months

MONTHS = 4
"""This month and the next three."""


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def auditors_month(request: SignedInRequest) -> HttpResponse:
    """What each auditor holds in a month, the next one unless another is asked for; and writing down leave."""
    form = AwayForm(typed(request), today=clock.today())
    if request.method == "POST":
        rule = partial(auditors.be_away, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status != TAKEN:
            return render_auditors(request, status=status, away_form=form)
        messages.success(request, "Written down. The next draw goes by it.")
        return redirect("auditors")
    return render_auditors(request)


def render_auditors(request: SignedInRequest, *, status: int = 200, **forms: object) -> HttpResponse:
    """The page of the auditors, with the form that was not taken, if one was not."""
    today = clock.today()
    months = [add_months(today.replace(day=1), ahead) for ahead in range(MONTHS)]
    month = next((month for month in months if f"{month:%Y-%m}" == request.GET.get("month")), months[1])
    context = {
        "away_form": AwayForm(today=today, initial={"auditor": request.GET.get("who")}),
        "capacity_form": CapacityForm(today=today, initial={"who": request.GET.get("who")}),
        "months": months,
        "month": month,
        "loads": auditors.auditor_loads(month, on=today),
        "everyone": AUDITS_A_MONTH,
        "form": next(iter(forms.values()), None),
    }
    return render(request, "audits/allocation/auditors.html", context | forms, status=status)


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def capacity(request: SignedInRequest) -> HttpResponse:
    """Set how many a month one auditor is given."""
    if request.method != "POST":
        return redirect("auditors")
    form = CapacityForm(typed(request), today=clock.today())
    rule = partial(auditors.set_capacity, by=request.user, at=clock.now())
    status = attempt(
        form,
        lambda: rule(form.cleaned_data["who"], a_month=form.cleaned_data["a_month"], why=form.cleaned_data["why"]),
    )
    if status != TAKEN:
        return render_auditors(request, status=status, capacity_form=form)
    messages.success(request, "Written down. The next draw goes by it; audits already given stay as they are.")
    return redirect("auditors")


@requires(Permission.RUN_SELECTION)
@require_POST
def leave_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take leave off again."""
    leave = auditors.leave_or_404(pk)
    auditors.end_leave(leave, by=request.user, at=clock.now())
    messages.success(request, f"{leave.user} is not away on those days after all.")
    return redirect("auditors")
