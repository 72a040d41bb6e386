"""Pages that were opened before an upgrade, and what they send after it.

Every page carries the version that made it and sends it with what its scripts ask (`HEADER`) and its forms (`FIELD`).
An answer to an older page says so (`UPDATED`), and the page puts up a notice (static/kept/version.js). What an older
page saves is taken while the views still read each of its fields. Where one is not read, or its address is gone,
nothing of it is kept and the answer is `OlderPage`: the words stay on the page and in its tab.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError

from qualitycounts.base.refusals import Stale, answer_refusal, has_words
from qualitycounts.no_store import DOORS

HEADER, FIELD, UPDATED = "X-Page-Version", "page_version", "X-Updated"
ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("audits", "escalation", "people", "qualitycounts", "reporting", "standards", "static", "templates")
KINDS = {".py", ".html", ".js", ".css"}
GONE = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}
SENTENCE = "Quality Counts was updated while this page was open. Your words are kept; load the page again."


def version_of(root: Path) -> str:
    """Name what a folder's pages are made of: the same on every machine, another once any file says something else."""
    names = sha256()
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in KINDS:
                names.update(f"{path.relative_to(root)} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return names.hexdigest()[:12]


VERSION = version_of(ROOT)
"""The version that this process serves, as it was when the process started."""


class OlderPage(Stale):
    """The page is of a version that named its fields differently; nothing was changed. Answers 409."""

    heading = "Quality Counts was updated"


class NotedPost(QueryDict):
    """What a form sent, and which of its fields were read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read = {FIELD, "csrfmiddlewaretoken", "tab"}

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def getlist(self, name: str, default: Any = None) -> list[Any]:
        """Every value of a field."""
        self.read.add(name)
        return super().getlist(name, default)

    def lost(self, *, by_script: bool) -> bool:
        """Whether nothing has read a field with words in it. A script sends what it saves; a whole form sends more than
        its view needs, so there two words together count."""
        says_something = has_words if by_script else has_two_words
        return any(name not in self.read and any(map(says_something, values)) for name, values in self.lists())


def has_two_words(text: str) -> bool:
    """Whether there is a space within it, which no key of ours has."""
    return " " in text.strip()


def is_of_older_page(request: HttpRequest) -> bool:
    """Whether the page that asks was made by another version. One that does not say counts as this version's."""
    try:
        page = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    except UnreadablePostError:  # the browser has gone: whoever reads it next says so
        return False
    return page not in ("", VERSION)


def answer_older_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the innermost: an older page's answer says that it is old, and what it saves is seen to be whole."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_of_older_page(request):
            return get_response(request)
        is_save = request.method == "POST" and not request.path.startswith(DOORS)
        answer = save_of_older_page(request, get_response) if is_save else get_response(request)
        answer.headers[UPDATED] = "1"
        return answer

    return middleware


def save_of_older_page(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Answer a save in one transaction, which is undone where a field was sent that its view does not read."""
    sent = NotedPost(mutable=True, encoding=request.encoding)
    for name, values in request.POST.lists():
        sent.setlist(name, values)
    request.POST = sent  # type: ignore[assignment]
    with transaction.atomic():
        answer = get_response(request)
        is_lost = answer.status_code < HTTPStatus.BAD_REQUEST and sent.lost(by_script="HX-Request" in request.headers)
        if is_lost or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            transaction.set_rollback(True)
    if not is_lost and answer.status_code not in GONE:
        return answer
    request._messages = default_storage(request)  # type: ignore[attr-defined]  # what it said was done was not
    return answer_refusal(request, OlderPage(SENTENCE))
