"""Before the meeting: booking it, its invitation, and the keyworker's preparation."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audits.access import attended_or_404, audit_or_404, meeting_or_404
from audits.booking import book as booking_book
from audits.booking import book_page, pack
from audits.booking import self_check as own
from audits.booking.forms.booking import BookForm
from audits.booking.forms.preparation import CheckedForm, SelfCheckForm
from audits.booking.invitation import entry_to_keep
from audits.form_boxes import indicators_of
from audits.models import Audit
from audits.third_chair import third_chair_of
from people.access import SignedInRequest, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.dates import day_in_words, hour
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.base.refusals import allows


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_book(request: SignedInRequest, ref: str) -> HttpResponse:
    """The auditor books the meeting, or books it again."""
    audit = meeting_or_404(request.user, ref)
    booking_book.check_book(audit, by=request.user)
    booking_book.check_case_open(audit, on=clock.today())
    form = BookForm(typed(request), initial=book_page.first_values(audit, request.GET.get("at", "")))
    status = 200
    if request.method == "POST":
        rule = partial(book_page.book_asked, audit, by=request.user, at=clock.now())
        status = attempt(form, lambda: rule(meets=form.when(), **form.said()))
        if status == TAKEN:
            when = f"{day_in_words(form.when())} at {hour(form.when())}"
            messages.success(request, f"Booked for {when}. You and {audit.keyworker} have it by e-mail.")
            return redirect("audit", audit.ref)
    third = third_chair_of(audit, on=clock.today())
    free = book_page.times_offered(audit, third, at=clock.now())
    context = {"audit": audit, "form": form, "free": free, "third": third}
    return render(request, "audits/booking/book.html", context, status=status)


@requires(Permission.SEE_AUDIT)
@require_safe
def calendar(request: SignedInRequest, ref: str) -> HttpResponse:
    """The entry for one's own calendar, to be put there by hand."""
    audit = audit_or_404(request.user, ref)
    file = entry_to_keep(audit, at=clock.now()).encode()
    headers = {"Content-Disposition": f'attachment; filename="{audit.ref}.ics"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_prepare(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every question of the meeting beforehand; the keyworker says that the file is checked and up to date."""
    audit = attended_or_404(request.user, ref)
    if request.method != "POST":
        return render_preparation(request, audit)
    form = CheckedForm(typed(request), today=clock.today())
    booking_book.check_prepare(audit, by=request.user)
    rule = partial(booking_book.confirm_file_checked, audit, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(checked_on=form.cleaned_data["checked_on"]))
    if status != TAKEN:
        return render_preparation(request, audit, status=status, form=form)
    messages.success(request, f"Thank you. {audit.auditor or 'The auditor'} is told that the file is ready.")
    return redirect("audit-prepare", audit.ref)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request: SignedInRequest, ref: str) -> HttpResponse:
    """Keep a worker's own look at the indicators."""
    audit = attended_or_404(request.user, ref)
    if request.method != "POST":
        return redirect("audit-prepare", audit.ref)
    booking_book.check_looks_ahead(audit, by=request.user)
    form = SelfCheckForm(typed(request), indicators=indicators_of(audit))
    rule = partial(own.save_self_check, audit, by=request.user, at=clock.now())
    status = attempt(form, lambda: rule(**form.asked()))
    if status != TAKEN:
        return render_preparation(request, audit, status=status, own_form=form)
    messages.success(request, "Kept. Only you see it.")
    return redirect("audit-prepare", audit.ref)


def render_preparation(request: SignedInRequest, audit: Audit, *, status: int = 200, **forms: object) -> HttpResponse:
    """The preparation page of any chair."""
    audit_pack = pack.pack(audit)
    closed = audit.is_to_replace(clock.today())
    yours = allows(booking_book.check_looks_ahead, audit, by=request.user) and not closed
    saved = own.self_check_of(audit, request.user) if yours else None
    context = {
        "audit": audit,
        "pack": audit_pack,
        "ready": not closed and booking_book.can_prepare(audit, by=request.user),
        "case_closed": closed,
        "checked_form": forms.get("form") or CheckedForm(today=clock.today()),
        "own_form": SelfCheckForm(indicators=[indicator for indicator, _ in audit_pack.indicators], saved=saved)
        if yours and audit_pack.indicators
        else None,
        "own_saved": saved,
        "bring": pack.BRING,
    }
    return render(request, "audits/booking/prepare.html", context | forms, status=status)


@requires(Permission.TAKE_PART)
@require_safe
def auditors_pack(request: SignedInRequest, ref: str) -> HttpResponse:
    """All that the auditor brings: the case, its last audit and what became of it, and the guide."""
    audit = meeting_or_404(request.user, ref)
    pack.check_auditors(audit, by=request.user)
    return render(request, "audits/booking/pack.html", pack.auditors(audit))
