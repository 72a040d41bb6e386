"""One screen between two people: passing it on, a PIN for one's own chair, and coming back by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audits.locking import check_going_on
from audits.meeting import pins
from audits.meeting.forms.pin import PinForm
from audits.meeting.steps import step_address
from audits.meeting.views.meeting import seat
from audits.models import Audit
from people.access import SignedInRequest, public, requires
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.form_attempt import TAKEN, attempt, typed
from qualitycounts.base.refusals import NotNow

PASSED = "screen_passed"
"""The signed cookie of a screen that was passed on: the audit, whom to, and the step to come back to. Not the session:
a late answer to the page before would take that away."""
WAITS = 30 * 60
"""Seconds for which a screen that was passed on asks for the PIN."""
BY_PIN = "signed_in_by_pin"
"""In a session that a PIN opened: the key of that PIN."""
PLACES = ("audit-meeting", "audit-plan", "concern-new")
"""What such a session reaches of its audit, and what lies under it."""


@requires(Permission.TAKE_PART)
@require_POST
def pass_screen(request: SignedInRequest, ref: str) -> HttpResponse:
    """Sign out, so that the other comes in as themselves, back at this step: by their PIN, else by a full sign-in."""
    audit, step = seat(request, ref), request.POST.get("step", "")
    other = audit.keyworker_id if request.user.pk == audit.auditor_id else audit.auditor_id
    by_pin = other is not None and pins.pin_of(audit, other, at=clock.now()) is not None
    logout(request)
    if not by_pin:
        return HttpResponseRedirect(sign_in_address(audit, step))
    answer = redirect("pin-enter", audit.ref)
    passed = signing.dumps({"audit": audit.pk, "to": other, "step": step}, salt=PASSED)
    answer.set_cookie(
        PASSED, passed, max_age=WAITS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return answer


def passed_here(request: HttpRequest) -> dict[str, Any]:
    """What was passed on to this browser; nothing where it was not, or too long ago."""
    try:
        passed: dict[str, Any] = signing.loads(request.COOKIES.get(PASSED, ""), salt=PASSED, max_age=WAITS)
    except signing.BadSignature:
        return {}
    return passed


def sign_in_address(audit: Audit, step: str) -> str:
    """The full sign-in, and back to a step."""
    return reverse("account_login", query={"next": step_address(audit, step)})


@requires(Permission.TAKE_PART)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pin_set(request: SignedInRequest, ref: str) -> HttpResponse:
    """Set the PIN of one's own chair; not from a session that a PIN opened."""
    audit = seat(request, ref)
    check_going_on(audit)
    if BY_PIN in request.session:
        raise NotNow("You came in by your PIN. To set a new one, sign out and sign in with your password first.")
    form, status = PinForm(typed(request)), 200
    if request.method == "POST":
        status = attempt(form, lambda: pins.set_pin(audit, by=request.user, at=clock.now(), **form.cleaned_data))
        if status == TAKEN:
            messages.success(request, "Your PIN is set. It opens this meeting, on a screen that is passed to you.")
            return redirect(step_address(audit, request.GET.get("step", "")))
    return render(request, "audits/meeting/pin.html", {"audit": audit, "form": form}, status=status)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pin_enter(request: HttpRequest, ref: str) -> HttpResponse:
    """Come back by PIN to a screen that was passed on; without a pass in this browser, the full sign-in."""
    passed = passed_here(request)
    audit = pins.audit_passed(passed.get("audit", 0), ref)
    if audit is None:
        return redirect("account_login")
    address, now = sign_in_address(audit, passed["step"]), clock.now()
    pin = pins.pin_of(audit, passed["to"], at=now)
    form, status = PinForm(typed(request)), 200
    if request.method == "POST" and pin and form.is_valid():
        if came := pins.try_pin(audit, passed["to"], at=now, digits=form.cleaned_data["digits"]):
            request.session.flush()
            login(request, came.set_by)
            request.session[BY_PIN] = came.pk
            answer = HttpResponseRedirect(step_address(audit, passed["step"]))
            answer.delete_cookie(PASSED)
            return answer
        pin, status = pins.pin_of(audit, passed["to"], at=now), 422
        left = pins.TRIES - pin.tries if pin else 0
        form.add_error("digits", f"That is not the PIN. {left} {'try' if left == 1 else 'tries'} left.")
    context = {"audit": audit, "form": form, "pin": pin, "sign_in": address}
    return render(request, "audits/meeting/pin_enter.html", context, status=status)


class PinSessionMiddleware:
    """Ends a session that a PIN opened once that PIN is gone, or it asks for anything but the PIN's meeting."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if getattr(view, "permissions", None) == ():
            return  # the same for everybody; a health check asks no database. What allauth answers is not among them
        pin = request.session.get(BY_PIN)
        if pin is not None and not is_within(pin, request.path):
            logout(request)


def is_within(pin: int, path: str) -> bool:
    """Whether the PIN still stands and the address is one of its meeting's."""
    ref = pins.ref_of_pin(pin)
    return ref is not None and path.startswith(tuple(reverse(place, args=[ref]) for place in PLACES))
