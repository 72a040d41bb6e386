"""Before the meeting: booking it, its invitation, and the keyworker's preparation."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits import booking, pack
from audits import self_check as own
from audits.access import audit_or_404, meeting_or_404
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.booking import BookForm
from audits.forms.preparation import CheckedForm, SelfCheckForm
from audits.invitation import invitation
from audits.models import Audit
from audits.sheet import indicators_of
from people.access import SignedInRequest, requires
from people.roles import Permission
from people.templatetags.qc import day, hour
from qualitycounts import clock


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: SignedInRequest, ref: str) -> HttpResponse:
    """The auditor books the meeting, or books it again."""
    audit = meeting_or_404(request.user, ref)
    booking.check_book(audit, by=request.user)
    local = audit.meets.astimezone(clock.LONDON) if audit.meets else None
    initial = {"meets": local.date(), "time": local.time(), "place": audit.place} if local else {}
    form = BookForm(typed(request), initial=initial)
    status = 200
    if request.method == "POST":
        rule = partial(booking.book, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(meets=form.when(), place=form.cleaned_data["place"]))
        if status == TAKEN:
            when = f"{day(form.when())} at {hour(form.when())}"
            messages.success(request, f"Booked for {when}. You and {audit.keyworker} have it by e-mail.")
            return redirect("audit", audit.ref)
    return render(request, "audits/book.html", {"audit": audit, "form": form}, status=status)


@requires(Permission.SEE_AUDIT)
@require_safe
def calendar(request: SignedInRequest, ref: str) -> HttpResponse:
    """The invitation for one's own calendar."""
    audit = audit_or_404(request.user, ref)
    file = invitation(audit, at=clock.now()).encode()
    headers = {"Content-Disposition": f'attachment; filename="{audit.ref}.ics"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every question of the meeting beforehand; the keyworker says that the file is checked and up to date."""
    audit = meeting_or_404(request.user, ref)
    if request.method != "POST":
        return show(request, audit)
    form = CheckedForm(typed(request), today=clock.today())
    booking.check_prepare(audit, by=request.user)
    rule = partial(booking.prepare, audit, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(checked_on=form.cleaned_data["checked_on"]))
    if status != TAKEN:
        return show(request, audit, status=status, form=form)
    messages.success(request, f"Thank you. {audit.auditor or 'The auditor'} is told that the file is ready.")
    return redirect("audit-prepare", audit.ref)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request: SignedInRequest, ref: str) -> HttpResponse:
    """Keep the keyworker's own look at the indicators."""
    audit = meeting_or_404(request.user, ref)
    if request.method != "POST":
        return redirect("audit-prepare", audit.ref)
    booking.check_prepare(audit, by=request.user)
    form = SelfCheckForm(typed(request), indicators=indicators_of(audit))
    rule = partial(own.save, audit, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.asked()))
    if status != TAKEN:
        return show(request, audit, status=status, own_form=form)
    messages.success(request, "Kept. Only you see it.")
    return redirect("audit-prepare", audit.ref)


def show(request: SignedInRequest, audit: Audit, *, status: int = 200, **forms: object) -> HttpResponse:
    """The preparation page of either chair."""
    found = pack.pack(audit)
    yours = booking.is_keyworker_before(audit, by=request.user)
    saved = own.of(audit, request.user) if yours else None
    context = {
        "audit": audit,
        "pack": found,
        "ready": booking.can_prepare(audit, by=request.user),
        "checked_form": forms.get("form") or CheckedForm(today=clock.today()),
        "own_form": SelfCheckForm(indicators=found.indicators, saved=saved) if yours and found.indicators else None,
        "own_saved": saved,
        "bring": pack.BRING,
    }
    return render(request, "audits/prepare.html", context | forms, status=status)


@requires(Permission.TAKE_PART)
@require_safe
def auditors_pack(request: SignedInRequest, ref: str) -> HttpResponse:
    """All that the auditor brings: the case, its last audit and what became of it, and the guide."""
    audit = meeting_or_404(request.user, ref)
    pack.check_auditors(audit, by=request.user)
    return render(request, "audits/pack.html", pack.auditors(audit))
