"""The panel's terms of reference, and their yearly review."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.panel import terms as panel_terms
from audits.panel.forms.panel import TermsForm
from people import access
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed


@requires(Permission.READ_STANDARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def panel_terms_page(request: SignedInRequest) -> HttpResponse:
    """The terms for everyone to read; the Head of QA reviews them (POST)."""
    terms, status = panel_terms.terms_in_force(), 200
    form = TermsForm(typed(request), initial={"text": terms.text, "version": terms.version})
    if request.method == "POST":
        rule = partial(panel_terms.review, by=request.user, at=clock.now())
        panel_terms.check_review(by=request.user)
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Reviewed. They are asked for again in a year.")
            return redirect("panel-terms")
    context = {
        "terms": terms,
        "reviews": panel_terms.reviews(),
        "overdue": terms.due_on is None or terms.due_on < clock.today(),
        "form": form if access.holds(request.user, Role.HEAD_OF_QA) else None,
    }
    return render(request, "audits/panel/terms.html", context, status=status)
