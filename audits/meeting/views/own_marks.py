"""The sheet of one chair: its page, and its saves one field at a time or a whole standard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audits.meeting import own_marks
from audits.meeting.forms.meeting import MarkForm, NoteForm, Typed, typed_fields, typed_in, typed_sections
from audits.meeting.own_page import OwnSheetPage, build_own_sheet, own_address
from audits.meeting.views.meeting import by_script, check_form, errors_of, seat, seat_to_save
from audits.models import Audit, OwnMark
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.dates import hour
from qualitycounts.base.fields import whole_number
from qualitycounts.base.refusals import LONGEST, Refused


def own_saved(request: SignedInRequest, audit: Audit, step: str, version: int = 0) -> HttpResponse:
    """Say that it is saved: in a line for a script, else on the page of the next standard."""
    at = hour(clock.now())
    if by_script(request):
        return JsonResponse({"saved": at, "version": version, "revision": 0})
    messages.success(request, f"Saved {at}. Only you see it.")
    return redirect(own_address(audit, request.POST.get("next") or step))


def render_sheet(request: SignedInRequest, page: OwnSheetPage, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one standard."""
    context = {"audit": page.audit, "desk": page, "most": LONGEST} | more
    return render(request, "audits/meeting/own.html", context, status=status)


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def own_sheet_step(request: SignedInRequest, ref: str) -> HttpResponse:
    """One standard of one's own sheet."""
    audit = seat(request, ref)
    return render_sheet(request, build_own_sheet(audit, request.user, request.GET.get("step", "")))


@requires(Permission.TAKE_PART)
@never_cache
@require_safe
def own_sheet_live(request: SignedInRequest, ref: str) -> HttpResponse:
    """What is in each field now: asked after a save was refused, as another tab may have saved."""
    page = build_own_sheet(seat(request, ref), request.user, request.GET.get("step", ""))
    fields = {point.key: [point.was, point.value, point.seen, ""] for point in page.points}
    fields |= {field.key: [field.was, "", field.text, ""] for field in page.fields}
    return JsonResponse({"revision": 0, "here": False, "fields": fields})


@requires(Permission.TAKE_PART)
@require_POST
def own_sheet_mark(request: SignedInRequest, ref: str, criterion: int) -> HttpResponse:
    """Save one mark and its page or date."""
    audit, form = seat_to_save(request, ref), MarkForm(request.POST)
    check_form(form)
    row = own_marks.save_own_mark(audit, criterion, by=request.user, at=clock.now(), **form.cleaned_data)
    return own_saved(request, audit, request.POST.get("step", ""), row.version)


@requires(Permission.TAKE_PART)
@require_POST
def own_sheet_note(request: SignedInRequest, ref: str, slug: str) -> HttpResponse:
    """Save one private note; `slug` is an n and the key of its criterion."""
    audit, form = seat_to_save(request, ref), NoteForm(request.POST)
    check_form(form)
    said = form.cleaned_data
    row = own_marks.save_own_note(
        audit,
        whole_number(slug.removeprefix("n")),
        by=request.user,
        at=clock.now(),
        text=said["text"],
        version=said["version"],
    )
    return own_saved(request, audit, request.POST.get("step", ""), row.note_version)


@requires(Permission.TAKE_PART)
@require_POST
def own_sheet_save(request: SignedInRequest, ref: str, step: str) -> HttpResponse:
    """Save every field of a standard that was touched; what is refused comes back with its words."""
    audit = seat(request, ref)
    page = build_own_sheet(audit, request.user, step)
    refused: dict[str, tuple[Typed, Refused]] = {}
    for typed in typed_in(page, request.POST):
        try:
            save_typed(request, audit, typed)
        except Refused as refusal:
            refused[typed.key] = (typed, refusal)
    if not refused:
        return own_saved(request, audit, step)
    fresh = build_own_sheet(audit, request.user, step)
    page = replace(fresh, sections=typed_sections(fresh.sections, refused), fields=typed_fields(fresh.fields, refused))
    status = max(refusal.status for _, refusal in refused.values())
    return render_sheet(request, page, status=status, errors=errors_of(page))


def save_typed(request: SignedInRequest, audit: Audit, typed: Typed) -> OwnMark:
    """Save one field of a standard by the rule for its kind."""
    who: dict[str, Any] = {"by": request.user, "at": clock.now(), "version": typed.version}
    criterion = int(typed.key[1:])
    if typed.key[0] == "n":
        return own_marks.save_own_note(audit, criterion, text=typed.second, **who)
    return own_marks.save_own_mark(audit, criterion, value=typed.first, seen=typed.second, **who)
