"""How a rule says no: one plain sentence that tells what to do next, and the status that goes with it."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

LONGEST = 10_000
"""Characters that one box takes."""
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What no database keeps as text: NUL, and half of a pair."""


class Refused(Exception):
    """What was asked cannot be done with these words or values. Answers 422."""

    status = 422
    heading = "That could not be done"

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class TooLarge(Refused):
    """The file is bigger than is taken. Answers 413."""

    status = 413
    heading = "That file is too large"


class NotNow(Refused):
    """Right act, wrong moment: the state does not allow it. Answers 409."""

    status = 409
    heading = "That cannot be done now"


class Stale(NotNow):
    """The page was older than the record; nothing was changed. Answers 409 and carries what is there now."""

    heading = "Someone else changed this first"

    def __init__(self, sentence: str, field: str = "", current: str = "") -> None:
        super().__init__(sentence, field)
        self.current = current


class NotAllowed(Refused):
    """This person may not do this. Answers 403."""

    status = 403
    heading = "You cannot do this"


def check_text(text: str, field: str = "", *, most: int = LONGEST) -> None:
    """Refused (422) over `most` characters, or with what cannot be kept as text."""
    if len(text) > most:
        raise Refused(
            f"That is {len(text):,} characters, and one box takes {most:,}. Shorten it; nothing was lost here.", field
        )
    if NOT_TEXT.search(text):
        raise Refused("There is a character in it that cannot be kept. Type it again instead of pasting it.", field)


def written(text: str, field: str, ask: str = "", *, most: int = LONGEST) -> str:
    """What a person wrote, without the space around it.

    Refused (422) as `check_text`, and without a letter or figure where `ask` asks for words.
    """
    check_text(text, field, most=most)
    if ask and not any(char.isalnum() for char in text):
        raise Refused(ask, field)
    return text.strip()


class RefusalMiddleware:
    """Answers a `Refused` that a view let through with its sentence and status, as a page, a line or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            said = {"sentence": exception.sentence, "field": exception.field}
            return JsonResponse(said | {"current": getattr(exception, "current", "")}, status=exception.status)
        back = request.headers.get("Referer", "")
        here = f"{request.scheme}://{request.get_host()}/"
        context = {
            "heading": exception.heading,
            "sentence": exception.sentence,
            "current": getattr(exception, "current", ""),
            "back": back if back.startswith(here) else "",
        }
        template = "errors/refused_line.html" if request.headers.get("HX-Request") else "errors/refused.html"
        return render(request, template, context, status=exception.status)
