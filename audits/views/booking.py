"""Before the meeting: booking it, its invitation, and the keyworker's preparation."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audits import booking, pack
from audits.access import audit_or_404, meeting_or_404
from audits.forms.attempt import TAKEN, attempt, typed
from audits.forms.booking import BookForm
from audits.invitation import invitation
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
            messages.success(
                request, f"Booked for {day(form.when())} at {hour(form.when())}. {audit.keyworker} is told."
            )
            return redirect("audit", audit.ref)
    return render(request, "audits/book.html", {"audit": audit, "form": form}, status=status)


@requires(Permission.SEE_AUDIT)
@require_safe
def calendar(request: SignedInRequest, ref: str) -> HttpResponse:
    """The invitation for one's own calendar."""
    audit = audit_or_404(request.user, ref)
    address = f"{settings.SITE_ADDRESS}{reverse('audit', args=[audit.ref])}"
    file = invitation(audit, at=clock.now(), address=address)
    headers = {"Content-Disposition": f'attachment; filename="{audit.ref}.ics"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every question of the meeting beforehand; the keyworker says that the file is up to date."""
    audit = meeting_or_404(request.user, ref)
    if request.method == "POST":
        booking.prepare(audit, by=request.user, at=clock.now())
        messages.success(request, f"Thank you. {audit.auditor or 'The auditor'} is told that the file is ready.")
        return redirect("audit-prepare", audit.ref)
    context = {"audit": audit, "pack": pack.pack(audit), "ready": booking.can_prepare(audit, by=request.user)}
    return render(request, "audits/prepare.html", context)
