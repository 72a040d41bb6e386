"""After the meeting: supervision, the entry on the file, the management chronology, one more action, and closing."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import follow_up, replan, worklist
from audits.access import audit_or_404
from audits.case_note import heading
from audits.forms.attempt import TAKEN, attempt, sent, typed
from audits.forms.follow_up import ChronologyForm, OnFileForm, SupervisionActionForm, SupervisionForm
from audits.models import Audit
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts import clock


@requires(Permission.SEE_AUDIT)
@require_safe
def page(request: SignedInRequest, ref: str) -> HttpResponse:
    """What follows one audit: what is done, what is still missing, and who does it."""
    return show(request, audit_or_404(request.user, ref))


def show(request: SignedInRequest, audit: Audit, *, status: int = 200, **tried: Form) -> HttpResponse:
    """The page; `tried` is the form that was refused, by its name."""
    today = clock.today()
    forms: dict[str, Form] = {
        "supervision": SupervisionForm(today=today),
        "on_file": OnFileForm(today=today),
        "chronology": ChronologyForm(initial={"answer": "needed" if audit.chronology_needed else None}),
    }
    context = {
        "audit": audit,
        "heading": heading(audit),
        "rows": worklist.rows(worklist.of_audit(audit, request.user), by=request.user, on=today),
        "supervisions": audit.supervisions.select_related("recorded_by"),
        "missing": follow_up.missing(audit) if audit.final else [],
        "writes": follow_up.can_follow_up(audit, by=request.user),
        "adds": follow_up.can_manage(audit, by=request.user),
        "closes": follow_up.can_close(audit, by=request.user),
        "form": next(iter(tried.values()), None),
        "forms": forms | tried,
        "today": today,
    }
    return render(request, "audits/follow_up.html", context, status=status)


@requires(Permission.SEE_AUDIT)
@require_POST
def supervision(request: SignedInRequest, ref: str) -> HttpResponse:
    """Record that the audit was talked through in supervision."""
    audit = audit_or_404(request.user, ref)
    form = SupervisionForm(request.POST)
    rule = partial(follow_up.record_supervision, audit, by=request.user, at=clock.now())
    again = partial(show, request, audit, supervision=form)
    return sent(request, form, rule, again=again, said="The supervision is recorded.", to=("audit-follow-up", ref))


@requires(Permission.SEE_AUDIT)
@require_POST
def on_file(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say that the entry is on the child's file."""
    audit = audit_or_404(request.user, ref)
    form = OnFileForm(request.POST)
    rule = partial(follow_up.put_on_file, audit, by=request.user, at=clock.now())
    again = partial(show, request, audit, on_file=form)
    return sent(request, form, rule, again=again, said="Said: it is on the case file.", to=("audit-follow-up", ref))


@requires(Permission.SEE_AUDIT)
@require_POST
def chronology(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say whether it belongs in the management chronology, or is entered there."""
    audit = audit_or_404(request.user, ref)
    form = ChronologyForm(request.POST)
    rule = partial(follow_up.answer_chronology, audit, by=request.user, at=clock.now())
    again = partial(show, request, audit, chronology=form)
    return sent(request, form, rule, again=again, said="Saved.", to=("audit-follow-up", ref))


@requires(Permission.SEE_AUDIT)
@confirmed_for(Role.HEAD_OF_QA)
@require_POST
def close(request: SignedInRequest, ref: str) -> HttpResponse:
    """Close the audit."""
    audit = follow_up.close(audit_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, f"{audit.ref} is closed.")
    return redirect("audit-follow-up", audit.ref)


@requires(Permission.COMPLETE_ACTION)
@require_http_methods(["GET", "HEAD", "POST"])
def add_action(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add an action that was agreed in supervision."""
    audit = audit_or_404(request.user, ref)
    follow_up.check_manages(audit, request.user)
    form = SupervisionActionForm(typed(request), audit=audit, latest=replan.latest_in_supervision(on=clock.today()))
    status = 200
    if request.method == "POST":
        rule = partial(replan.add_in_supervision, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Added. Its owner has been told.")
            return redirect("audit-follow-up", ref)
    return render(request, "audits/follow_up_action.html", {"audit": audit, "form": form}, status=status)
