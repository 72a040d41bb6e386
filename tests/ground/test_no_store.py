"""Nobody's browser keeps an answer to somebody who was signed in: each address is walked in people/test_access.py."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from people.models import User
from people.url_permissions import doors
from tests.factories import Council
from tests.people.test_access import kept, world
from tests.world import World

__all__ = ["world"]


def test_the_pages_that_are_open_to_anybody_are_not_stored_once_one_is_signed_in(
    client: Client, council: Council
) -> None:
    client.force_login(council.keyworker)
    public = [door.name for door in doors() if door.permissions == () and "<" not in door.route]
    assert "brand" in public
    wrong = [name for name in public if "logout" not in name and kept(client.get(reverse(name)))]
    assert wrong == []
    for url in ("/nothing/like/it/", "/audits", "/static-not/../help/"):
        assert not kept(client.get(url)), url
    assert not kept(client.generic("DELETE", "/")), "a method that is not answered"


def test_signing_in_and_out_is_not_stored_and_signing_out_empties_the_browser(client: Client, v7: Any) -> None:
    assert not kept(client.get("/accounts/login/"))
    person = User.objects.create_user("ana@example.gov.uk", "four calm otters swim", name="Ana")
    sent = {"login": person.email, "password": "four calm otters swim"}
    came = client.post("/accounts/login/", sent)
    assert (came.status_code, kept(came)) == (302, False)
    assert "Clear-Site-Data" not in came.headers
    assert "Clear-Site-Data" not in client.get("/help/").headers

    went = client.post("/accounts/logout/")

    assert (went.status_code, kept(went)) == (302, False)
    assert went.headers["Clear-Site-Data"] == '"cache"'


def test_the_screen_passed_on_and_a_session_that_has_ended_empty_the_browser_too(client: Client, world: World) -> None:
    audit = world.ours.open_audit
    assert audit.auditor is not None
    client.force_login(audit.auditor)
    passed = client.post(f"/audits/{audit.ref}/meeting/pass/", {"step": "1"})
    assert passed.headers["Clear-Site-Data"] == '"cache"'

    client.force_login(audit.auditor)
    client.session.delete()
    assert client.get("/").headers["Clear-Site-Data"] == '"cache"'


def test_what_is_the_same_for_everybody_stays_kept(client: Client, db: None) -> None:
    assert client.get(reverse("brand")).headers["Cache-Control"] == "max-age=3600"
