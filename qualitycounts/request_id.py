"""One name for everything that the log says of one request."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""What is taken over from the front: nothing that could forge a line of a log."""


def name_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: give the request the front's own id or a new one, in every event logged meanwhile and in the answer.

    At `LOG_LEVEL=INFO` each answer is an event itself, with the name of its route and no address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        known = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
        # It stays until the thread's next request: Django logs a refusal once every middleware is through.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=known)
        began = time.perf_counter()
        answer = get_response(request)
        match = request.resolver_match
        said = {
            "route": match.view_name if match else None,
            "status": answer.status_code,
            "ms": round(1000 * (time.perf_counter() - began)),
        }
        log.info("Answered", extra=said)
        answer.headers[HEADER] = known
        return answer

    return middleware
