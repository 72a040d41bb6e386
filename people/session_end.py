"""When a session ends by itself: once nobody did anything for half an hour, and ten hours after signing in whatever
they did. Giving one's password again moves neither.

It is measured by the machine's own clock, as the session's cookie is, and not by the day that a demonstration shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from people.models import User

BEGAN, USED = "session_began", "session_used"
"""When somebody signed in, and when they last did something, in seconds, as the session keeps them."""
WHY = "You were signed out because nothing was done for a while, or after ten hours."


def begin_session(request: HttpRequest, **_: Any) -> None:
    """Write down that a session begins now; Django says so at each sign-in."""
    request.session[BEGAN] = request.session[USED] = time.time()


def seconds_left(session: Mapping[str, Any], *, at: float) -> tuple[int, bool]:
    """Seconds until the session ends by itself, 0 once it has, and whether nothing that one does puts that off."""
    idle = session.get(USED, 0) + settings.SESSION_IDLE - at
    whole = session.get(BEGAN, 0) + settings.SESSION_COOKIE_AGE - at
    return max(0, int(min(idle, whole))), whole <= idle


def left_now(session: Mapping[str, Any]) -> tuple[int, bool]:
    """`seconds_left` at this moment."""
    return seconds_left(session, at=time.time())


def is_use(request: HttpRequest) -> bool:
    """Whether a person did this: opened a page, or sent something. What a page asks by itself is none."""
    if request.method not in ("GET", "HEAD"):
        return True
    by_script = "HX-Request" in request.headers or request.headers.get("Accept") == "text/event-stream"
    return not by_script and request.headers.get("Sec-Fetch-Dest", "document") == "document"


def person_of_request(request: HttpRequest) -> User | AnonymousUser:
    """Who is signed in; nobody once their session has ended by itself. What they do now is written down, at most every
    sixtieth of the time that they may do nothing."""
    user = get_user(request)
    if not isinstance(user, User):
        return AnonymousUser()
    at, session = time.time(), request.session
    left, _ = seconds_left(session, at=at)
    if left <= 0:
        session.flush()
        if request.method == "GET" and is_use(request):
            messages.info(request, WHY, fail_silently=True)
        return AnonymousUser()
    if is_use(request) and at - session[USED] > settings.SESSION_IDLE / 60:
        session[USED] = at
        session.save()  # at once: what another request of theirs writes meanwhile is not to be overwritten at the end
        session.modified = False
    return user


def end_by_itself(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware under Django's own: `request.user` is nobody once the session has ended. Asks nothing until asked."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: person_of_request(request))  # type: ignore[assignment]
        return get_response(request)

    return middleware
