"""The live meeting: its page, its autosaves, and the news that the other chair's page asks for.

Everything works by plain forms; a script sends the same forms one field at a time and is answered in a line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audits import locking
from audits.access import SHOWN, meeting_or_404
from audits.booking.book import not_ready_in_words
from audits.meeting import lifecycle, replaced, text_changes
from audits.meeting.desk import build_page
from audits.meeting.forms.meeting import MarkForm, NoteForm, Typed, typed_in, with_typed
from audits.meeting.own_page import OwnSheetPage
from audits.meeting.pace import minutes_in_meeting
from audits.meeting.page import MeetingPage
from audits.meeting.steps import step_address, step_in_words
from audits.models import Audit, Mark, Note, number_of
from people import preferences
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base import live as doorbell
from qualitycounts.base.dates import hour
from qualitycounts.base.fields import whole_number, with_plain_line_ends
from qualitycounts.base.refusals import LONGEST, NotNow, Refused

State = Audit.State
NAMED = ("case", "auditor", "keyworker", "standard_set")
"""What the news of a meeting names."""


def seat(request: SignedInRequest, ref: str, shown: Sequence[str] = SHOWN) -> Audit:
    """The audit, for whoever sits in it and opened the page. On one screen the other may have signed in since.

    With what hangs on it that a page shows.
    """
    audit = meeting_or_404(request.user, ref, shown)
    opened_by = request.POST.get("as") or request.GET.get("as")
    if opened_by and opened_by != str(request.user.pk):
        raise NotNow(f"{request.user.name} has signed in here since this page was opened. Open the meeting again.")
    return audit


def seat_to_save(request: SignedInRequest, ref: str) -> Audit:
    """The same for a save, which needs nothing of what hangs on it but its set of standards."""
    return seat(request, ref, ("standard_set",))


def by_script(request: HttpRequest) -> bool:
    """Whether a script asks, and so wants a line rather than a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def saved(request: SignedInRequest, audit: Audit, step: str, *, version: int = 0, part: str = "") -> HttpResponse:
    """Say that it is saved, and when by the server's clock: in a line for a script, else on the step's page."""
    at = hour(clock.now())
    if by_script(request):
        doorbell.note_typing(locking.topic_of(audit), request.user.pk, "")
        return JsonResponse({"saved": at, "version": version, "revision": audit.revision})
    messages.success(request, f"Saved {at}.")
    return redirect(step_address(audit, step) + part)


def page_of(request: SignedInRequest, audit: Audit, step: str = "") -> MeetingPage:
    """The page of whoever asks for a step, as it is today."""
    return build_page(audit, request.user, step, on=clock.today())


