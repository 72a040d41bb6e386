"""Reading through and signing: exactly what the page shows, by two people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.meeting import lifecycle
from audits.models import Audit, Signature
from audits.record import withdrawal
from tests.audits.meeting.pages import at_most, fill, signed_in, text
from tests.factories import MET, CaseFactory, Council, agreed_audit, filled_audit, open_audit, say_why
from tests.people.handed import confirm


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return agreed_audit(council, standards={2: "requires_improvement"})


def url(audit: Audit, rest: str = "sign/") -> str:
    return f"/audits/{audit.ref}/{rest}"


def test_the_page_shows_all_that_is_signed_with_its_hash(client: Client, council: Council, audit: Audit) -> None:
    page = text(signed_in(client, council.keyworker).get(url(audit)))
    for said in (audit.content_hash, "Visits are on time.", "As we saw together.", "Bring the chronology up to date"):
        assert said in page
    assert "what stands here has exactly this sha256" in page


def test_what_points_to_a_person_is_listed_once_and_blocks_nothing(client: Client, council: Council) -> None:
    audit = filled_audit(council)
    person = signed_in(client, council.keyworker)
    page = f"/audits/{audit.ref}/sign/"
    words = "NHS 943 476 5919, born 03/04/2015. Visited on 03/12/2026."
    lifecycle.record_note(audit, by=council.keyworker, at=MET, slug="s2-worried", text=words, version=0)
    lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    shown = text(person.get(page))
    assert "“943 476 5919” looks like an NHS number." in shown
    assert "“born 03/04/2015” looks like a date of birth." in shown
    assert "Assessment" in shown.partition("Does this need to be in it?")[2].partition("943")[0]
    assert "“03/12/2026”" not in shown
    audit.refresh_from_db()
    assert person.post(page, {"content_hash": audit.content_hash, "agrees": "yes"}).status_code == 302
    assert "Does this need to be in it?" not in text(person.get(page))


def test_both_sign_and_it_is_final(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.auditor)
    assert "Do you agree with it?" not in text(client.get(url(audit)))
    assert client.post(url(audit), {"content_hash": audit.content_hash})["Location"] == url(audit, "")
    assert "You have signed." in text(client.get(url(audit)))
    assert client.post(url(audit), {"content_hash": audit.content_hash}).status_code == 409
    signed_in(client, council.keyworker)
    client.post(url(audit), {"content_hash": audit.content_hash, "agrees": "yes", "words": "Left over."})
    audit.refresh_from_db()
    assert audit.state == Audit.State.FINALISED
    assert Signature.objects.get(chair="keyworker").words == ""
    assert client.get(url(audit))["Location"] == url(audit, "")


def test_seen_and_not_agreed_needs_words_and_counts(client: Client, council: Council, audit: Audit) -> None:
    signed_in(client, council.keyworker)
    sent = {"content_hash": audit.content_hash, "agrees": "no", "words": ""}
    refused = client.post(url(audit), sent)
    assert refused.status_code == 422
    assert "Say in your own words what you do not agree with." in text(refused)
    assert client.post(url(audit), sent | {"words": "The visits are not all written down."}).status_code == 302
    assert "Seen, not agreed: The visits are not all written down." in text(client.get(url(audit, "")))
    assert client.post(url(audit), {"content_hash": audit.content_hash}).status_code == 422


def test_what_changed_under_the_page_is_not_signed(client: Client, council: Council, audit: Audit) -> None:
    before = audit.content_hash
    lifecycle.reopen_meeting(audit, by=council.keyworker, at=MET, why="We missed something.")
    assert signed_in(client, council.auditor).post(url(audit), {"content_hash": before}).status_code == 409
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s1-needs", text="More visits.", version=0)
    lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    stale = client.post(url(audit), {"content_hash": before})
    assert stale.status_code == 409
    assert "Read it again before you sign" in text(stale)
    assert not Signature.objects.exists()


def test_only_the_two_sign(client: Client, council: Council, audit: Audit) -> None:
    for person, status in ((council.other_auditor, 404), (council.qa_officer, 403), (council.manager, 403)):
        assert signed_in(client, person).get(url(audit)).status_code == status
    early = open_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    assert signed_in(client, council.auditor).get(url(early))["Location"] == url(early, "meeting/")


def test_the_head_of_qa_finalises_what_two_working_days_left_unsigned(
    client: Client, council: Council, audit: Audit, settings: Any
) -> None:
    confirm(signed_in(client, council.head_of_qa))
    settings.TODAY = MET.date() + timedelta(days=2)
    assert "Still unsigned" not in text(client.get(url(audit, "")))
    assert client.post(url(audit, "finalise/"), {"why": "She is away."}).status_code == 409
    settings.TODAY = MET.date() + timedelta(days=3)
    assert "Still unsigned" in text(client.get(url(audit, "")))
    assert client.post(url(audit, "finalise/"), {"why": " "}).status_code == 422
    assert client.post(url(audit, "finalise/"), {"why": "She is away."}).status_code == 302
    assert "She is away." in text(client.get(url(audit, "")))
    assert signed_in(client, council.qa_officer).post(url(audit, "finalise/"), {"why": "x"}).status_code == 403


def test_reading_through_asks_the_same_few_questions_however_much_there_is(client: Client, council: Council) -> None:
    audit = filled_audit(council)
    lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    signed_in(client, council.auditor)
    with at_most(20):
        assert client.get(url(audit)).status_code == 200
    lifecycle.reopen_meeting(audit, by=council.auditor, at=MET, why="More to write.")
    audit.notes.all().delete()
    audit.marks.all().delete()
    fill(audit)
    lifecycle.end_meeting(say_why(audit), by=council.auditor, at=MET)
    with at_most(20):
        assert client.get(url(audit)).status_code == 200


def test_words_sent_after_the_meeting_was_taken_up_again_are_shown_and_can_be_sent_once_it_ended(
    client: Client, council: Council, audit: Audit
) -> None:
    signed_in(client, council.keyworker)
    sent = {"content_hash": audit.content_hash, "agrees": "no", "words": "The visits are not all written down."}
    lifecycle.reopen_meeting(audit, by=council.auditor, at=MET, why="One more thing.")
    answer = client.post(url(audit), sent)
    assert answer.status_code == 409
    assert "Not signed" in text(answer)
    assert "The meeting was taken up again" in text(answer)
    assert "The visits are not all written down." in text(answer)
    assert not Signature.objects.exists()
    lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    assert client.post(url(audit), sent).status_code == 302, "the same text stands there again"
    assert Signature.objects.get().words == "The visits are not all written down."


def test_words_sent_after_the_audit_was_withdrawn_are_shown(client: Client, council: Council, audit: Audit) -> None:
    withdrawal.withdraw_audit(audit, why="The case has closed.", by=council.qa_officer, at=MET)
    sent = {"content_hash": audit.content_hash, "agrees": "no", "words": "The visits are not all written down."}
    answer = signed_in(client, council.keyworker).post(url(audit), sent)
    assert answer.status_code == 409
    assert "The visits are not all written down." in text(answer)


def test_an_auditor_who_signs_after_the_meeting_was_taken_up_again_is_told(
    client: Client, council: Council, audit: Audit
) -> None:
    lifecycle.reopen_meeting(audit, by=council.keyworker, at=MET, why="One more thing.")
    answer = signed_in(client, council.auditor).post(url(audit), {"content_hash": "0" * 64})
    assert answer.status_code == 409
    assert "The meeting was taken up again" in text(answer)


def test_a_refused_reason_to_take_it_up_again_is_shown(client: Client, council: Council, audit: Audit) -> None:
    why = "A word was wrong. " * 600
    answer = signed_in(client, council.keyworker).post(url(audit, "meeting/reopen/"), {"why": why})
    assert answer.status_code == 422
    assert "one box takes 10,000" in text(answer)
    assert f"{why.strip()}" in text(answer)
