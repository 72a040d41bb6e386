"""The queue and the page of one escalation, as each person sees them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.models import Action, Audit
from escalation import concern, steps
from escalation.models import Escalation
from escalation.sweep import sweep
from people.models import User
from standards.grades import Grade
from tests.conftest import NOW, TODAY
from tests.escalation.build import add_action, finalised_audit
from tests.escalation.walk import LATER, do, opened, step, to_qa_check
from tests.factories import CaseFactory, Council


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def escalation(council: Council) -> Escalation:
    return opened(finalised_audit(council, grade=Grade.INADEQUATE))


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page_of(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    reply = client.get(address)
    assert reply.status_code == 200
    return text(reply)


def elsewhere(council: Council, number: int = 2, grade: str = Grade.INADEQUATE) -> Audit:
    case = CaseFactory.create(keyworker=council.other_keyworker)
    return finalised_audit(council, number=number, case=case, grade=grade)


@pytest.mark.parametrize(
    ("who", "count"),
    [
        ("head_of_service", 2),
        ("manager", 2),
        ("qa_officer", 3),
        ("head_of_qa", 3),
        ("assistant_director", 3),
        ("executive_director", 2),
        ("other_head_of_service", 1),
        ("keyworker", 2),
        ("auditor", 3),
        ("staff", 0),
        ("reader", 0),
    ],
)
def test_a_head_of_service_sees_every_open_one_of_the_service_and_others_what_is_theirs(
    client: Client, council: Council, who: str, count: int
) -> None:
    here = finalised_audit(council, grade=Grade.INADEQUATE)
    too = finalised_audit(
        council, number=3, case=CaseFactory.create(keyworker=council.keyworker), grade=Grade.REQUIRES_IMPROVEMENT
    )
    there = elsewhere(council)
    shown = page_of(client, getattr(council, who), "/escalations/")
    assert sum(f"/escalations/{audit.ref}/" in shown for audit in (here, too, there)) == count
    assert f"<b>{count}</b> all open" in shown


def test_the_administrator_sees_none_of_it(client: Client, council: Council) -> None:
    client.force_login(council.administrator)
    assert client.get("/escalations/").status_code == 403


def test_the_row_shows_the_clock_whose_turn_it_is_and_who_is_next(
    client: Client, council: Council, escalation: Escalation
) -> None:
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert "Escalations in Family Safeguarding" in shown
    assert "<b>4</b> over" in shown
    assert 'QC-2611-001</span></label><span class="qc-more">You</span>' in shown
    assert 'Amara Whitlock<span class="qc-more">told Wed 18 Nov</span>' in shown
    assert "<b>1</b> over time" in shown
    assert "<b>1</b> waiting for you" in shown
    sweep(on=TODAY, at=NOW)
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert 'You<span class="qc-more">told Tue 24 Nov if still open</span>' in shown


def test_when_all_immediate_actions_are_done_it_is_the_head_of_service_s_to_sign(
    client: Client, council: Council, escalation: Escalation
) -> None:
    steps.acknowledge(step(escalation, "acknowledge"), by=council.head_of_service, at=LATER)
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert "<b>0</b> waiting for you" in shown
    assert 'Immediate actions<span class="qc-more">Devinder Halloran</span>' in shown
    assert "<b>Today</b>" in shown
    do(escalation.audit.actions.get(kind=Action.Kind.IMMEDIATE))
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert 'Sign immediate actions<span class="qc-more">You: all done with evidence</span>' in shown
    assert "Read and sign" in shown
    assert "<b>1</b> waiting for you" in shown
    shown = page_of(client, council.manager, "/escalations/?show=yours")
    assert 'Supervision<span class="qc-more">You</span>' in shown


def test_a_concern_says_who_acts_and_who_agrees(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    raised = concern.raise_concern(
        audit, by=council.auditor, at=NOW, why="Alone.", spoken_to=council.head_of_service, spoken=NOW
    )
    steps.acknowledge(step(raised, "acknowledge"), by=council.head_of_service, at=NOW)
    steps.record(step(raised, "make_safe"), by=council.manager, at=NOW, acted="With his aunt.")
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert "You agree, Devinder Halloran acted" in shown
    assert "Agree child is safe" in shown
    assert "Safeguarding" in shown
    assert "Leona Bhandari" in shown


def test_finished_ones_stay_to_be_read(client: Client, council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council)
    steps.confirm(qa_check, by=council.qa_officer, at=LATER, words="Read on Mosaic.")
    shown = page_of(client, council.manager, "/escalations/?show=finished")
    assert qa_check.escalation.ref in shown
    assert "<b>1</b> finished this quarter" in shown
    shown = page_of(client, council.manager, f"/escalations/{qa_check.escalation.ref}/")
    assert "By Amara Whitlock: “Read on Mosaic.”" in shown
    assert "It is finished. Nothing more is needed." in shown
    assert "No escalation is open." in page_of(client, council.manager, "/escalations/")


def test_the_timeline_tells_what_happened_and_who_is_told_next(
    client: Client, council: Council, escalation: Escalation
) -> None:
    sweep(on=TODAY, at=NOW)
    shown = page_of(client, council.head_of_service, f"/escalations/{escalation.ref}/")
    for words in (
        f"Audit {escalation.audit.ref} is graded Inadequate.",
        "You, Amara Whitlock, Devinder Halloran, Leona Bhandari and Niamh Okonkwo were told.",
        "4 working days over",
        "You. Was due Tuesday 17 November 2026.",
        "Amara Whitlock, QA Officer, was told",
        "<b>Tue 24 Nov</b> you are told as Head of Service",
        "<b>Tue 1 Dec</b> Leona Bhandari, Assistant Director",
        "<b>Tue 15 Dec</b> Piotr Hargreaves, Executive Director",
        "Devinder Halloran and Niamh Okonkwo. Due Wednesday 16 December 2026.",
        "Bring the chronology up to date from May to today. Not done yet, due Mon 23 Nov",
        "Supervision not recorded yet",
        "due Tue 16 Feb 2027",
        "An auditor from outside the team.",
    ):
        assert words in shown, words


def test_a_date_on_a_weekend_names_the_last_working_day_before_it(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT, at=LATER + timedelta(days=1))
    shown = page_of(client, council.manager, f"/escalations/{audit.ref}/")
    assert "Due Saturday 19 December 2026. The last working day before it is Fri 18 Dec." in shown


def test_the_keyworker_sees_the_same_steps_and_nothing_to_press(
    client: Client, council: Council, escalation: Escalation
) -> None:
    shown = page_of(client, council.keyworker, f"/escalations/{escalation.ref}/")
    assert "Was due Tuesday 17 November 2026." in shown
    assert "Nothing waits for you here." in shown
    assert "Pass it up" not in shown


def test_the_executive_director_is_not_shown_the_case(client: Client, council: Council, escalation: Escalation) -> None:
    shown = page_of(client, council.executive_director, f"/escalations/{escalation.ref}/")
    assert council.case.person_id not in shown
    assert council.case.person_id in page_of(client, council.head_of_service, f"/escalations/{escalation.ref}/")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("other_manager", 404),
        ("other_head_of_service", 404),
        ("staff", 404),
        ("reader", 404),
        ("administrator", 403),
    ],
)
def test_what_is_not_yours_is_not_there(
    client: Client, council: Council, escalation: Escalation, who: str, status: int
) -> None:
    client.force_login(getattr(council, who))
    assert client.get(f"/escalations/{escalation.ref}/").status_code == status
    assert client.get("/escalations/QC-2611-999/").status_code == (404 if status == 404 else 403)


@pytest.mark.parametrize("who", ["head_of_service", "qa_officer", "manager", "assistant_director"])
@pytest.mark.parametrize("show", ["", "yours", "over", "finished"])
def test_the_queue_asks_the_same_of_the_database_for_one_and_for_many(
    client: Client, council: Council, escalation: Escalation, django_assert_num_queries: Any, who: str, show: str
) -> None:
    client.force_login(getattr(council, who))
    address = f"/escalations/?show={show}"
    with django_assert_num_queries(12, exact=False) as few:
        client.get(address)
    for number in range(2, 8):
        case = CaseFactory.create(keyworker=council.keyworker)
        audit = finalised_audit(
            council, number=number, case=case, grade=Grade.INADEQUATE if number % 2 else Grade.REQUIRES_IMPROVEMENT
        )
        if number == 3:
            do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    sweep(on=TODAY, at=NOW)
    with django_assert_num_queries(len(few), exact=False):
        client.get(address)


@pytest.mark.parametrize("who", ["head_of_service", "keyworker", "qa_officer", "assistant_director"])
def test_one_escalation_asks_the_same_for_one_action_and_for_many(
    client: Client, council: Council, escalation: Escalation, django_assert_num_queries: Any, who: str
) -> None:
    client.force_login(getattr(council, who))
    with django_assert_num_queries(18, exact=False) as few:
        client.get(f"/escalations/{escalation.ref}/")
    for _ in range(9):
        add_action(escalation.audit)
    with django_assert_num_queries(len(few)):
        client.get(f"/escalations/{escalation.ref}/")


def test_filters_narrow_the_queue_and_keep_to_what_one_may_see(
    client: Client, council: Council, escalation: Escalation
) -> None:
    other = opened(elsewhere(council, grade=Grade.REQUIRES_IMPROVEMENT))
    client.force_login(council.qa_officer)

    def refs(query: str) -> set[str]:
        return {one.ref for one in client.get(f"/escalations/?{query}").context["page"]}

    both = {escalation.ref, other.ref}
    assert refs("") == both
    assert refs("path=inadequate") == {escalation.ref}
    assert refs(f"team={council.court.pk}") == {other.ref}
    assert refs("step=immediate_actions") == {escalation.ref}
    assert refs("step=acknowledge") == both
    assert refs("clock=over") == both  # the acknowledgements of the 17th and the 18th
    assert refs("clock=today") == {escalation.ref}  # its immediate actions, on the 23rd
    assert refs("clock=week") == {escalation.ref}
    assert refs("show=over&path=requires_improvement") == {other.ref}
    assert "take out a filter" in text(client.get("/escalations/?step=re_audit"))
    client.force_login(council.head_of_service)
    assert refs(f"team={council.court.pk}") == set()


def test_a_step_whose_owner_has_left_says_so_until_another_has_it(
    client: Client, council: Council, escalation: Escalation
) -> None:
    council.head_of_service.left_on = TODAY
    council.head_of_service.save()
    step_of_hers, page = step(escalation, "acknowledge"), f"/escalations/{escalation.ref}/"
    assert "Owner gone" in page_of(client, council.qa_officer, "/escalations/")
    assert "Owner gone: Marguerite Osei no longer works here" in page_of(client, council.qa_officer, page)
    give = {"owner": council.assistant_director.pk, "why": "Marguerite has left."}
    assert client.post(f"{page}acknowledge/owner/", give).status_code == 302
    assert step(escalation, "acknowledge").due_on == step_of_hers.due_on
    for address in ("/escalations/", page):
        assert "Owner gone" not in page_of(client, council.qa_officer, address)


def test_several_are_acknowledged_at_once_each_for_itself(client: Client, council: Council) -> None:
    mine = [finalised_audit(council, grade=Grade.INADEQUATE)]
    mine += [
        finalised_audit(council, grade=Grade.INADEQUATE, number=n, case=CaseFactory.create(keyworker=council.keyworker))
        for n in (2, 3)
    ]
    theirs = elsewhere(council, number=4)
    page = page_of(client, council.head_of_service, "/escalations/")
    assert page.count('type="checkbox" name="ref"') == 3
    assert "Acknowledge those ticked" in page
    none = client.post("/escalations/acknowledge/")
    assert none.status_code == 422
    assert "Tick at least one" in text(none)
    steps.acknowledge(step(opened(mine[2]), "acknowledge"), by=council.head_of_service, at=NOW)
    reply = client.post(
        "/escalations/acknowledge/", {"ref": [mine[0].ref, mine[1].ref, mine[2].ref, theirs.ref]}, follow=True
    )
    assert f"Acknowledged: {mine[0].ref}, {mine[1].ref}." in text(reply)
    assert f"{mine[2].ref}: “Acknowledge” is now “done”" in text(reply)
    assert step(opened(mine[0]), "acknowledge").done_by == council.head_of_service
    assert step(opened(theirs), "acknowledge").state == "open"
    assert "Acknowledge those ticked" not in page_of(client, council.keyworker, "/escalations/")
