"""The live meeting: its page, its autosaves, and the news that the other chair's page asks for.

Everything works by plain forms; a script sends the same forms one field at a time and is answered in a line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import draft, meeting, quiet, room
from audits.access import SHOWN, meeting_or_404
from audits.desk import Desk, lay
from audits.forms.meeting import MarkForm, NoteForm, Typed, WhyForm, typed_in, whole, with_typed
from audits.models import Audit, Mark, Note
from people import preferences
from people.access import SignedInRequest, requires
from people.roles import Permission
from people.templatetags.qc import hour
from qualitycounts import clock
from qualitycounts import live as doorbell
from qualitycounts.refusals import NotNow, Refused

State = Audit.State


def seat(request: SignedInRequest, ref: str, shown: Sequence[str] = SHOWN) -> Audit:
    """The audit, for whoever sits in it and opened the page. On one screen the other may have signed in since.

    With what hangs on it that a page shows; a save needs none of that.
    """
    audit = meeting_or_404(request.user, ref, shown)
    opened_by = request.POST.get("as") or request.GET.get("as")
    if opened_by and opened_by != str(request.user.pk):
        raise NotNow(f"{request.user.name} has signed in here since this page was opened. Open the meeting again.")
    return audit


def by_script(request: HttpRequest) -> bool:
    """Whether a script asks, and so wants a line rather than a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def step_url(audit: Audit, step: str) -> str:
    """The address of one step."""
    return f"{reverse('audit-meeting', args=[audit.ref])}?step={step}"


def saved(request: HttpRequest, audit: Audit, step: str, *, version: int = 0, part: str = "") -> HttpResponse:
    """Say that it is saved, and when by the server's clock: in a line for a script, else on the step's page."""
    at = hour(clock.now())
    if by_script(request):
        return JsonResponse({"saved": at, "version": version, "revision": audit.revision})
    messages.success(request, f"Saved {at}.")
    return redirect(step_url(audit, step) + part)


