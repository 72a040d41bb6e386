"""The SMART plan: adding an action in the meeting, changing it, taking it out, and the checker beside the form."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import draft, plan, plan_page
from audits.access import audit_or_404, meeting_or_404
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.meeting import whole
from audits.forms.plan import BOXES, WHO, ActionForm, begun, initial_of, typed_so_far
from audits.models import Action, Audit
from people.access import SignedInRequest, requires
from people.roles import Permission
from people.templatetags.qc import hour
from qualitycounts import clock

FRESH: dict[str, Any] = dict.fromkeys(BOXES, "") | {"numbers": [], "points": [], "who": "", "due_on": None}


@requires(Permission.SEE_AUDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest, ref: str) -> HttpResponse:
    """The plan so far; in the meeting, with a form for one more action."""
    audit = audit_or_404(request.user, ref)
    kept = draft.of(audit, by=request.user)
    initial = FRESH | begun(kept) | asked_for(request)
    form = ActionForm(typed(request), today=clock.today(), initial=initial)
    status = 200
    if request.method == "POST":
        rule = partial(plan.add_action, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(**form.said()))
        if status == TAKEN:
            draft.drop(audit, by=request.user)
            messages.success(request, f"Added. Saved {hour(clock.now())}.")
            return redirect("audit-plan", audit.ref)
    return show(request, audit, form, status=status, kept=kept)


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Change one action of the plan."""
    audit = meeting_or_404(request.user, ref)
    action = action_of(audit, number)
    kept = draft.of(audit, by=request.user, number=number)
    form = ActionForm(typed(request), today=clock.today(), initial=initial_of(action) | begun(kept))
    status = 200
    if request.method == "POST":
        rule = partial(plan.change_action, action, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(version=form.cleaned_data["version"] or 0, **form.said()))
        if status == TAKEN:
            draft.drop(audit, by=request.user, number=number)
            messages.success(request, f"Changed. Saved {hour(clock.now())}.")
            return redirect("audit-plan", audit.ref)
    return show(request, audit, form, status=status, action=action, kept=kept)


@requires(Permission.TAKE_PART)
@require_POST
def remove(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Take one action out of the plan."""
    action = action_of(meeting_or_404(request.user, ref), number)
    plan.remove_action(action, by=request.user, at=clock.now(), version=whole(request.POST.get("version")))
    messages.success(request, f"Action {number} is taken out of the plan.")
    return redirect("audit-plan", ref)


@requires(Permission.TAKE_PART)
@require_POST
def check(request: SignedInRequest, ref: str) -> HttpResponse:
    """The SMART checker and how the action will read, for what is typed so far. That is kept, but not in the plan."""
    audit = meeting_or_404(request.user, ref)
    form = ActionForm(request.POST, today=clock.today())
    form.is_valid()
    number = whole(request.POST.get("number"))
    kept = draft.keep(audit, typed_so_far(form), by=request.user, at=clock.now(), number=number)
    context = {"audit": audit, "reading": reading(audit, form), "kept": kept}
    return render(request, "audits/plan_reading.html", context)


@requires(Permission.TAKE_PART)
@require_POST
def clear(request: SignedInRequest, ref: str) -> HttpResponse:
    """Let go of what one has begun to type."""
    audit = meeting_or_404(request.user, ref)
    draft.drop(audit, by=request.user, number=whole(request.POST.get("number")))
    return redirect("audit-plan", ref)


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def rows(request: SignedInRequest, ref: str) -> HttpResponse:
    """The plan so far, for a page that shows it already and has this `key`; 204 while it is the same."""
    audit = meeting_or_404(request.user, ref)
    actions = plan_page.actions(audit)
    key = plan_page.key_of(actions)
    if request.GET.get("key") == key:
        return HttpResponse(status=204)
    context = {"audit": audit, "actions": actions, "key": key, "writing": audit.state == Audit.State.IN_MEETING}
    return render(request, "audits/plan_table.html", context)


def show(request: SignedInRequest, audit: Audit, form: ActionForm, *, status: int, **more: Any) -> HttpResponse:
    """The page of the plan."""
    writing = audit.state == Audit.State.IN_MEETING and audit.chair_of(request.user) is not None
    actions = plan_page.actions(audit)
    context = {"audit": audit, "form": form, "writing": writing, "actions": actions} | more
    context["key"] = plan_page.key_of(actions)
    if writing:
        context |= {
            "grades": plan_page.choices(audit, chosen=chosen_in(form, "numbers")),
            "points": plan_page.points(audit, chosen=chosen_in(form, "points")),
            "owners": plan_page.owners(audit, on=clock.today()),
            "boxes": [(form[name], *box) for name, box in BOXES.items()],
            "reading": reading(audit, form),
        }
    return render(request, "audits/plan.html", context, status=status)


def chosen_in(form: ActionForm, name: str) -> list[int]:
    """The numbers that are ticked in a field."""
    return [whole(str(one)) for one in form[name].value() or []]


def reading(audit: Audit, form: ActionForm) -> plan_page.Reading:
    """How what is typed reads: by the form's own cleaning where it was sent, else by what it starts with."""
    typed = form.cleaned_data if form.is_bound else form.initial
    kind, part = WHO.get(typed.get("who", ""), ("", ""))
    words = {name: typed.get(name, "") for name in BOXES}
    return plan_page.read(audit, on=clock.today(), kind=kind, part=part, due_on=typed.get("due_on"), **words)


def action_of(audit: Audit, number: int) -> Action:
    """The action of that number; 404 without one."""
    found = next((one for one in plan_page.actions(audit) if one.number == number), None)
    if found is None:
        raise Http404
    return found


def asked_for(request: SignedInRequest) -> dict[str, Any]:
    """The grade and the point an address asks an action for."""
    asked = {"numbers": whole(request.GET.get("for")), "points": whole(request.GET.get("point"))}
    return {name: [number] for name, number in asked.items() if number}
