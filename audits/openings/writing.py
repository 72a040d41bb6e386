"""Write down that a person opened a record: at most one statement a page, and never a fault of the page."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from audits.models import Opening
from audits.openings.addresses import is_by_the_hour, opens
from people import access

log = logging.getLogger(__name__)
SHOWN = (200, 206, 409, 422)
"""The answers that show a page: what was asked for, or the form again with what is wrong."""
PAGES = ("text/html", "application/json")
"""What is read on the screen, or what a page fetches for itself; everything else is a file."""
AUDIT_REF = re.compile(r"QC-\d{4}-\d+")
A_SLOT = 3_600
"""Seconds for which the cache says that an opening which counts once an hour is written down."""


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
    as_file = not answer.headers.get("Content-Type", "").startswith(PAGES)
    by_itself = request.method != "GET" or "HX-Request" in request.headers or is_by_the_hour(match.route)
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
        as_file=as_file,
        address=address_of(request),
        slot=at.replace(minute=0, second=0, microsecond=0) if by_itself and not as_file else at,
    )


def address_of(request: HttpRequest) -> str | None:
    """The network address that asks, as the limits on sign-in take it; None where it cannot be told."""
    try:
        return get_adapter().get_client_ip(request) or None
    except PermissionDenied:
        return None


def write_down(opening: Opening, *, session: str | None) -> None:
    """Save it, once for its slot, in one statement; none where the cache says that this sign-in has it in its slot.

    The row is there before the cache says so, and a cache that forgets costs a statement, never an opening. What the
    database refuses stands in the log, whole, so that it can be put back: the page goes on.
    """
    by_the_hour = opening.slot != opening.at
    seen = f"{session}:{opening.by_id}:{opening.page}:{opening.ref}:{opening.slot:%Y%m%d%H}"
    key = f"opening:{sha256(seen.encode()).hexdigest()}"
    if by_the_hour and cache.get(key):
        return
    try:
        Opening.objects.bulk_create([opening], ignore_conflicts=True)
    except DatabaseError:
        log.exception("An opening could not be written down: %s", opening_in_words(opening))
        return
    if by_the_hour:
        cache.set(key, 1, A_SLOT)


def opening_in_words(opening: Opening) -> str:
    """Every column of an opening that was not saved, for the log: references and keys, no words of the record."""
    fields = [field.attname for field in Opening._meta.concrete_fields if not field.primary_key]
    return ", ".join(f"{name}={getattr(opening, name)}" for name in fields)
