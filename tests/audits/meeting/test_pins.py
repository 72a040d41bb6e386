"""One screen passed between two: the PIN of a chair, its five tries, and what a session that it opened reaches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from audits.meeting import grading, lifecycle, pause, pins
from audits.models import Audit, MeetingPin
from audits.record import withdrawal
from people import trail
from people.models import TrailEntry, User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.test_races import at_once, refused
from tests.conftest import NOW, TODAY
from tests.factories import PASSWORD, Council, filled_audit, open_audit

pytestmark = pytest.mark.django_db(transaction=True)
PIN, WRONG = "8206", "8207"


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    """Pages show the day of the tests."""
    settings.TODAY = TODAY


@pytest.fixture
def audit(council: Council) -> Audit:
    """In its meeting, and the keyworker has set a PIN."""
    audit = open_audit(council, at=NOW)
    pins.set_pin(audit, by=council.keyworker, at=NOW, digits=PIN)
    return audit


def tried(audit: Audit, council: Council, digits: str) -> MeetingPin | None:
    """A try at the keyworker's PIN."""
    return pins.try_pin(audit, council.keyworker.pk, at=NOW, digits=digits)


def written(audit: Audit) -> list[str]:
    """What the trail says of PINs, first to last."""
    return list(
        trail.entries_about(audit).filter(act__startswith="audit.pin").order_by("seq").values_list("act", flat=True)
    )


def passed(council: Council, audit: Audit) -> Client:
    """The auditor's browser, just passed to the keyworker."""
    client = Client()
    client.force_login(council.auditor)
    client.post(f"/audits/{audit.ref}/meeting/pass/", {"step": "2"})
    return client


def enter(client: Client, audit: Audit, digits: str) -> HttpResponse:
    """Type a PIN."""
    answer: HttpResponse = client.post(f"/audits/{audit.ref}/meeting/pin/enter/", {"digits": digits})
    return answer


def who(client: Client) -> int | None:
    """Who is signed in."""
    key = client.session.get("_auth_user_id")
    return int(key) if key else None


@pytest.mark.parametrize("digits", ["", "123", "1234567", "82o6", "٨٢٠٦", "4567", "9876", "7777"])
def test_a_pin_is_four_to_six_digits_that_are_not_easy(council: Council, audit: Audit, digits: str) -> None:
    with pytest.raises(Refused, match=r"4 to 6 digits|easy"):
        pins.set_pin(audit, by=council.auditor, at=NOW, digits=digits)
    assert not MeetingPin.objects.filter(set_by=council.auditor).exists()


def test_only_the_two_chairs_set_one_and_only_while_they_meet(council: Council, audit: Audit) -> None:
    with pytest.raises(NotAllowed):
        pins.set_pin(audit, by=council.qa_officer, at=NOW, digits=PIN)
    pause.pause_meeting(audit, by=council.auditor, at=NOW)
    with pytest.raises(NotNow):
        pins.set_pin(audit, by=council.keyworker, at=NOW, digits=PIN)


def test_the_digits_stand_nowhere(council: Council, audit: Audit) -> None:
    tried(audit, council, WRONG)
    assert tried(audit, council, PIN)
    secret = MeetingPin.objects.get().secret
    assert PIN not in secret
    entries = TrailEntry.objects.filter(act__startswith="audit.pin")
    assert not [entry for entry in entries if PIN in (entry.content or "") or WRONG in (entry.content or "")]
    assert written(audit) == ["audit.pin_set", "audit.pin_wrong", "audit.pin_used"]


def test_five_wrong_tries_lock_it_until_a_new_one_is_set(council: Council, audit: Audit) -> None:
    for _ in range(pins.TRIES):
        assert tried(audit, council, WRONG) is None
    with pytest.raises(NotNow, match="Sign in with your e-mail"):
        tried(audit, council, PIN)
    assert written(audit) == ["audit.pin_set", *["audit.pin_wrong"] * 5, "audit.pin_locked"]
    pins.set_pin(audit, by=council.keyworker, at=NOW, digits=PIN)
    assert tried(audit, council, PIN)


def test_a_right_one_gives_no_tries_back(council: Council, audit: Audit) -> None:
    for _ in range(4):
        tried(audit, council, WRONG)
    assert tried(audit, council, PIN)
    assert tried(audit, council, WRONG) is None
    with pytest.raises(NotNow):
        tried(audit, council, PIN)


def test_tries_made_at_once_are_five_and_no_more(council: Council, audit: Audit) -> None:
    found = at_once(*[lambda: tried(Audit.objects.get(pk=audit.pk), council, WRONG)] * 8)
    assert (found.count(None), len(refused(found))) == (5, 3)
    assert MeetingPin.objects.get().tries == 5
    assert written(audit) == ["audit.pin_set", *["audit.pin_wrong"] * 5, "audit.pin_locked"]
    assert trail.verify().ok


def test_it_is_gone_once_the_meeting_is_paused_ends_or_is_withdrawn(council: Council, audit: Audit) -> None:
    pause.pause_meeting(audit, by=council.auditor, at=NOW)
    assert not audit.pins.exists()
    pause.resume_meeting(audit, by=council.auditor, at=NOW)
    pins.set_pin(audit, by=council.keyworker, at=NOW, digits=PIN)
    withdrawal.withdraw_audit(audit, why="Drawn twice.", by=council.qa_officer, at=NOW)
    assert not audit.pins.exists()


