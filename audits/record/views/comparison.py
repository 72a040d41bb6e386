"""A re-audit beside the audit it repeats."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.access import audit_or_404, visible_audits
from audits.record import comparison
from people.access import SignedInRequest, requires
from people.roles import Permission


@requires(Permission.SEE_AUDIT)
@require_safe
def comparison_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """Grade by grade and point by point, for whoever may open the re-audit."""
    audit = audit_or_404(request.user, ref)
    compared = comparison.compare(audit)
    opens = visible_audits(request.user).filter(pk=compared.before.pk).exists()
    return render(request, "audits/record/comparison.html", {"audit": audit, "both": compared, "opens_before": opens})
