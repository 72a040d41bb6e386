"""The SMART plan: adding an action in the meeting, changing it, taking it out, and the checker beside the form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.access import audit_or_404, meeting_or_404
from audits.models import Action, Audit, number_of, slug_of
from audits.plan import drafts, smart_plan
from audits.plan import page as plan_page
from audits.plan.forms import BOXES, NAMES, WHO, PlanActionForm, TypedBox, initial_from_draft, initial_of, typed_so_far
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.dates import hour
from qualitycounts.base.fields import whole_number
from qualitycounts.base.form_attempt import TAKEN, attempt, typed

FRESH: dict[str, Any] = dict.fromkeys((*BOXES, "carried_out_by", "who"), "") | {
    "numbers": [],
    "points": [],
    "due_on": None,
}


@requires(Permission.SEE_AUDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plan_detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """The plan so far; in the meeting, with a form for one more action."""
    audit = audit_or_404(request.user, ref)
    kept = drafts.draft_of(audit, by=request.user)
    initial = FRESH | initial_from_draft(kept) | asked_for(request)
    form = PlanActionForm(typed(request), today=clock.today(), initial=initial)
    status = 200
    if request.method == "POST":
        rule = partial(smart_plan.add_meeting_action, audit, by=request.user, at=clock.now())
        status = attempt_action(form, lambda: rule(**form.said()))
        if status == TAKEN:
            drafts.drop_draft(audit, by=request.user)
            messages.success(request, f"Added. Saved {hour(clock.now())}.")
            return redirect("audit-plan", audit.ref)
    return render_plan(request, audit, form, status=status, kept=kept)


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plan_change_action(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Change one action of the plan."""
    audit = meeting_or_404(request.user, ref)
    action = action_of(audit, number)
    kept = drafts.draft_of(audit, by=request.user, number=number)
    form = PlanActionForm(typed(request), today=clock.today(), initial=initial_of(action) | initial_from_draft(kept))
    status = 200
    if request.method == "POST":
        rule = partial(smart_plan.change_action, action, by=request.user, at=clock.now())
        status = attempt_action(form, lambda: rule(version=form.cleaned_data["version"] or 0, **form.said()))
        if status == TAKEN:
            drafts.drop_draft(audit, by=request.user, number=number)
            messages.success(request, f"Changed. Saved {hour(clock.now())}.")
            return redirect("audit-plan", audit.ref)
    return render_plan(request, audit, form, status=status, action=action, kept=kept)


