"""Do panel and audits agree? The page of figures."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.panel import figures as panel_figures
from audits.panel.agreement import LEAST_FOR_KAPPA
from audits.panel.views.panel import SITS
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock


@requires(*SITS)
@require_safe
def panel_figures_page(request: SignedInRequest) -> HttpResponse:
    """Totals; no audit is named but to the QA Team, who choose what members look at together."""
    context = {
        "names_audits": access.may(request.user, Permission.RUN_PANEL),
        "figures": panel_figures.agreement_figures(on=clock.today()),
        "definitions": panel_figures.DEFINITIONS,
        "least": LEAST_FOR_KAPPA,
    }
    return render(request, "audits/panel/figures.html", context)