def show(request: SignedInRequest, desk: Desk, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one step."""
    topic = room.topic_of(desk.audit)
    doorbell.here(topic, request.user.pk)
    here = doorbell.is_here(topic, desk.other.pk)
    context = {"audit": desk.audit, "desk": desk, "other_here": here, "typed": {}} | more
    return render(request, "audits/meeting.html", context, status=status)


def answer(
    request: SignedInRequest, audit: Audit, step: str, form: forms.Form, rule: Callable[..., Model]
) -> HttpResponse:
    """Call a rule of grading with what the form says. Refused, the page comes back with the sentence and the words."""
    try:
        check_form(form)
        rule(audit, int(step), by=request.user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        going_on = audit.state == State.IN_MEETING and audit.paused_at is None
        if by_script(request) or refusal.status not in (409, 422) or not going_on:
            raise
        errors = [{"text": refusal.sentence, "url": "#a-grade"}]
        desk = lay(audit, request.user, step)
        return show(request, desk, status=refusal.status, errors=errors, refusal=refusal, typed=request.POST)
    return saved(request, audit, step, part="#a-grade")


def check_form(form: forms.Form) -> None:
    """Refused (422) with the first sentence of what is wrong with the form."""
    for field, errors in form.errors.items():
        raise Refused(str(errors[0]), field)


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def page(request: SignedInRequest, ref: str) -> HttpResponse:
    """One step of the meeting; before it a page to open it from, after it the page that follows."""
    audit = seat(request, ref)
    if audit.state == State.IN_MEETING and audit.paused_at is not None:
        return render(request, "audits/meeting_paused.html", {"audit": audit, "desk": lay(audit, request.user)})
    if audit.state == State.IN_MEETING:
        return show(request, lay(audit, request.user, request.GET.get("step", "")))
    if audit.state in (State.ALLOCATED, State.BOOKED):
        return render(request, "audits/meeting_open.html", {"audit": audit})
    return redirect("audit-sign" if audit.state == State.AGREED else "audit", audit.ref)


@requires(Permission.TAKE_PART)
@require_POST
def open_meeting(request: SignedInRequest, ref: str) -> HttpResponse:
    """The auditor opens the meeting."""
    audit = meeting.open_meeting(seat(request, ref), by=request.user, at=clock.now())
    return redirect("audit-meeting", audit.ref)


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def live(request: SignedInRequest, ref: str) -> HttpResponse:
    """What changed since `seen`, for the step that is open: parts of the page, and fields with their versions."""
    audit, seen = seat(request, ref, ()), whole(request.GET.get("seen"))
    topic = room.topic_of(audit)
    doorbell.here(topic, request.user.pk)
    other = audit.keyworker_id if request.user.pk == audit.auditor_id else audit.auditor_id
    news: dict[str, Any] = {"revision": audit.revision, "here": doorbell.is_here(topic, other)}
    if audit.state != State.IN_MEETING:
        news |= {
            "over": reverse("audit-sign" if audit.state == State.AGREED else "audit", args=[audit.ref]),
            "why": "The meeting has ended.",
        }
    elif audit.paused_at is not None:
        news |= {"over": reverse("audit-meeting", args=[audit.ref]), "why": "The meeting is paused."}
    elif (only := quiet.since(audit, seen)) is not None:
        news["fields"] = quiet.fields(audit, only)
    elif audit.revision != seen:
        news |= changed(request, lay(audit, request.user, request.GET.get("step", "")))
    return JsonResponse(news)


def changed(request: SignedInRequest, desk: Desk) -> dict[str, Any]:
    """The parts of the page that it does not show like this already, and what is in each field."""
    context = {"audit": desk.audit, "desk": desk, "typed": {}}
    names = ("steps", "grade", "mirror") if desk.sight else ("steps",)
    return {
        "points": desk.keys["points"],
        "parts": {
            name: {"key": desk.keys[name], "html": render_to_string(f"audits/meeting_{name}.html", context, request)}
            for name in names
            if request.GET.get(name) != desk.keys[name]
        },
        "fields": {point.key: [point.was, point.value, point.seen, point.saved_by] for point in desk.points}
        | {field.key: [field.was, field.choice, field.text, field.saved_by] for field in desk.fields},
    }


@requires(Permission.TAKE_PART)
@require_POST
def mark(request: SignedInRequest, ref: str, criterion: int) -> HttpResponse:
    """Save the mark of one criterion."""
    audit, form = seat(request, ref, ()), MarkForm(request.POST)
    check_form(form)
    row = meeting.record_mark(audit, by=request.user, at=clock.now(), criterion=criterion, **form.cleaned_data)
    return saved(request, audit, request.POST.get("step", ""), version=row.version)


@requires(Permission.TAKE_PART)
@require_POST
def indicator(request: SignedInRequest, ref: str, indicator: int) -> HttpResponse:
    """Save the mark of one headline indicator."""
    audit, form = seat(request, ref, ()), MarkForm(request.POST)
    check_form(form)
    row = meeting.record_mark(audit, by=request.user, at=clock.now(), indicator=indicator, **form.cleaned_data)
    return saved(request, audit, "indicators", version=row.version)


@requires(Permission.TAKE_PART)
@require_POST
def notes(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Save one box."""
    audit, form = seat(request, ref, ()), NoteForm(request.POST)
    check_form(form)
    row = meeting.record_note(audit, by=request.user, at=clock.now(), slug=slug, **form.cleaned_data)
    return saved(request, audit, request.POST.get("step", ""), version=row.version)


@requires(Permission.TAKE_PART)
@require_POST
def step(request: SignedInRequest, ref: str, step: str) -> HttpResponse:
    """Save every field of a step that was touched; the ones that are refused come back with both versions."""
    audit = seat(request, ref)
    room.check_going_on(audit)
    refused: dict[str, tuple[Typed, Refused]] = {}
    for typed in typed_in(lay(audit, request.user, step), request.POST):
        try:
            save(request, audit, typed)
        except Refused as refusal:
            refused[typed.key] = (typed, refusal)
    if not refused:
        return saved(request, audit, step)
    status = max(refusal.status for _, refusal in refused.values())
    desk = with_typed(lay(audit, request.user, step), refused)
    return show(request, desk, status=status, errors=errors_of(desk))


def errors_of(desk: Desk) -> list[dict[str, str]]:
    """What was refused, with where it is on the page."""
    points = [{"text": f"{one.title}: {one.problem}", "url": f"#{one.key}-e"} for one in desk.points if one.problem]
    boxes = [{"text": f"{one.box.title}: {one.problem}", "url": f"#{one.key}"} for one in desk.fields if one.problem]
    return points + boxes


def save(request: SignedInRequest, audit: Audit, typed: Typed) -> Mark | Note:
    """Save one field of a step by the rule for its kind."""
    who: Mapping[str, Any] = {"by": request.user, "at": clock.now(), "version": typed.version}
    kind, pk = typed.key[:1], typed.key[1:]
    if not pk.isdecimal():
        return meeting.record_note(audit, slug=typed.key, choice=typed.first, text=typed.second, **who)
    of: Mapping[str, Any] = {"criterion" if kind == "c" else "indicator": int(pk)}
    return meeting.record_mark(audit, value=typed.first, seen=typed.second, **of, **who)


@requires(Permission.TAKE_PART)
@require_POST
def pass_screen(request: SignedInRequest, ref: str) -> HttpResponse:
    """One screen between two people: sign out, so that the other signs in as themselves, back at this step."""
    audit = seat(request, ref)
    back = step_url(audit, request.POST.get("step", ""))
    logout(request)
    return HttpResponseRedirect(reverse("account_login", query={"next": back}))


@requires(Permission.TAKE_PART)
@require_POST
def keys(request: SignedInRequest, ref: str) -> HttpResponse:
    """Turn the single-key shortcuts on or off for oneself."""
    audit = seat(request, ref)
    preferences.choose_keys(by=request.user, at=clock.now(), on=request.POST.get("on") == "1")
    return redirect(step_url(audit, request.POST.get("step", "")))


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SignedInRequest, ref: str) -> HttpResponse:
    """What is still missing, or what happens when the meeting ends; the auditor ends it."""
    audit = seat(request, ref)
    errors, status = [], 200
    if request.method == "POST":
        try:
            meeting.end(audit, by=request.user, at=clock.now())
            return redirect("audit-sign", audit.ref)
        except Refused as why:
            if why.status != 422:
                raise
            errors, status = [{"text": why.sentence}], why.status
    if audit.state != State.IN_MEETING:
        return redirect("audit-meeting", audit.ref)
    context = {"audit": audit, "desk": lay(audit, request.user), "errors": errors, "begun": draft.begun(audit)}
    return render(request, "audits/meeting_end.html", context, status=status)


@requires(Permission.TAKE_PART)
@require_POST
def reopen(request: SignedInRequest, ref: str) -> HttpResponse:
    """Take the meeting up again, with a reason; signatures come off."""
    audit, form = seat(request, ref), WhyForm(request.POST)
    check_form(form)
    meeting.reopen(audit, by=request.user, at=clock.now(), why=form.cleaned_data["why"])
    return redirect("audit-meeting", audit.ref)
