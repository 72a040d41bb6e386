"""The retention schedule: its classes and lists, signing a list, and its certificate."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt
from qualitycounts.retention import disposals, page
from qualitycounts.retention.forms import SignForm


@requires(Permission.SIGN_DISPOSAL)
@require_http_methods(["GET", "HEAD", "POST"])
def disposals_list(request: SignedInRequest) -> HttpResponse:
    """The schedule, what is held, and every list; sending it makes a list of what is due today."""
    if request.method == "POST":
        made = disposals.make_list(on=clock.today(), by=request.user, at=clock.now())
        return redirect("disposal", made.pk)
    return render(request, "retention/disposals.html", page.page_context())


@requires(Permission.SIGN_DISPOSAL)
@confirmed_for(Role.HEAD_OF_QA, to_read=False)
@require_http_methods(["GET", "HEAD", "POST"])
def disposal_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One list: what is on it, and a form to sign it; once it is carried out, its certificate."""
    disposal = get_object_or_404(disposals.all_disposals(), pk=pk)
    initial = {"seen": disposal.listed.isoformat()}
    form, status = SignForm(request.POST if request.method == "POST" else None, initial=initial), 200
    if request.method == "POST":
        by, at = request.user, clock.now()
        status = attempt(form, lambda: disposals.sign_list(disposal, **form.cleaned_data, by=by, at=at))
        if status == TAKEN:
            messages.success(request, "Signed. What is on the list is being removed; the certificate is made here.")
            return redirect("disposal", pk)
    context = {
        "disposal": disposal,
        "form": form,
        "table": page.classes_table(disposal),
        "named": page.named_records(disposal),
    }
    return render(request, "retention/disposal.html", context, status=status)
