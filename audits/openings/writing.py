"""Write down that a person opened a record: one statement a page, and never a fault of the page."""

from __future__ import annotations

import logging
import re
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from audits.models import Opening
from audits.openings.addresses import opens
from people import access

log = logging.getLogger(__name__)
SHOWN = (200, 206, 409, 422)
"""The answers that show a page: what was asked for, or the form again with what is wrong."""
AUDIT_REF = re.compile(r"QC-\d{4}-\d+")


def opening_of(request: HttpRequest, answer: HttpResponseBase, *, at: datetime) -> Opening | None:
    """The opening that an answer is, not saved; None where no record was shown, or nobody is signed in."""
    match = request.resolver_match
    if match is None or request.method == "HEAD" or answer.status_code not in SHOWN:
        return None
    opened = opens(match.route)
    if opened is None or not access.signed_in(request.user):
        return None
    kind, names = opened
    ref = "/".join(str(match.kwargs[name]) for name in names)
    audit_ref = AUDIT_REF.search(ref)
    by_itself = kind == Opening.Kind.LIST or request.method != "GET" or "HX-Request" in request.headers
    return Opening(
        at=at,
        by=request.user,
        roles=",".join(sorted(access.roles(request.user))),
        in_place_of_id=next(iter(access.covered_by(request.user)), None),
        kind=kind,
        ref=ref[:80],
        audit_ref=audit_ref[0] if audit_ref else "",
        case_key=match.kwargs["pk"] if kind == Opening.Kind.CASE else None,
        page=(match.url_name or "")[:60],
        as_file=not answer.headers.get("Content-Type", "").startswith("text/html"),
        address=address_of(request),
        slot=at.replace(minute=0, second=0, microsecond=0) if by_itself else at,
    )


def address_of(request: HttpRequest) -> str | None:
    """The network address that asks, as the limits on sign-in take it; None where it cannot be told."""
    try:
        return get_adapter().get_client_ip(request) or None
    except PermissionDenied:
        return None


def write_down(opening: Opening) -> None:
    """Save it, once for its slot, in one statement. What the database refuses stands in the log: the page goes on."""
    try:
        Opening.objects.bulk_create([opening], ignore_conflicts=True)
    except DatabaseError:
        log.exception("The opening of %s by %s could not be written down.", opening, opening.by_id)
