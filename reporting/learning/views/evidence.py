"""Evidence from elsewhere: what other sources say of a quarter, beside what the audits found."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import files
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from reporting import periods
from reporting.learning import evidence
from reporting.learning.forms import EvidenceForm, WhyForm
from reporting.models import Evidence

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.GIVE_EVIDENCE)
@form_methods
def evidence_list(request: SignedInRequest) -> HttpResponse:
    """The findings of a quarter by standard; enter one."""
    today = clock.today()
    quarters = evidence.quarters(today)
    wanted = next((quarter for quarter in quarters if str(quarter) == request.GET.get("quarter")), quarters[1])
    form = EvidenceForm(typed(request), request.FILES or None, on=today, initial={"period": str(wanted)})
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: _enter(request, form))
        if status == TAKEN:
            messages.success(request, "It is entered, and will stand beside the audits of its time.")
            return redirect(f"{request.path}?quarter={evidence.quarter_of(form.cleaned_data['period'])}")
    said = evidence.of_quarter(request.user, wanted)
    context = {"form": form, "quarters": quarters, "quarter": wanted}
    context["beside"] = evidence.beside(request.user, wanted, said)
    return render(request, "reporting/learning/evidence.html", context, status=status)


@requires(Permission.GIVE_EVIDENCE)
@form_methods
def evidence_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One finding: change it."""
    entered = evidence.evidence_or_404(request.user, pk)
    form = EvidenceForm(typed(request), request.FILES or None, on=clock.today(), held=entered)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: _change(request, form, entered))
        if status == TAKEN:
            messages.success(request, "It is saved.")
            return redirect("evidence-one", pk)
    context = {"form": form, "entered": entered, "label": periods.parse(entered.period).label}
    context["can_change"] = evidence.can_change(entered, request.user)
    return render(request, "reporting/learning/evidence_detail.html", context, status=status)


def _enter(request: SignedInRequest, form: EvidenceForm) -> None:
    evidence.enter(finding=form.finding(), upload=form.cleaned_data["file"], by=request.user, at=clock.now())


def _change(request: SignedInRequest, form: EvidenceForm, entered: Evidence) -> None:
    evidence.change(
        evidence=entered,
        version=form.cleaned_data["version"] or 0,
        finding=form.finding(),
        upload=form.cleaned_data["file"],
        by=request.user,
        at=clock.now(),
    )


@requires(Permission.GIVE_EVIDENCE)
@require_POST
def out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a finding out, with why."""
    entered, form = evidence.evidence_or_404(request.user, pk), WhyForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    evidence.withdraw(evidence=entered, why=why, by=request.user, at=clock.now())
    messages.success(request, "It is taken out. Reports that were made keep it.")
    return redirect("evidence")


@requires(Permission.GIVE_EVIDENCE)
@require_safe
def evidence_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file of a finding, as it was handed over."""
    entered = evidence.evidence_or_404(request.user, pk)
    if entered.file is None:
        raise Http404
    return files.reply(entered.file)
