"""Being signed out loses no words: whatever was being sent comes back to the person who typed it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from people.access import requires
from people.roles import Permission


@requires(Permission.USE)
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("In.")


def answer(request: HttpRequest) -> HttpResponse:
    request.user = AnonymousUser()
    given = page(request)
    assert isinstance(given, HttpResponse)
    return given


def test_a_page_sends_to_sign_in_and_back(rf: RequestFactory) -> None:
    given = answer(rf.get("/actions/?late=1"))
    assert given.status_code == 302
    assert given.headers["Location"] == "/accounts/login/?next=/actions/%3Flate%3D1"


def test_a_script_is_told_and_its_page_keeps_the_words(rf: RequestFactory) -> None:
    given = answer(rf.post("/actions/1/", {"what": "Three visits."}, headers={"HX-Request": "true"}))
    assert given.status_code == 401
    assert "HX-Redirect" not in given.headers


def test_a_form_gets_its_words_back_but_never_a_password(rf: RequestFactory, db: None) -> None:
    sent = {"what_was_done": "Saw <b>Ana</b> alone on Tuesday.", "kind": "visit", "password": "four calm otters"}
    given = answer(rf.post("/actions/1/", sent))
    text = given.content.decode()
    assert given.status_code == 401
    assert "What was done" in text
    assert "Saw &lt;b&gt;Ana&lt;/b&gt; alone on Tuesday." in text
    assert "otters" not in text
