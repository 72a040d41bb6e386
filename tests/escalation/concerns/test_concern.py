"""A safeguarding concern: raised by either chair at any moment, seen at once, with the audit kept shut."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import closing
from audits.models import Audit
from audits.record import withdrawal
from escalation.concerns import concern
from escalation.models import Concern, Escalation
from escalation.steps import acting
from people import absence, trail
from people.models import User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.grades import Grade
from tests.audits.meeting.pages import signed_in, text
from tests.conftest import TODAY
from tests.escalation.build import agreed_audit, finalised_audit
from tests.escalation.walk import LATER, all_done, told
from tests.factories import MET, Council, allocated_audit, booked_audit, open_audit

SCRIPT_HEADERS = {"accept": "application/json"}
WHY = "He was alone at home last night."


def raise_it(audit: Audit, by: User, spoken_to: User, why: str = WHY) -> Escalation:
    return concern.raise_concern(
        audit, by=by, at=LATER, why=why, spoken_to=spoken_to, spoken=LATER - timedelta(minutes=20)
    )


@pytest.mark.parametrize("make", [allocated_audit, booked_audit, open_audit, agreed_audit, finalised_audit])
@pytest.mark.parametrize("chair", ["auditor", "keyworker"])
def test_either_chair_at_any_moment_before_closing(council: Council, make: Any, chair: str) -> None:
    audit = make(council)
    escalation = raise_it(audit, getattr(council, chair), council.manager)
    assert [(step.slug, step.state, step.owner, step.due_on) for step in escalation.steps.all()] == [
        ("acknowledge", "open", council.manager, date(2026, 11, 18)),
        ("make_safe", "open", council.manager, date(2026, 11, 19)),
    ]
    assert audit.holds.get(lifted=None).cause == f"safeguarding:{escalation.ref}"
    kept = Concern.objects.get(escalation=escalation)
    assert (kept.why, kept.spoken_to, kept.raised_by) == (WHY, council.manager, getattr(council, chair))


def test_the_qa_officer_is_told_at_once_and_the_reason_goes_in_no_mail(council: Council) -> None:
    escalation = raise_it(open_audit(council), council.keyworker, council.head_of_service)
    assert told(f"{escalation.ref}:opened") == {"Marguerite Osei", "Devinder Halloran", "Amara Whitlock"}
    from people.models import Notice

    for notice in Notice.objects.filter(key=f"{escalation.ref}:opened"):
        assert WHY not in notice.subject + notice.body
        assert council.case.person_id not in notice.subject + notice.body
    assert trail.verify().ok


def test_who_is_away_and_who_stands_in_is_said_beside_them_and_both_are_told(
    client: Client, council: Council, settings: Any
) -> None:
    settings.TODAY = TODAY
    audit, on = open_audit(council), LATER.date()
    until = on + timedelta(days=30)
    named = absence.name_deputy(
        person=council.manager,
        deputy=council.other_manager,
        starts_on=on,
        ends_on=until,
        by=council.qa_officer,
        at=LATER,
    )
    client.force_login(council.keyworker)
    page = client.get(f"/audits/{audit.ref}/concern/").content.decode()
    assert "Devinder Halloran, away until Friday 18 December" in page, "away, though nobody has agreed to stand in"
    assert "stands in" not in page
    absence.agree_to_stand_in(named, by=council.other_manager, at=LATER)
    assert council.other_manager in concern.who_to_speak_to(audit, by=council.keyworker, on=on)
    page = client.get(f"/audits/{audit.ref}/concern/").content.decode()
    assert "Devinder Halloran, away until Friday 18 December: Sunita Blackwood stands in" in page
    assert "Sunita Blackwood, stands in for Devinder Halloran, who is away" in page
    escalation = raise_it(audit, council.keyworker, council.other_manager)
    assert told(f"{escalation.ref}:opened") == {"Sunita Blackwood", "Devinder Halloran", "Amara Whitlock"}
    acting.acknowledge_step(escalation.steps.get(slug="acknowledge"), by=council.other_manager, at=LATER)


def test_said_twice_it_is_one_concern_and_another_is_another(council: Council) -> None:
    audit = open_audit(council)
    first = raise_it(audit, council.keyworker, council.manager)
    assert raise_it(audit, council.keyworker, council.manager) == first
    second = raise_it(audit, council.keyworker, council.manager, why="His sister too.")
    assert [first.ref, second.ref] == [audit.ref, f"{audit.ref}-E2"]


def test_what_must_be_said(council: Council) -> None:
    audit = open_audit(council)
    with pytest.raises(Refused, match="Say what worries you"):
        raise_it(audit, council.keyworker, council.manager, why=" ")
    with pytest.raises(Refused, match="whom you spoke to"):
        raise_it(audit, council.keyworker, council.other_manager)
    with pytest.raises(Refused, match="not come yet"):
        concern.raise_concern(
            audit,
            by=council.keyworker,
            at=LATER,
            why=WHY,
            spoken_to=council.manager,
            spoken=LATER + timedelta(minutes=1),
        )
    assert not Escalation.objects.exists()


def test_only_the_two_chairs_and_not_once_it_is_closed_or_withdrawn(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    for by in (council.manager, council.qa_officer, council.head_of_service):
        with pytest.raises(NotAllowed, match="The auditor or the keyworker"):
            raise_it(audit, by, council.head_of_service)
    all_done(audit)
    closing.close_audit(audit, by=council.qa_officer, at=LATER)
    with pytest.raises(NotNow, match="closed"):
        raise_it(audit, council.keyworker, council.manager)
    other = withdrawal.withdraw_audit(
        allocated_audit(council, number=2), by=council.qa_officer, at=MET, why="Moved away."
    )
    with pytest.raises(NotNow, match="withdrawn"):
        raise_it(other, council.keyworker, council.manager)


def test_a_held_audit_does_not_close(council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    raise_it(audit, council.auditor, council.manager)
    all_done(audit)
    with pytest.raises(NotNow, match="An escalation is still open"):
        closing.close_audit(audit, by=council.qa_officer, at=LATER)


@pytest.fixture
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def test_anybody_may_be_named_and_then_the_manager_is_asked(council: Council) -> None:
    audit = open_audit(council)
    said = {"by": council.auditor, "at": LATER, "why": WHY, "spoken": LATER}
    for nobody in ("", " ", "—"):
        with pytest.raises(Refused, match="name the team or the person"):
            concern.raise_concern(audit, **said, spoken_with=nobody)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="201 characters"):
        concern.raise_concern(audit, **said, spoken_with="x" * 201)  # type: ignore[arg-type]
    escalation = concern.raise_concern(audit, **said, spoken_with=" Emergency Duty Team, Rhys ")  # type: ignore[arg-type]
    kept = Concern.objects.get(escalation=escalation)
    assert (kept.spoken_to, kept.spoken_with) == (None, "Emergency Duty Team, Rhys")
    assert escalation.steps.get(slug="acknowledge").owner == council.manager
    both = concern.raise_concern(
        audit,
        **said | {"why": "And again."},
        spoken_to=council.head_of_service,
        spoken_with="MASH",  # type: ignore[arg-type]
    )
    assert both.concern.spoken_to_in_words == f"{council.head_of_service.name} and MASH"
    assert both.steps.get(slug="acknowledge").owner == council.head_of_service


@pytest.mark.usefixtures("on_the_day")
def test_from_the_meeting_and_back_into_it_and_the_other_chair_is_told(client: Client, council: Council) -> None:
    audit = open_audit(council)
    signed_in(client, council.auditor)
    before = client.get(f"/audits/{audit.ref}/meeting/live/?seen=0&step=3", headers=SCRIPT_HEADERS).json()
    signed_in(client, council.keyworker)
    meeting = text(client.get(f"/audits/{audit.ref}/meeting/?step=3"))
    address = f"/audits/{audit.ref}/concern/?step=3"
    assert f'href="{address}"' in meeting
    assert "was raised in this audit" not in meeting
    page = text(client.get(address))
    assert f'href="/audits/{audit.ref}/meeting/?step=3" class="govuk-back-link">Back to the meeting' in page
    assert '<option value="Emergency Duty Team">' in page
    day = {"spoken_on_0": "20", "spoken_on_1": "11", "spoken_on_2": "2026", "spoken_time": "9:05"}
    reply = client.post(address, {"why": WHY, "spoken_with": "Emergency Duty Team"} | day)
    assert reply["Location"] == f"/audits/{audit.ref}/meeting/?step=3"
    assert "The child’s manager is asked to acknowledge it today." in text(client.get(reply["Location"]))
    signed_in(client, council.auditor)
    key = before["parts"]["concern"]["key"]
    live = f"/audits/{audit.ref}/meeting/live/?seen={before['revision']}&step=3&concern={key}"
    news = client.get(live, headers=SCRIPT_HEADERS).json()
    assert "A safeguarding concern was raised in this audit" in news["parts"]["concern"]["html"]
    assert f"/escalations/{audit.ref}/" in news["parts"]["concern"]["html"]
    shown = text(client.get(f"/escalations/{audit.ref}/"))
    assert "Spoken to: Emergency Duty Team, Fri 20 Nov at 09:05." in shown
    assert "Emergency Duty Team" in text(signed_in(client, council.manager).get("/concerns/"))


@pytest.mark.usefixtures("on_the_day")
def test_raising_it_on_its_page(client: Client, council: Council) -> None:
    audit = open_audit(council)
    address = f"/audits/{audit.ref}/concern/"
    client.force_login(council.keyworker)
    page = client.get(address).content.decode()
    assert "Speak first, write after." in page
    assert "Devinder Halloran" in page
    assert "Sunita Blackwood" not in page
    refused = client.post(address, {"why": WHY})
    assert refused.status_code == 422
    assert "Choose who you spoke to, or name the team" in refused.content.decode()
    data = {
        "why": WHY,
        "spoken_to": council.manager.pk,
        "spoken_on_0": "20",
        "spoken_on_1": "11",
        "spoken_on_2": "2026",
        "spoken_time": "9:05",
    }
    late = client.post(address, data | {"spoken_on_0": "24"})
    assert late.status_code == 422
    reply = client.post(address, data)
    assert (reply.status_code, reply["Location"]) == (302, f"/audits/{audit.ref}/meeting/")
    again = client.post(f"{address}?step=3", data)
    assert (again.status_code, again["Location"]) == (302, f"/audits/{audit.ref}/meeting/?step=3")
    assert Concern.objects.count() == 1
    shown = client.get(f"/escalations/{audit.ref}/").content.decode()
    assert WHY in shown
    assert "Spoken to: Devinder Halloran, Fri 20 Nov at 09:05." in shown


@pytest.mark.usefixtures("on_the_day")
@pytest.mark.parametrize(
    ("who", "status"),
    [("manager", 403), ("qa_officer", 403), ("staff", 403), ("administrator", 403), ("other_keyworker", 404)],
)
def test_others_do_not_come_in(client: Client, council: Council, who: str, status: int) -> None:
    audit = open_audit(council)
    client.force_login(getattr(council, who))
    assert client.get(f"/audits/{audit.ref}/concern/").status_code == status
    assert client.post(f"/audits/{audit.ref}/concern/", {"why": WHY}).status_code == status


@pytest.mark.usefixtures("on_the_day")
def test_managers_see_the_concern_and_not_the_unfinished_audit(client: Client, council: Council) -> None:
    audit = open_audit(council)
    raise_it(audit, council.auditor, council.head_of_service)
    for by in (council.manager, council.head_of_service):
        client.force_login(by)
        page = client.get(f"/escalations/{audit.ref}/").content.decode()
        assert WHY in page
        assert "Read the audit" not in page
        assert client.get(f"/audits/{audit.ref}/").status_code == 404
        assert audit.ref in client.get("/concerns/").content.decode()
    for by in (council.other_manager, council.other_head_of_service, council.staff, council.reader):
        client.force_login(by)
        assert client.get(f"/escalations/{audit.ref}/").status_code == 404
        assert audit.ref not in client.get("/concerns/").content.decode()
    client.force_login(council.administrator)
    assert client.get("/concerns/").status_code == 403


@pytest.mark.usefixtures("on_the_day")
def test_the_list_of_concerns_asks_the_same_for_one_and_for_many(
    client: Client, council: Council, django_assert_num_queries: Any
) -> None:
    audit = open_audit(council)
    raise_it(audit, council.auditor, council.head_of_service)
    client.force_login(council.qa_officer)
    client.get("/concerns/")  # the first of an hour writes down that the list was opened
    with django_assert_num_queries(6, exact=False) as few:
        client.get("/concerns/")
    for number in range(8):
        raise_it(audit, council.auditor, council.head_of_service, why=f"Another worry, {number}.")
    with django_assert_num_queries(len(few)):
        client.get("/concerns/")
