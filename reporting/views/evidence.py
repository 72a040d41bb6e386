"""Evidence from elsewhere: what other sources say of a quarter, beside what the audits found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.forms.attempt import TAKEN, attempt, typed
from people import files
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts import clock
from reporting import evidence, periods
from reporting.forms.learning import EvidenceForm, WhyForm

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.GIVE_EVIDENCE)
@form_methods
def listed(request: SignedInRequest) -> HttpResponse:
    """The findings of a quarter by standard; enter one."""
    today = clock.today()
    quarters = evidence.quarters(today)
    wanted = next((one for one in quarters if str(one) == request.GET.get("quarter")), quarters[1])
    form = EvidenceForm(typed(request), request.FILES or None, on=today, initial={"quarter": str(wanted)})
    status = 200
    if request.method == "POST":
        given: dict[str, Any] = {"by": request.user, "at": clock.now()}
        status = attempt(
            form, lambda: evidence.enter(finding=form.finding(), upload=form.cleaned_data["file"], **given)
        )
        if status == TAKEN:
            messages.success(request, "It is entered, and will stand beside the audits of its quarter.")
            return redirect(f"{request.path}?quarter={form.cleaned_data['quarter']}")
    said = evidence.of_quarter(request.user, wanted)
    context = {"form": form, "quarters": quarters, "quarter": wanted}
    context["beside"] = evidence.beside(request.user, wanted, said)
    return render(request, "reporting/evidence.html", context, status=status)


@requires(Permission.GIVE_EVIDENCE)
@form_methods
def one(request: SignedInRequest, pk: int) -> HttpResponse:
    """One finding: change it."""
    found = evidence.evidence_or_404(request.user, pk)
    form = EvidenceForm(typed(request), request.FILES or None, on=clock.today(), one=found)
    status = 200
    if request.method == "POST":
        given: dict[str, Any] = {"one": found, "by": request.user, "at": clock.now()}
        status = attempt(form, lambda: _change(form, given))
        if status == TAKEN:
            messages.success(request, "It is saved.")
            return redirect("evidence-one", pk)
    context = {"form": form, "found": found, "label": periods.parse(found.quarter).label}
    context["can_change"] = evidence.can_change(found, request.user)
    return render(request, "reporting/evidence_one.html", context, status=status)


def _change(form: EvidenceForm, given: dict[str, Any]) -> None:
    version = form.cleaned_data["version"] or 0
    evidence.change(version=version, finding=form.finding(), upload=form.cleaned_data["file"], **given)


@requires(Permission.GIVE_EVIDENCE)
@require_POST
def out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a finding out, with why."""
    found, form = evidence.evidence_or_404(request.user, pk), WhyForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    evidence.withdraw(one=found, why=why, by=request.user, at=clock.now())
    messages.success(request, "It is taken out. Reports that were made keep it.")
    return redirect("evidence")


@requires(Permission.GIVE_EVIDENCE)
@require_safe
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file of a finding, as it was handed over."""
    found = evidence.evidence_or_404(request.user, pk)
    if found.file is None:
        raise Http404
    return files.reply(found.file)
