"""What families answered, by question and year."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from reporting.family import figures


@requires(Permission.SEE_REPORTS)
@require_safe
def family_year(request: SignedInRequest) -> HttpResponse:
    """The figures of one year, with small numbers hidden."""
    years = figures.years_offered(request.user, on=clock.today())
    asked = request.GET.get("year", "")
    year = next((each for each in years if str(each) == asked), next(iter(years), None))
    counted = figures.family_figures(year) if year else None
    return render(request, "reporting/family/figures.html", {"years": years, "figures": counted})
