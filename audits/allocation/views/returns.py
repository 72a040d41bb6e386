"""The returns of a month: what was due, came back, or is late."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.allocation import returns
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock, spreadsheets
from standards.timescales import add_months

MONTHS = 6
"""The month to come, this one, and those before it."""


def month_asked(request: SignedInRequest) -> tuple[date, list[date]]:
    """The month in the address, else this one; and those to choose from."""
    first = clock.today().replace(day=1)
    months = [add_months(first, 1 - back) for back in range(MONTHS)]
    return next((month for month in months if f"{month:%Y-%m}" == request.GET.get("month")), first), months


@requires(Permission.RUN_SELECTION)
@require_safe
def returns_list(request: SignedInRequest) -> HttpResponse:
    """The list of a month, the late ones first."""
    month, months = month_asked(request)
    rows = returns.returns_of_month(month, on=clock.today())
    context = {"rows": rows, "counts": returns.returns_counts(rows), "month": month, "months": months}
    return render(request, "audits/allocation/returns.html", context | {"due_on": returns.due_on(month)})


@requires(Permission.RUN_SELECTION)
@require_safe
def auditor_shares(request: SignedInRequest) -> HttpResponse:
    """What the year gave each auditor."""
    return render(request, "audits/allocation/shares.html", {"fairness": returns.fairness(on=clock.today())})


@requires(Permission.RUN_SELECTION)
@require_safe
def returns_export(request: SignedInRequest) -> HttpResponseBase:
    """The list as a workbook."""
    month, _ = month_asked(request)
    rows = returns.returns_of_month(month, on=clock.today())
    return spreadsheets.download(name=f"returns-{month:%Y-%m}", kind="xlsx", columns=returns.COLUMNS, rows=rows)
