"""Spot views and case presentations: opened with a password and a reason, for a day; written down; put on the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.access import visible_audits, visible_cases
from audits.models import Viewing
from audits.overview import spot_views
from people import trail
from people.models import Notice, User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import CaseFactory, Council, allocated_audit
from tests.people.handed import confirm


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def opened(council: Council, **more: Any) -> Viewing:
    about = {"kind": "spot", "number": "", "why": "The monthly look at files."} | more
    return spot_views.open_case(by=about.pop("by", council.assistant_director), at=NOW, **about)


def test_one_at_random_is_open_to_its_opener_for_the_day_and_only_what_is_finished(
    council: Council, settings: Any
) -> None:
    final = finalised_audit(council)
    unfinished = allocated_audit(council, number=2)
    allocated_audit(council, number=3, case=CaseFactory.create(keyworker=council.keyworker))
    director = council.assistant_director
    assert not visible_audits(director).exists()
    made = opened(council)
    assert (made.case, made.by_chance) == (final.case, True)
    assert opened(council) == made, "the same form, sent twice"
    assert list(visible_audits(director)) == [final]
    assert unfinished not in visible_audits(director)
    assert list(visible_cases(director)) == [final.case]
    assert not visible_audits(council.executive_director).exists()
    settings.TODAY = TODAY + timedelta(days=1)
    assert not visible_audits(director).exists()
    assert not visible_cases(director).exists()
    [entry] = trail.entries_about(made)
    assert (entry.act, entry.why, entry.by) == ("viewing.opened", "The monthly look at files.", director)


def test_what_cannot_be_opened(council: Council) -> None:
    with pytest.raises(Refused, match="none to view"):
        opened(council)
    finalised_audit(council)
    with pytest.raises(Refused, match="no open case of that number"):
        opened(council, number="999")
    with pytest.raises(Refused, match="Say why"):
        opened(council, why=" - ")
    with pytest.raises(Refused, match="Choose"):
        opened(council, kind="else")
    for by in (council.qa_officer, council.head_of_service, council.administrator):
        with pytest.raises(NotAllowed):
            opened(council, by=by)
    assert opened(council, number=f" {council.case.person_id} ", by=council.executive_director).by_chance is False


def test_a_presentation_by_its_pages_from_the_password_to_the_file(client: Client, council: Council) -> None:
    final = finalised_audit(council)
    signed_in(client, council.executive_director)
    assert client.get("/views/new/")["Location"].startswith("/accounts/confirm/")
    confirm(client)
    assert client.get(f"/audits/{final.ref}/").status_code == 404
    assert client.post("/views/new/", {"kind": "presentation", "number": "", "why": ""}).status_code == 422
    reply = client.post("/views/new/", {"kind": "presentation", "number": "", "why": "Presented at our meeting."})
    made = Viewing.objects.get()
    page = f"/views/{made.pk}/"
    assert reply["Location"] == page
    assert client.get(f"/audits/{final.ref}/").status_code == 200
    said = {"held_on_0": 23, "held_on_1": 11, "held_on_2": 2026, "learned": "She is heard at each review."}
    refused = client.post(page, said)
    assert refused.status_code == 422
    assert "Say who presented the case." in text(refused)
    assert "She is heard at each review." in text(refused)
    assert client.post(page, said | {"presented_by": "Niamh Okonkwo"}).status_code == 302
    note = client.get(page).context["note"]
    assert note.startswith("Case presentation\n\nOn Monday 23 November 2026 Niamh Okonkwo presented this case to Piotr")
    assert "She is heard at each review." in note
    assert Notice.objects.get(key=f"{made.ref}:recorded").to == council.keyworker

    signed_in(client, council.other_keyworker)
    assert client.get(page).status_code == 404
    signed_in(client, council.keyworker)
    assert "The note is on the file" in text(client.get(page))
    assert client.post(f"{page}on-file/").status_code == 302
    assert client.post(f"{page}on-file/").status_code == 409
    assert "Niamh Okonkwo put it there" in text(signed_in(client, council.qa_officer).get(page))
    assert client.post(page, said).status_code == 403
    with at_most(10):
        assert "On the case file" in text(client.get("/views/"))


def test_it_says_whether_it_is_in_the_management_chronology(client: Client, council: Council) -> None:
    finalised_audit(council)
    made = opened(council, number=council.case.person_id)
    page, signs = f"/views/{made.pk}/", signed_in(client, council.keyworker)
    assert signs.post(f"{page}chronology/", {"answer": "needed"}).status_code == 404
    spot_views.record_viewing(made, by=made.opened_by, at=NOW, held_on=TODAY, learned="The plan is not in his words.")
    assert "Does it belong in the management chronology?" in text(client.get(page))
    assert client.post(f"{page}chronology/", {"answer": "else"}).status_code == 422
    client.post(f"{page}chronology/", {"answer": "needed"})
    assert "It belongs there and is not entered yet." in text(client.get(page))
    client.post(f"{page}chronology/", {"answer": "entered"})
    assert "Entered. Niamh Okonkwo said so" in text(client.get(page))
    assert client.post(f"{page}chronology/", {"answer": "not_needed"}).status_code == 409


def test_it_is_written_down_once_by_whoever_looked(council: Council) -> None:
    finalised_audit(council)
    made = opened(council)

    def write(by: User, **more: Any) -> Viewing:
        return spot_views.record_viewing(
            made, by=by, at=NOW, **{"held_on": TODAY, "learned": "Visits are on time."} | more
        )

    with pytest.raises(NotNow, match="not written down"):
        spot_views.confirm_note_on_file(made, by=council.keyworker, at=NOW)
    with pytest.raises(NotAllowed):
        write(council.executive_director)
    with pytest.raises(Refused, match="not come yet"):
        write(council.assistant_director, held_on=TODAY + timedelta(days=1))
    done = write(council.assistant_director)
    assert "The case was chosen at random." in spot_views.viewing_note(done)
    with pytest.raises(NotNow, match="already"):
        write(council.assistant_director)
    with pytest.raises(NotAllowed):
        spot_views.confirm_note_on_file(done, by=council.manager, at=NOW)
