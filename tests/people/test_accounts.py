"""Accounts by hand: another name or address, a sign-in closed today, and somebody who is on no list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from audits.allocation import give_back
from audits.register import extracts
from people import accounts
from people.models import Membership, Notice, Team, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import NOVEMBER, staff_csv
from tests.conftest import NOW, TODAY
from tests.factories import PASSWORD, Council, UserFactory, booked_audit, open_audit
from tests.people.handed import confirm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def administrator(client: Client, council: Council) -> Client:
    """An administrator who has just given their password."""
    client.force_login(council.administrator)
    confirm(client)
    return client


def signs_in(email: str) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client.get("/").status_code == 200


def test_a_new_surname_and_address_by_hand(administrator: Client, council: Council) -> None:
    UserFactory.create(name="Second Thackeray", roles=(Role.ADMINISTRATOR,))
    person = council.keyworker
    page = f"/people/{person.pk}/"
    assert "Rename" in text(administrator.get(page))
    assert administrator.post(f"{page}rename/", {"name": "Niamh Byrne", "why": ""}).status_code == 422
    assert administrator.post(f"{page}rename/", {"name": "Niamh  Byrne", "why": "Married"}).status_code == 302
    taken = administrator.post(f"{page}email/", {"email": council.manager.email, "why": "Married"})
    assert (taken.status_code, "merge the two accounts" in text(taken)) == (422, True)
    assert administrator.post(f"{page}email/", {"email": "niamh", "why": "Married"}).status_code == 422
    assert (
        administrator.post(f"{page}email/", {"email": "Niamh.Byrne@example.gov.uk", "why": "Married"}).status_code
        == 302
    )
    person.refresh_from_db()
    assert (person.name, person.email) == ("Niamh Byrne", "niamh.byrne@example.gov.uk")
    assert EmailAddress.objects.get(user=person).email == person.email
    assert signs_in("niamh.byrne@example.gov.uk")
    assert not signs_in("niamh.okonkwo@example.gov.uk")
    acts = TrailEntry.objects.filter(ref=str(person.pk), why="Married").values_list("act", flat=True)
    assert list(acts) == ["person.renamed", "person.email_changed"]
    assert Notice.objects.filter(to__name="Second Thackeray", subject__startswith="An account was changed").count() == 1


def test_a_sign_in_closed_today_is_closed_now_and_no_list_opens_it(administrator: Client, council: Council) -> None:
    person, inside = council.auditor, Client()
    audit, shared = booked_audit(council, number=1), open_audit(council, number=2)
    inside.force_login(person)
    assert inside.get("/").status_code == 200
    page = f"/people/{person.pk}/"
    assert administrator.post(f"{page}close/", {"why": "Dismissed"}).status_code == 302
    assert inside.get("/").status_code == 302
    assert not signs_in(person.email)
    assert Notice.objects.filter(to=council.qa_officer, subject=f"{person.name} can no longer sign in").exists()
    audit.refresh_from_db()
    shared.refresh_from_db()
    assert (audit.auditor in (None, person), audit.taken_from, audit.meets) == (False, person, None), (
        "as when they leave"
    )
    assert shared.auditor == person, "one whose meeting has begun stays"
    assert "Open the sign-in again" in text(administrator.get(page))
    data = staff_csv("Tomasz").replace(b"tomasz@", b"tomasz.adeyemi@")
    extracts.import_file(kind="staff", data=data, name="s.csv", as_at=NOVEMBER, by=None, at=NOW)
    assert not signs_in(person.email)
    assert administrator.post(f"{page}close/", {"why": "Again"}).status_code == 409
    assert administrator.post(f"{page}open/", {"why": "A mistake"}).status_code == 302
    assert give_back.offer_of(audit, on=TODAY) == person
    assert signs_in(person.email)
    assert administrator.post(f"{page}open/", {"why": "Again"}).status_code == 409


def test_a_commissioned_auditor_is_added_told_and_stays_whatever_a_list_says(
    administrator: Client, council: Council
) -> None:
    asked = {"name": "Wren Kaya", "email": "wren@auditors.example", "job_title": "Auditor", "role": "auditor"}
    until = {"ends_on_0": "31", "ends_on_1": "3", "ends_on_2": "2027"}
    assert administrator.post("/people/add/", asked | until | {"why": ""}).status_code == 422
    assert administrator.post("/people/add/", asked | {"role": "team_manager", "why": "So"}).status_code == 422
    assert not User.objects.filter(email="wren@auditors.example").exists(), "nothing half"
    assert administrator.post("/people/add/", asked | until | {"why": "Twelve audits"}).status_code == 302
    wren = User.objects.get(email="wren@auditors.example")
    assert (wren.source, EmailAddress.objects.get(user=wren).verified) == (User.Source.HAND, True)
    held = Membership.objects.filter(user=wren).values_list("role", "ends_on")
    assert set(held) == {("staff", date(2027, 3, 31)), ("auditor", date(2027, 3, 31))}
    assert "ask for a new password" in Notice.objects.get(to=wren, key=f"added:{wren.pk}").body
    assert administrator.post("/people/add/", asked | {"why": "Again"}).status_code == 422
    extracts.import_file(kind="staff", data=staff_csv("Ann"), name="s.csv", as_at=NOVEMBER, by=None, at=NOW)
    wren.refresh_from_db()
    assert wren.left_on is None


def test_only_an_administrator_with_the_password_and_never_about_oneself(client: Client, council: Council) -> None:
    acts = ("rename", "email", "close", "open", "merge")
    for user in (council.qa_officer, council.head_of_qa, council.head_of_service, council.staff):
        client.force_login(user)
        for act in acts:
            assert client.get(f"/people/{council.keyworker.pk}/{act}/").status_code == 403
        assert client.get("/people/add/").status_code == client.get("/people/teams/").status_code == 403
    client.force_login(council.administrator)
    for act in acts:
        answer = client.get(f"/people/{council.keyworker.pk}/{act}/")
        assert answer["Location"].startswith("/accounts/confirm/")
    confirm(client)
    for act in acts:
        assert client.get(f"/people/{council.keyworker.pk}/{act}/").status_code == 200
        assert client.get(f"/people/{council.administrator.pk}/{act}/").status_code == 403
    given: dict[str, Any] = {"why": "So", "by": council.qa_officer, "at": NOW}
    for rule in (accounts.close_sign_in, accounts.open_sign_in):
        with pytest.raises(NotAllowed):
            rule(council.keyworker, **given)
    with pytest.raises(NotAllowed):
        accounts.rename_person(council.keyworker, name="X", **given)
    with pytest.raises(NotAllowed):
        accounts.change_email(council.keyworker, email="x@example.gov.uk", **given)
    with pytest.raises(NotAllowed):
        accounts.add_person(name="X", email="x@example.gov.uk", job_title="", role="staff", ends_on=None, **given)


def test_teams_and_services_are_renamed_and_merged(administrator: Client, council: Council) -> None:
    assert "Family Safeguarding" in text(administrator.get("/people/teams/"))
    team, service = f"/people/teams/{council.north.pk}/rename/", council.north.service
    for taken in ("South", "SOUTH"):
        assert "There is “South” already" in text(administrator.post(team, {"name": taken, "why": "So"}))
    assert administrator.post(team, {"name": "Family Hub", "why": "So"}).status_code == 302
    address = f"/people/services/{service.pk}/rename/"
    assert administrator.post(address, {"name": "Families", "why": "So"}).status_code == 302
    council.north.refresh_from_db()
    assert (str(council.north), str(council.north.service)) == ("Family Hub", "Families")
    merge = f"/people/teams/{council.north.pk}/merge/"
    assert administrator.post(merge, {"other": council.north.pk, "why": "So"}).status_code == 422
    assert administrator.post(merge, {"other": council.court.pk, "why": "So"}).status_code == 302
    council.other_keyworker.refresh_from_db()
    assert council.other_keyworker.team == council.north
    assert not Team.objects.filter(pk=council.court.pk).exists()
    assert TrailEntry.objects.filter(act__in=("team.renamed", "service.renamed", "team.merged")).count() == 3
    for wrong in ("teams", "services"):
        assert administrator.get(f"/people/{wrong}/999/rename/").status_code == 404


def test_what_cannot_be_is_refused_with_a_sentence(council: Council) -> None:
    given: dict[str, Any] = {"why": "So", "by": council.administrator, "at": NOW}
    with pytest.raises(Refused, match="right form"):
        accounts.change_email(council.keyworker, email="niamh at example", **given)
    with pytest.raises(NotNow, match="is open"):
        accounts.open_sign_in(council.keyworker, **given)