def render_step(request: SignedInRequest, page: MeetingPage, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one step."""
    topic = locking.topic_of(page.audit)
    doorbell.note_presence(topic, request.user.pk)
    doorbell.note_place(topic, request.user.pk, page.step)
    context = {
        "audit": page.audit,
        "desk": page,
        "other_here": doorbell.is_here(topic, page.other.pk),
        "other_place": (place := doorbell.place_of(topic, page.other.pk)),
        "other_place_in_words": step_in_words(place),
        "minutes": minutes_in_meeting(page.audit, at=clock.now()),
        "typed": {},
        "most": LONGEST,
    } | more
    template = "audits/meeting/together.html" if page.is_marks else "audits/meeting/meeting.html"
    return render(request, template, context, status=status)


def answer(
    request: SignedInRequest, audit: Audit, step: str, form: forms.Form, rule: Callable[..., Model]
) -> HttpResponse:
    """Call a rule of grading with what the form says. Refused, the page comes back with the sentence and the words."""
    try:
        check_form(form)
        rule(audit, number_of(step), by=request.user, at=clock.now(), **form.cleaned_data)
    except Refused as refusal:
        going_on = audit.state == State.IN_MEETING and audit.paused_at is None
        if by_script(request) or refusal.status not in (409, 422) or not going_on:
            raise
        errors = [{"text": refusal.sentence, "url": "#a-grade"}]
        page = page_of(request, audit, step)
        return render_step(request, page, status=refusal.status, errors=errors, refusal=refusal, typed=request.POST)
    return saved(request, audit, step, part="#a-grade")


def check_form(form: forms.Form) -> None:
    """Refused (422) with the first sentence of what is wrong with the form."""
    for field, errors in form.errors.items():
        raise Refused(str(errors[0]), field)


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def meeting_step(request: SignedInRequest, ref: str) -> HttpResponse:
    """One step of the meeting; before it a page to open it from, after it the page that follows."""
    audit = seat(request, ref)
    if request.headers.get("HX-Request"):  # the page to open it from, which turns by itself
        return HttpResponse(status=204, headers={} if audit.state in Audit.NOT_MET else {"HX-Refresh": "true"})
    if audit.state == State.IN_MEETING and audit.paused_at is not None:
        return render(request, "audits/meeting/paused.html", {"audit": audit, "desk": page_of(request, audit)})
    if audit.state == State.IN_MEETING:
        return render_step(request, page_of(request, audit, request.GET.get("step", "")))
    if audit.state in Audit.NOT_MET:
        return render_open(request, audit)
    return redirect("audit-sign" if audit.state == State.AGREED else "audit", audit.ref)


@requires(Permission.TAKE_PART)
@require_POST
def meeting_open(request: SignedInRequest, ref: str) -> HttpResponse:
    """The auditor opens the meeting."""
    audit, why = seat(request, ref), with_plain_line_ends(request.POST.get("why", ""))
    try:
        audit = lifecycle.open_meeting(audit, by=request.user, at=clock.now(), why=why)
    except Refused as refusal:
        if refusal.field != "why":
            raise
        return render_open(request, audit, status=refusal.status, refusal=refusal, why=why)
    return redirect("audit-meeting", audit.ref)


def render_open(request: SignedInRequest, audit: Audit, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page that a meeting is opened from, with what asks for a reason."""
    context = {"audit": audit, "unready": not_ready_in_words(audit), "why": ""} | more
    return render(request, "audits/meeting/open.html", context, status=status)


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def meeting_live(request: SignedInRequest, ref: str) -> HttpResponse:
    """What changed since `seen`, for the step that is open: parts of the page, and fields with their versions."""
    audit, seen = seat(request, ref, NAMED), whole_number(request.GET.get("seen"))
    topic = locking.topic_of(audit)
    doorbell.note_presence(topic, request.user.pk)
    if field := request.GET.get("typing", "")[:40]:
        doorbell.note_typing(topic, request.user.pk, field)
    other = audit.keyworker_id if request.user.pk == audit.auditor_id else audit.auditor_id
    news: dict[str, Any] = {"revision": audit.revision, "here": doorbell.is_here(topic, other)}
    if place := doorbell.place_of(topic, other):
        news |= {"place": place, "place_in_words": step_in_words(place)}
    if audit.state != State.IN_MEETING:
        news |= {
            "over": reverse("audit-sign" if audit.state == State.AGREED else "audit", args=[audit.ref]),
            "why": "The meeting has ended.",
        }
    elif audit.paused_at is not None:
        news |= {"over": reverse("audit-meeting", args=[audit.ref]), "why": "The meeting is paused."}
    elif (only := text_changes.since(audit, seen)) is not None:
        news["fields"] = text_changes.fields(audit, only)
    elif audit.revision != seen:
        news |= changed(request, page_of(request, audit, request.GET.get("step", "")))
    return JsonResponse(news)


def changed(request: SignedInRequest, page: MeetingPage) -> dict[str, Any]:
    """The parts of the page that it does not show like this already, and what is in each field."""
    return {
        "points": page.keys["points"],
        "parts": {
            name: {"key": page.keys[name], "html": render_part(request, page, name)}
            for name in page.parts
            if request.GET.get(name, "") != page.keys[name]
        },
        "fields": {point.key: [point.was, point.value, point.seen, point.saved_by] for point in page.points}
        | {field.key: [field.was, field.choice, field.text, field.saved_by] for field in page.fields},
    }


def render_part(request: SignedInRequest, page: MeetingPage, name: str) -> str:
    """One part of the page; the standard it is about stands after its template's name."""
    template, _, number = name.partition("-")
    part = next((part for part in page.both.talk_parts if part.number == whole_number(number)), None)
    context = {"audit": page.audit, "desk": page, "typed": {}, "part": part}
    return render_to_string(f"audits/meeting/{template}.html", context, request)


@requires(Permission.TAKE_PART)
@require_POST
def mark(request: SignedInRequest, ref: str, criterion: int) -> HttpResponse:
    """Save the mark of one criterion."""
    audit, form = seat_to_save(request, ref), MarkForm(request.POST)
    check_form(form)
    row = lifecycle.record_mark(audit, by=request.user, at=clock.now(), criterion=criterion, **form.cleaned_data)
    return saved(request, audit, request.POST.get("step", ""), version=row.version)


@requires(Permission.TAKE_PART)
@require_POST
def indicator(request: SignedInRequest, ref: str, indicator: int) -> HttpResponse:
    """Save the mark of one headline indicator."""
    audit, form = seat_to_save(request, ref), MarkForm(request.POST)
    check_form(form)
    row = lifecycle.record_mark(audit, by=request.user, at=clock.now(), indicator=indicator, **form.cleaned_data)
    return saved(request, audit, "indicators", version=row.version)


@requires(Permission.TAKE_PART)
@require_POST
def notes(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Save one box."""
    audit, form = seat_to_save(request, ref), NoteForm(request.POST)
    check_form(form)
    row = lifecycle.record_note(audit, by=request.user, at=clock.now(), slug=slug, **form.cleaned_data)
    return saved(request, audit, request.POST.get("step", ""), version=row.version)


@requires(Permission.TAKE_PART)
@require_POST
def step(request: SignedInRequest, ref: str, step: str) -> HttpResponse:
    """Save every field of a step that was touched; the ones that are refused come back with both versions."""
    audit = seat(request, ref)
    if refused := save_step(request, audit, step):
        return render_refused(request, audit, step, refused)
    page = page_of(request, audit, step)
    if page.sight and not page.sight.is_as_shown(request.POST):
        messages.success(request, f"Saved {hour(clock.now())}. Your grade is not proposed yet.")
        return render_step(request, page, typed=request.POST)
    return saved(request, audit, step)


def save_step(request: SignedInRequest, audit: Audit, step: str) -> dict[str, tuple[Typed, Refused]]:
    """Save each field of a step that was touched, whatever becomes of the others; what is refused, by its key."""
    locking.check_going_on(audit)
    refused = {}
    for typed in typed_in(page_of(request, audit, step), request.POST):
        try:
            save_field(request, audit, typed)
        except Refused as refusal:
            refused[typed.key] = (typed, refusal)
    return refused


def render_refused(
    request: SignedInRequest, audit: Audit, step: str, refused: Mapping[str, tuple[Typed, Refused]]
) -> HttpResponse:
    """The page of a step with what was typed in the fields that were refused, and the grade that was not sent."""
    status = max(refusal.status for _, refusal in refused.values())
    page = with_typed(page_of(request, audit, step), refused)
    return render_step(request, page, status=status, errors=errors_of(page), typed=request.POST)


def errors_of(page: MeetingPage | OwnSheetPage) -> list[dict[str, str]]:
    """What was refused, with where it is on the page."""
    points = [
        {"text": f"{point.title}: {point.problem}", "url": f"#{point.key}-e"} for point in page.points if point.problem
    ]
    boxes = [
        {"text": f"{field.box.title}: {field.problem}", "url": f"#{field.key}"}
        for field in page.fields
        if field.problem
    ]
    return points + boxes


def save_field(request: SignedInRequest, audit: Audit, typed: Typed) -> Mark | Note:
    """Save one field of a step by the rule for its kind."""
    who: Mapping[str, Any] = {"by": request.user, "at": clock.now(), "version": typed.version}
    kind, pk = typed.key[:1], typed.key[1:]
    if not pk.isdecimal():
        return lifecycle.record_note(audit, slug=typed.key, choice=typed.first, text=typed.second, **who)
    of: Mapping[str, Any] = {"criterion" if kind == "c" else "indicator": int(pk)}
    return lifecycle.record_mark(audit, value=typed.first, seen=typed.second, **of, **who)


@requires(Permission.TAKE_PART)
@require_POST
def replaced_answer(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Whoever wrote the words that were replaced has seen it."""
    audit = seat_to_save(request, ref)
    replaced.answer_replaced(audit, slug, by=request.user)
    return saved(request, audit, request.POST.get("step", ""))


@requires(Permission.TAKE_PART)
@require_POST
def keys(request: SignedInRequest, ref: str) -> HttpResponse:
    """Turn the single-key shortcuts on or off for oneself."""
    audit = seat(request, ref)
    preferences.choose_keys(by=request.user, at=clock.now(), on=request.POST.get("on") == "1")
    return redirect(step_address(audit, request.POST.get("step", "")))
