"""What a browser may keep of an answer to somebody who is signed in: nothing, and nothing at all once they sign out."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

DOORS = "/accounts/"
"""Where people sign in and out: what is answered there is kept by nobody either."""


def keep_no_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: `private, no-store` on every answer to a session, whatever the view said that is less strict.

    It goes by the session's cookie and asks no database, so that `/health/live` asks none. It stands inside WhiteNoise
    (static files are the same for everybody and stay kept) and outside all else, so that refusals and redirects have
    it, too. An answer that takes the cookie away (sign-out, the screen passed on, a session that has ended) also has
    the browser throw away what it kept before, the pages behind its Back button among it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        given = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if given is not None or settings.SESSION_COOKIE_NAME in request.COOKIES or request.path.startswith(DOORS):
            said = {part.strip().lower() for part in answer.headers.get("Cache-Control", "").split(",")}
            if not {"private", "no-store"} <= said:
                answer.headers["Cache-Control"] = "private, no-store"
        if given is not None and given["max-age"] == 0:
            answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    return middleware