@requires(Permission.TAKE_PART)
@require_POST
def remove(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Take one action out of the plan."""
    action = action_of(meeting_or_404(request.user, ref), number)
    smart_plan.remove_action(action, by=request.user, at=clock.now(), version=whole_number(request.POST.get("version")))
    messages.success(request, f"Action {number} is taken out of the plan.")
    return redirect("audit-plan", ref)


@requires(Permission.TAKE_PART)
@require_POST
def plan_check_action(request: SignedInRequest, ref: str) -> HttpResponse:
    """The SMART checker and how the action will read, for what is typed so far. That is kept, but not in the plan."""
    audit = meeting_or_404(request.user, ref)
    form = PlanActionForm(request.POST, today=clock.today())
    form.is_valid()
    number = whole_number(request.POST.get("number"))
    kept = drafts.keep_draft(audit, typed_so_far(form), by=request.user, at=clock.now(), number=number)
    context = {"audit": audit, "reading": reading(audit, form), "kept": kept}
    return render(request, "audits/plan/reading.html", context)


@requires(Permission.TAKE_PART)
@require_POST
def clear(request: SignedInRequest, ref: str) -> HttpResponse:
    """Let go of what one has begun to type."""
    audit = meeting_or_404(request.user, ref)
    drafts.drop_draft(audit, by=request.user, number=whole_number(request.POST.get("number")))
    return redirect("audit-plan", ref)


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def plan_rows(request: SignedInRequest, ref: str) -> HttpResponse:
    """The plan so far, for a page that shows it already and has this `key`; 204 while it is the same."""
    audit = meeting_or_404(request.user, ref)
    actions = plan_page.actions(audit)
    key = plan_page.plan_key(actions)
    if request.GET.get("key") == key:
        return HttpResponse(status=204)
    context = {"audit": audit, "actions": plan_page.plan_lines(actions), "key": key}
    context["writing"] = audit.state == Audit.State.IN_MEETING
    return render(request, "audits/plan/table.html", context)


def render_plan(
    request: SignedInRequest, audit: Audit, form: PlanActionForm, *, status: int, **more: Any
) -> HttpResponse:
    """The page of the plan."""
    writing = audit.state == Audit.State.IN_MEETING and audit.chair_of(request.user) is not None
    actions = plan_page.actions(audit)
    context = {"audit": audit, "form": form, "writing": writing, "actions": plan_page.plan_lines(actions)} | more
    context["key"] = plan_page.plan_key(actions)
    context["title"] = f"Change action {more['action'].number}" if "action" in more else "Action plan"
    if writing:
        grades = plan_page.grade_choices(audit, chosen=chosen_in(form, "numbers"))
        context |= {
            "grades": grades,
            "points": plan_page.points(audit, chosen=chosen_in(form, "points")),
            "owners": plan_page.owner_choices(audit, on=clock.today()),
            "boxes": [TypedBox(form[name], *box) for name, box in BOXES.items()],
            "reading": reading(audit, form),
        }
        places = {"numbers": f"#for-{grades.first.slug}", "who": f"#who-{next(iter(WHO))}"}
        context["errors"] = errors_of_plan(form, places)
    return render(request, "audits/plan/plan.html", context, status=status)


def attempt_action(form: PlanActionForm, rule: Callable[[], object]) -> int:
    """As `attempt`; and where the action is refused, all that is not SMART about it is said at once."""
    status = attempt(form, rule)
    if status == 422:
        form.add_smart_problems()
    return status


def errors_of_plan(form: PlanActionForm, places: dict[str, str]) -> list[dict[str, str]]:
    """What is wrong with the form, each with where it leads: one of `places`, else the box of its name."""
    places |= {NON_FIELD_ERRORS: "#id_what", "due_on": "#id_due_on_0"}
    return [
        {"text": f"{NAMES[name]}: {error}" if name in NAMES else str(error), "url": places.get(name, f"#id_{name}")}
        for name in (NON_FIELD_ERRORS, *NAMES)
        for error in form.errors.get(name, [])
    ]


def chosen_in(form: PlanActionForm, name: str) -> list[int]:
    """The numbers that are ticked in a field."""
    read = number_of if name == "numbers" else whole_number
    return [read(str(value)) for value in form[name].value() or []]


def reading(audit: Audit, form: PlanActionForm) -> plan_page.ActionReading:
    """How what is typed reads: by the form's own cleaning where it was sent, else by what it starts with."""
    typed = form.typed if form.is_bound else form.initial
    kind, part = WHO.get(typed.get("who", ""), ("", ""))
    words = {name: typed.get(name, "") for name in (*BOXES, "carried_out_by")}
    words |= {"due_on": typed.get("due_on"), "date_problem": form.date_problem}
    return plan_page.read_action(audit, on=clock.today(), kind=kind, part=part, **words)


def action_of(audit: Audit, number: int) -> Action:
    """The action of that number; 404 without one."""
    action = next((action for action in plan_page.actions(audit) if action.number == number), None)
    if action is None:
        raise Http404
    return action


def asked_for(request: SignedInRequest) -> dict[str, Any]:
    """The grade and the point an address asks an action for."""
    number, point = number_of(request.GET.get("for", "")), whole_number(request.GET.get("point"))
    return ({"numbers": [slug_of(number)]} if number else {}) | ({"points": [point]} if point else {})
