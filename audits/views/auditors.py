"""The auditors of a month, and when they are away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from audits import auditors
from audits.forms.auditors import AwayForm
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from qualitycounts.refusals import Refused
from standards.timescales import add_months

MONTHS = 4
"""This month and the next three."""


@requires(Permission.RUN_SELECTION)
@require_http_methods(["GET", "HEAD", "POST"])
def loads(request: SignedInRequest) -> HttpResponse:
    """What each auditor holds in a month, the next one unless another is asked for; and writing down leave."""
    today = clock.today()
    form = AwayForm(request.POST or None, today=today)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                auditors.be_away(**form.cleaned_data, by=request.user, at=clock.now())
                messages.success(request, "Written down. The next draw goes by it.")
                return redirect("auditors")
            status = 422
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
            status = refusal.status
    months = [add_months(today.replace(day=1), ahead) for ahead in range(MONTHS)]
    month = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("month")), months[1])
    context = {"form": form, "months": months, "month": month, "loads": auditors.loads(month, on=today)}
    return render(request, "audits/auditors.html", context, status=status)


@requires(Permission.RUN_SELECTION)
@require_POST
def be_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take leave off again."""
    leave = auditors.leave_or_404(pk)
    auditors.be_back(leave, by=request.user, at=clock.now())
    messages.success(request, f"{leave.user} is not away on those days after all.")
    return redirect("auditors")
