"""Signing in, and confirming that it is you, by the council's own provider."""

from __future__ import annotations

import logging
import time
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import perform_login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from people import identities, openid
from people.access import SignedInRequest, public, requires, signed_in
from people.roles import Permission
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotNow

log = logging.getLogger(__name__)


def callback_of() -> str:
    """Where the provider sends the browser back to."""
    return f"{settings.SITE_ADDRESS}{reverse('oidc-callback')}"


def back_of(request: HttpRequest) -> str:
    """The page of this site to go on to."""
    back = request.GET.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/"


@public
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider. To confirm, and where a screen is passed on in a meeting, whoever it is types
    their password there: the one who sat here before is still signed in at the provider."""
    if not settings.OIDC_ISSUER:
        raise Http404
    back, confirms = back_of(request), "confirm" in request.GET and signed_in(request.user)
    fresh, callback_address = confirms or "meeting" in back.split("/"), callback_of()
    try:
        there = openid.ask(
            request.session, back=back, fresh=fresh, confirms=confirms, at=time.time(), callback=callback_address
        )
    except openid.NotSignedIn as fault:
        return not_signed_in(request, fault)
    return HttpResponseRedirect(there)


@public
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer: sign in, or confirm."""
    if not settings.OIDC_ISSUER:
        raise Http404
    try:
        answer = openid.read_answer(request.session, request.GET.dict(), at=time.time(), callback=callback_of())
    except openid.NotSignedIn as fault:
        return not_signed_in(request, fault)
    person = identities.person_of_identity(answer, at=clock.now())
    if person is None:
        return render(request, "people/openid_unknown.html", {"mail": answer.mail}, status=403)
    if answer.confirms:
        if person != request.user:
            return not_signed_in(request, openid.NotSignedIn("Somebody else confirmed."))
        record_authentication(request, person, "socialaccount", reauthenticated=True)
        request.GET = QueryDict(urlencode({"next": answer.back}))  # where allauth looks for what waited
        return resume_request(request) or HttpResponseRedirect(answer.back)
    record_authentication(request, person, "socialaccount")
    signed: HttpResponse = perform_login(request, person, email_verification="none", redirect_url=answer.back)
    return signed


def not_signed_in(request: HttpRequest, fault: openid.NotSignedIn) -> HttpResponse:
    """Say that it did not work; the log says why."""
    log.warning("Not signed in: %s", fault)
    return render(request, "people/openid_failed.html", status=403)


@requires(Permission.USE)
@require_GET
def confirm(request: SignedInRequest) -> HttpResponse:
    """Before what few may do: the provider asks who it is again."""
    if not settings.OIDC_ISSUER:
        raise NotNow("The council’s own sign-in is not switched on. Confirm with your password.")
    there = reverse("oidc-start", query={"confirm": 1, "next": back_of(request)})
    return render(request, "people/openid_confirm.html", {"there": there})
