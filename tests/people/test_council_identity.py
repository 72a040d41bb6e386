"""The council's name and colour: the server's until they are set on the page, by an administrator or the Head of QA."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from people import council_identity, council_settings, notices
from people.models import User
from qualitycounts.base.refusals import NotAllowed, Refused
from tests.conftest import NOW, TODAY
from tests.factories import Council
from tests.notices import PlainText
from tests.people.handed import confirm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY
    settings.COUNCIL_NAMED = False


def change(setting: council_identity.ServerText, value: str, by: User) -> None:
    council_settings.change(setting, by=by, at=NOW, value=value, why="Ours", number=setting.changes)


def test_the_name_that_is_set_stands_on_pages_and_under_mails(council: Council) -> None:
    assert not council_identity.is_named()
    change(council_identity.NAME, "  Ashdown   Borough Council ", council.administrator)
    assert council_identity.is_named()
    assert "Ashdown Borough Council" in Client().get("/help/").content.decode()
    notices.notify(to=[council.auditor], text=PlainText("S", "B", "/"), key="k", at=NOW)
    notices.deliver_outbox(at=NOW)
    assert mail.outbox[0].body.endswith("Quality Counts, Ashdown Borough Council\n")


def test_a_colour_is_asked_for_anew_once_it_changes(council: Council) -> None:
    assert "brand.css" not in Client().get("/help/").content.decode()
    change(council_identity.COLOUR, "#7A1F5C", council.head_of_qa)
    assert "/brand.css?%237A1F5C" in Client().get("/help/").content.decode()
    assert "--qc-brand:#7A1F5C" in Client().get("/brand.css").content.decode()


@pytest.mark.parametrize("typed", ["", " ", "x", "…", "<b>x</b>", "y" * 81])
def test_what_is_no_name_is_refused(council: Council, typed: str) -> None:
    with pytest.raises(Refused, match="council’s name"):
        change(council_identity.NAME, typed, council.administrator)
    change(council_identity.NAME, "y" * 80, council.administrator)


@pytest.mark.parametrize("typed", ["red", "#12436", "#12436dd", "#12436g", "url(x)"])
def test_what_is_no_colour_is_refused(council: Council, typed: str) -> None:
    with pytest.raises(Refused, match="six letters or figures"):
        change(council_identity.COLOUR, typed, council.administrator)


def test_an_administrator_changes_the_name_with_the_password_and_no_rule_of_the_strategy(council: Council) -> None:
    client = Client()
    client.force_login(council.administrator)
    sent = {"value": "Ashdown", "why": "Our name", "number": "0"}
    assert "/accounts/confirm/" in client.post("/settings/council_name/change/", sent)["Location"]
    confirm(client)
    assert client.post("/settings/council_name/change/", sent).status_code == 302
    assert council_identity.NAME.value() == "Ashdown"
    assert client.get("/settings/sign_days/change/").status_code == 200
    assert client.post("/settings/sign_days/change/", {"value": "3", "why": "x", "number": "0"}).status_code == 403
    with pytest.raises(NotAllowed):
        change(council_identity.NAME, "Other", council.qa_officer)
