"""Do panel and audits agree? The page of figures."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits import panel_figures
from audits.panel_agreement import LEAST_FOR_KAPPA
from audits.views.panel import SITS
from people.access import SignedInRequest, requires
from qualitycounts import clock


@requires(*SITS)
@require_safe
def figures(request: SignedInRequest) -> HttpResponse:
    """Totals alone: no audit is named."""
    context = {
        "figures": panel_figures.figures(on=clock.today()),
        "definitions": panel_figures.DEFINITIONS,
        "least": LEAST_FOR_KAPPA,
    }
    return render(request, "audits/panel_figures.html", context)