def test_it_is_gone_once_the_meeting_ends(council: Council) -> None:
    audit = filled_audit(council, at=NOW)
    pins.set_pin(audit, by=council.keyworker, at=NOW, digits=PIN)
    lifecycle.end_meeting(audit, by=council.auditor, at=NOW)
    assert not audit.pins.exists()


def test_it_opens_nothing_on_a_later_day(council: Council, audit: Audit) -> None:
    with pytest.raises(NotNow):
        pins.try_pin(audit, council.keyworker.pk, at=NOW + timedelta(days=1), digits=PIN)


def test_a_screen_that_was_passed_opens_by_pin_at_the_same_step(council: Council, audit: Audit) -> None:
    client = passed(council, audit)
    assert who(client) is None
    assert b"Niamh, enter your PIN" in client.get(f"/audits/{audit.ref}/meeting/pin/enter/").content
    wrong = enter(client, audit, WRONG)
    assert (wrong.status_code, who(client)) == (422, None)
    assert b"4 tries left" in wrong.content
    right = enter(client, audit, PIN)
    assert (right.status_code, right["Location"]) == (302, f"/audits/{audit.ref}/meeting/?step=2")
    assert who(client) == council.keyworker.pk
    assert client.get(right["Location"]).status_code == 200


def test_a_browser_that_was_passed_nothing_cannot_try(council: Council, audit: Audit) -> None:
    client = Client()
    assert enter(client, audit, PIN)["Location"] == "/accounts/login/"
    assert who(client) is None
    assert MeetingPin.objects.get().tries == 0


def test_without_a_pin_or_a_try_left_one_signs_in_in_full(council: Council, audit: Audit) -> None:
    MeetingPin.objects.update(tries=5)
    client = Client()
    client.force_login(council.auditor)
    went = client.post(f"/audits/{audit.ref}/meeting/pass/", {"step": "2"})
    assert went["Location"].startswith("/accounts/login/?next=")
    assert went["Clear-Site-Data"] == '"cache"'


def test_the_browser_forgets_the_pages_of_whoever_passed_it(council: Council, audit: Audit) -> None:
    client = Client()
    client.force_login(council.auditor)
    went = client.post(f"/audits/{audit.ref}/meeting/pass/", {"step": "2"})
    assert went["Location"] == f"/audits/{audit.ref}/meeting/pin/enter/"
    assert went["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize("path", ["/", "/audits/{ref}/", "/audits/{ref}/own/", "/audits/{ref}/history/", "/notices/"])
def test_a_session_opened_by_pin_reaches_the_meeting_and_nothing_else(
    council: Council, audit: Audit, path: str
) -> None:
    client = passed(council, audit)
    enter(client, audit, PIN)
    for place in ("meeting/?step=3", "plan/", "concern/"):
        assert client.get(f"/audits/{audit.ref}/{place}").status_code == 200
    assert client.get("/help/").status_code == 200
    away = client.get(path.format(ref=audit.ref))
    assert (away.status_code, away["Location"].startswith("/accounts/login/?next=")) == (302, True)
    assert who(client) is None


def test_a_session_opened_by_pin_ends_with_the_pin_and_sets_none(council: Council, audit: Audit) -> None:
    client = passed(council, audit)
    enter(client, audit, PIN)
    assert client.post(f"/audits/{audit.ref}/meeting/pin/", {"digits": "5913"}).status_code == 409
    pause.pause_meeting(audit, by=council.auditor, at=NOW)
    assert client.get(f"/audits/{audit.ref}/meeting/")["Location"].startswith("/accounts/login/")
    assert who(client) is None


def test_what_one_proposed_stays_unseen_by_the_other_at_the_same_screen(council: Council, audit: Audit) -> None:
    grading.propose_grade(audit, 2, by=council.auditor, at=NOW, grade="inadequate", words="Nothing since May.")
    client = passed(council, audit)
    enter(client, audit, PIN)
    page = client.get(f"/audits/{audit.ref}/meeting/?step=2").content.decode()
    assert "Proposed, hidden" in page
    assert "Nothing since May" not in page


def test_one_who_left_does_not_come_in_by_pin(council: Council, audit: Audit) -> None:
    client = passed(council, audit)
    User.objects.filter(pk=council.keyworker.pk).update(left_on=TODAY)
    enter(client, audit, PIN)
    assert who(client) is None


def test_the_page_that_sets_it_says_what_is_wrong(client: Client, council: Council, audit: Audit) -> None:
    client.post("/accounts/login/", {"login": council.auditor.email, "password": PASSWORD})
    address = f"/audits/{audit.ref}/meeting/pin/"
    assert client.get(address).status_code == 200
    assert b"too easy" in client.post(address, {"digits": "1234"}).content
    assert client.post(f"{address}?step=2", {"digits": "5913"})["Location"].endswith("?step=2")
    assert MeetingPin.objects.filter(set_by=council.auditor).exists()
