"""After the meeting: supervision, the entry on the file, the management chronology, one more action, and closing."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import audit_or_404
from audits.follow_up import case_note, closing, replan, worklist
from audits.follow_up.forms.follow_up import (
    ChronologyForm,
    OnFileForm,
    SupervisionActionForm,
    SupervisionForm,
    TakeBackForm,
)
from audits.models import Audit
from people.access import SignedInRequest, requires
from people.roles import Permission, Role
from people.step_up import confirmed_for
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, sent, typed
from qualitycounts.base.refusals import allows


@requires(Permission.SEE_AUDIT)
@require_safe
def follow_up_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """What follows one audit: what is done, what is still missing, and who does it."""
    return render_follow_up(request, audit_or_404(request.user, ref))


def render_follow_up(request: SignedInRequest, audit: Audit, *, status: int = 200, **tried: Form) -> HttpResponse:
    """The page; `tried` is the form that was refused, by its name."""
    today = clock.today()
    forms: dict[str, Form] = {
        "supervision": SupervisionForm(today=today),
        "on_file": OnFileForm(today=today),
        "file_back": TakeBackForm(auto_id="file_back_%s"),
        "chronology_back": TakeBackForm(auto_id="chronology_back_%s"),
        "chronology": ChronologyForm(initial={"answer": "needed" if audit.chronology_needed else None}),
    }
    kept = case_note.versions(audit)
    context = {
        "audit": audit,
        "heading": case_note.heading(audit),
        "rows": worklist.action_rows(worklist.of_audit(audit, request.user), by=request.user, on=today),
        "supervisions": audit.supervisions.select_related("recorded_by"),
        "missing": closing.missing_for_closing(audit) if audit.final else [],
        "changed": case_note.newer_than_file(audit, kept),
        "version": kept[0] if kept else None,
        "pasted": case_note.version_on_file(audit, kept),
        "takes_back": allows(closing.check_take_back, audit, by=request.user),
        "writes": closing.can_follow_up(audit, by=request.user),
        "adds": closing.can_manage(audit, by=request.user),
        "closes": allows(closing.check_close_audit, audit, by=request.user),
        "form": next(iter(tried.values()), None),
        "forms": forms | tried,
        "today": today,
    }
    return render(request, "audits/follow_up/follow_up.html", context, status=status)


@requires(Permission.SEE_AUDIT)
@require_POST
def supervision(request: SignedInRequest, ref: str) -> HttpResponse:
    """Record that the audit was talked through in supervision."""
    audit = audit_or_404(request.user, ref)
    form = SupervisionForm(request.POST)
    rule = partial(closing.record_supervision, audit, by=request.user, at=clock.now())
    again = partial(render_follow_up, request, audit, supervision=form)
    return sent(request, form, rule, again=again, said="The supervision is recorded.", to=("audit-follow-up", ref))


@requires(Permission.SEE_AUDIT)
@require_POST
def follow_up_on_file(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say that the entry is on the child's file."""
    audit = audit_or_404(request.user, ref)
    form = OnFileForm(request.POST)
    rule = partial(closing.confirm_on_file, audit, by=request.user, at=clock.now())
    again = partial(render_follow_up, request, audit, on_file=form)
    return sent(request, form, rule, again=again, said="Said: it is on the case file.", to=("audit-follow-up", ref))


@requires(Permission.SEE_AUDIT)
@require_POST
def follow_up_take_back(request: SignedInRequest, ref: str) -> HttpResponse:
    """Take back that the entry is on the file, or in the management chronology."""
    audit = audit_or_404(request.user, ref)
    name = "chronology_back" if request.POST.get("which") == "chronology" else "file_back"
    form = TakeBackForm(request.POST, auto_id=f"{name}_%s")
    rule = partial(closing.take_tick_back, audit, by=request.user, at=clock.now())
    tried: dict[str, Any] = {name: form}
    again = partial(render_follow_up, request, audit, **tried)
    return sent(request, form, rule, again=again, said="Taken back. It is to be done.", to=("audit-follow-up", ref))


@requires(Permission.SEE_AUDIT)
@require_POST
def chronology(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say whether it belongs in the management chronology, or is entered there."""
    audit = audit_or_404(request.user, ref)
    form = ChronologyForm(request.POST)
    rule = partial(closing.answer_chronology, audit, by=request.user, at=clock.now())
    again = partial(render_follow_up, request, audit, chronology=form)
    return sent(request, form, rule, again=again, said="Saved.", to=("audit-follow-up", ref))


@requires(Permission.SEE_AUDIT)
@confirmed_for(Role.HEAD_OF_QA)
@require_POST
def audit_close(request: SignedInRequest, ref: str) -> HttpResponse:
    """Close the audit."""
    audit = closing.close_audit(audit_or_404(request.user, ref), by=request.user, at=clock.now())
    messages.success(request, f"{audit.ref} is closed.")
    return redirect("audit-follow-up", audit.ref)


@requires(Permission.COMPLETE_ACTION)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_add_action(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add an action that was agreed in supervision."""
    audit = audit_or_404(request.user, ref)
    closing.check_manages(audit, request.user)
    form = SupervisionActionForm(typed(request), audit=audit, latest=replan.latest_in_supervision(on=clock.today()))
    status = 200
    if request.method == "POST":
        rule = partial(replan.add_in_supervision, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Added. Its owner has been told.")
            return redirect("audit-follow-up", ref)
    return render(request, "audits/follow_up/add_action.html", {"audit": audit, "form": form}, status=status)
