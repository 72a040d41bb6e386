"""How a rule says no: one plain sentence that tells what to do next, and the status that goes with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

P = ParamSpec("P")
LONGEST = 10_000
"""Characters that one box takes."""
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What no database keeps as text: NUL, and half of a pair."""


class Refused(Exception):
    """What was asked cannot be done with these words or values. Answers 422; `others` are wrong beside it."""

    status = 422
    heading = "That could not be done"

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.others: list[Refused] = []


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


def allows(check: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> bool:
    """Whether a check lets it through: its yes or no, for a button. What is no `Refused` is a fault, and is raised."""
    try:
        check(*args, **kwargs)
    except Refused:
        return False
    return True


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


def has_words(text: str) -> bool:
    """Whether there is a letter in it: a full stop alone says nothing."""
    return any(char.isalpha() for char in text)


def words_typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a person wrote in the form that was sent: each text with the name of its field."""
    return [
        (name.replace("_", " "), text)
        for name, texts in request.POST.lists()
        for text in texts
        if " " in text.strip() and "password" not in name
    ]


def pressed_not_opened(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page for an address that only a button sends to: a browser shows an empty answer as a fault of its own."""
    context = {
        "heading": "There is no page here",
        "sentence": "This address only takes what a button sends. Open the page with the button, and press it there.",
    }
    page = render(request, "errors/refused.html", context, status=response.status_code)
    page["Allow"] = response["Allow"]
    return page


def answer_refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a refusal with its sentence and status: as JSON or a line for a script, else as a page."""
    if request.headers.get("Accept", "").startswith("application/json"):
        said = {"sentence": refusal.sentence, "field": refusal.field}
        return JsonResponse(said | {"current": getattr(refusal, "current", "")}, status=refusal.status)
    back = request.headers.get("Referer", "")
    site = f"{request.scheme}://{request.get_host()}/"
    context = {
        "heading": refusal.heading,
        "sentence": refusal.sentence,
        "current": getattr(refusal, "current", ""),
        "back": back if back.startswith(site) else "",
        "typed": words_typed(request),
    }
    template = "errors/refused_line.html" if request.headers.get("HX-Request") else "errors/refused.html"
    return render(request, template, context, status=refusal.status)


class RefusalMiddleware:
    """Answers a `Refused` that a view let through with its sentence and status, as a page, a line or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET" and not response.content:
            return pressed_not_opened(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_refusal(request, exception) if isinstance(exception, Refused) else None
