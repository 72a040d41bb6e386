"""Read a request's body to its end, also where the answer did not need it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

MOST = 16 * 1024 * 1024
"""Bytes that are read and thrown away: a little more than the front lets through (docker-compose.yml)."""
PIECE = 64 * 1024


def read_to_end(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: read what is left of a POST's body once it is answered.

    A refusal (no token, signed out, not allowed) often comes before anybody reads the body. The server then closes the
    connection while the front still writes, and a large file gets the front's 502 in place of the refusal's sentence.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if request.method == "POST":
            left = MOST
            with suppress(UnreadablePostError):  # whoever sent it has gone, and with them the reason to read
                while left > 0 and (piece := request.read(PIECE)):
                    left -= len(piece)
        return answer

    return middleware
