"""The second worker in the third chair: who lets them in, what they see and when, and what their grade does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.allocation.independence import why_barred
from audits.case_system import PROPOSES, SECOND_WORKER_PART
from audits.meeting import grading, third_chair
from audits.meeting.proposal_views import View, third_view
from audits.models import Audit, Case, Judgement, SecondWorkerProposal
from audits.record import signed_content
from audits.third_chair import third_chairs
from escalation.sweep import sweep_deadlines
from people import council_settings
from people.models import Notice, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import signed_in, text
from tests.factories import BEFORE, MET, CaseFactory, Council, UserFactory, booked_audit, open_audit

SECRET = "The plan was never shared with the school."


@pytest.fixture
def second(council: Council, settings: Any) -> User:
    """A worker of another team, named in the extract as files write it, where the council has a third chair."""
    settings.TODAY = MET.date()
    council_settings.change(
        SECOND_WORKER_PART, by=council.head_of_qa, at=MET, value=PROPOSES, why="Both hold the case.", number=0
    )
    Case.objects.update(second_worker="PEMBERTON, Asa")
    council.case.refresh_from_db()
    return UserFactory.create(name="Asa Pemberton", team=council.court, roles=(Role.KEYWORKER,))


def propose(audit: Audit, second: User, grade: str = "requires_improvement", number: int = 1) -> SecondWorkerProposal:
    return third_chair.propose_as_second(audit, number, by=second, at=MET, grade=grade, words=SECRET)


def first_grade(audit: Audit) -> Judgement:
    return audit.judgements.get(number=1)


def test_the_chair_is_theirs_from_the_booking_and_no_other_page(client: Client, council: Council, second: User) -> None:
    audit = booked_audit(council)
    told = Notice.objects.get(to=second)
    assert "have the third chair" in told.body
    signed_in(client, second)
    at = f"/audits/{audit.ref}"
    assert "Read the questions before you meet" in text(client.get("/"))
    for page, status in (
        ("/", 200), ("/prepare/", 200), ("/third-chair/", 302), ("/own/", 404), ("/meeting/", 404), ("/pack/", 404),
        ("/book/", 404), ("/history/", 404), ("/sign/", 404),
    ):  # fmt: skip
        assert client.get(at + page).status_code == status, page
    kept = client.post(f"{at}/prepare/own/", {"i1": "partly", "words": "Mine alone."})
    assert kept.status_code == 302
    assert "Mine alone." in text(client.get(f"{at}/prepare/"))
    assert client.post(f"{at}/prepare/", {"checked_on_0": "16"}).status_code == 403
    for other in (council.keyworker, council.auditor):
        signed_in(client, other)
        assert "Mine alone." not in text(client.get(f"{at}/prepare/"))
        assert client.get(f"{at}/third-chair/").status_code == 404
    signed_in(client, council.auditor)
    assert "Asa Pemberton, who holds the case with them, has the third chair" in text(client.get(f"{at}/book/"))
    signed_in(client, council.other_keyworker)
    assert client.get(f"{at}/third-chair/").status_code == 404


def test_their_grade_is_hidden_till_both_propose_and_asks_why_where_it_differs(
    client: Client, council: Council, second: User
) -> None:
    audit = open_audit(council)
    page = f"/audits/{audit.ref}/meeting/?step=1"
    grading.propose_grade(audit, 1, by=council.auditor, at=MET, grade="good", words="Auditor’s own words.")
    signed_in(client, second)
    sent = client.post(f"/audits/{audit.ref}/third-chair/1/", {"grade": "requires_improvement", "words": SECRET})
    assert sent.status_code == 302
    mine = text(client.get(f"/audits/{audit.ref}/third-chair/"))
    assert SECRET in mine
    assert "Change my proposal" in mine
    assert 'id="propose-1" hx-swap-oob' not in mine, "what is being typed stays"
    assert "Auditor’s own words." not in mine
    for chair in (council.auditor, council.keyworker):
        shown = text(signed_in(client, chair).get(page))
        assert "Asa Pemberton, in the third chair:" in shown
        assert SECRET not in shown
    assert SECRET not in str(signed_content.snapshot(audit))

    grading.propose_grade(audit, 1, by=council.keyworker, at=MET, grade="good", words="As I see it.")
    assert first_grade(audit).state == Judgement.State.REVEALED
    shown = text(signed_in(client, council.auditor).get(page))
    assert SECRET in shown
    assert "You both propose Good, and Asa Pemberton does not. Say why it stands." in shown
    with pytest.raises(Refused, match="Asa Pemberton, who holds the case too, proposed Requires improvement"):
        grading.offer_grade(audit, 1, by=council.auditor, at=MET, grade="good")
    with pytest.raises(NotNow, match="Both have proposed"):
        propose(audit, second)
    grading.offer_grade(audit, 1, by=council.auditor, at=MET, grade="good", clash_why="The plan was shared in May.")
    assert first_grade(audit).state == Judgement.State.AGREED
    signed = signed_content.snapshot(audit)
    assert signed["second_worker"] == second.pk
    assert signed["grades"][0]["second_worker"] == [[1, "requires_improvement", SECRET]]
    mine = text(signed_in(client, second).get(f"/audits/{audit.ref}/third-chair/"))
    assert "Asa Pemberton, in the third chair, proposed Requires improvement" in mine
    assert "Why it stands: The plan was shared in May." in mine
    assert "Change my proposal" not in mine
    assert '<div id="propose-1" hx-swap-oob="true"> </div>' in mine, "it goes with the reveal, without a reload"


def test_only_they_propose_and_the_same_grade_asks_nothing(council: Council, second: User) -> None:
    audit = open_audit(council)
    for other in (council.keyworker, council.auditor, council.manager):
        with pytest.raises(NotAllowed):
            propose(audit, other)
    propose(audit, second)
    assert third_view(first_grade(audit), shown=False) == View("Asa Pemberton", there=True)
    Audit.objects.update(paused_at=MET, paused_by=council.auditor)
    with pytest.raises(NotNow, match="paused"):
        propose(audit, second, "good")
    Audit.objects.update(paused_at=None, paused_by=None)
    propose(audit, second, "good")
    for chair in (council.auditor, council.keyworker):
        grading.propose_grade(audit, 1, by=chair, at=MET, grade="good")
    assert first_grade(audit).state == Judgement.State.AGREED
    assert signed_content.snapshot(audit)["grades"][0]["second_worker"] == [[1, "good", SECRET]]


def test_the_chair_follows_the_case_until_they_meet_and_never_is_the_auditors(
    client: Client, council: Council, second: User
) -> None:
    audit = booked_audit(council)
    later = UserFactory.create(name="Imran Castle", team=council.court, roles=(Role.KEYWORKER,))
    signed_in(client, second)
    Audit.objects.update(booked_at=BEFORE - timedelta(days=20))
    sweep_deadlines(on=BEFORE.date(), at=BEFORE)
    assert any("have the third chair when" in notice.body for notice in Notice.objects.filter(to=second))
    assert audit.ref in text(client.get("/calendar/"))
    for name, sits in (("CASTLE, Imran", later), (council.keyworker.name, None), ("Nobody Known", None), ("", None)):
        Case.objects.update(second_worker=name)
        sweep_deadlines(on=BEFORE.date(), at=BEFORE + timedelta(seconds=len(name)))
        audit.refresh_from_db()
        assert audit.second_worker == sits
        assert client.get(f"/audits/{audit.ref}/").status_code == 404
    Case.objects.update(second_worker="CASTLE, Imran")
    UserFactory.create(name="Imran Castle", team=council.north, roles=(Role.KEYWORKER,))
    assert third_chairs(Audit.objects.all(), on=BEFORE.date()) == {}, "two are called so"
    council.case.second_worker = council.other_auditor.name
    assert why_barred(council.case, council.other_auditor) == "keyworker"
    council.case.second_worker = ""
    assert why_barred(council.case, council.other_auditor) == ""


def test_who_has_the_third_chairs_is_asked_once_for_all_meetings(
    council: Council, second: User, django_assert_num_queries: Any
) -> None:
    for number in (1, 2, 3):
        case = CaseFactory.create(keyworker=council.keyworker, second_worker="Asa Pemberton")
        booked_audit(council, number=number, case=case)
    audits = list(Audit.objects.select_related("case", "auditor", "keyworker"))
    with django_assert_num_queries(3):  # the setting, the workers, the names that somebody confirmed
        assert third_chairs(audits, on=MET.date()) == dict.fromkeys((audit.pk for audit in audits), second)


def test_the_booking_page_asks_once_who_has_the_third_chair(client: Client, council: Council, second: User) -> None:
    audit = booked_audit(council)
    signed_in(client, council.auditor)
    with CaptureQueriesContext(connection) as asked:
        assert "Asa Pemberton" in text(client.get(f"/audits/{audit.ref}/book/"))
    assert sum("audits_workeralias" in query["sql"] for query in asked) == 1
