"""The queue and the page of one escalation, as each person sees them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from audits.models import Action, Audit
from escalation.concerns import concern
from escalation.models import Escalation
from escalation.steps import acting
from escalation.sweep import sweep_deadlines
from people.models import User
from standards.grades import Grade
from tests.conftest import NOW, TODAY
from tests.escalation.build import add_action, finalised_audit
from tests.escalation.walk import LATER, do, opened, step, to_qa_check
from tests.factories import CaseFactory, Council
from tests.work import green


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
    assert f"<b>{count}</b> open" in shown


def test_the_administrator_sees_none_of_it(client: Client, council: Council) -> None:
    client.force_login(council.administrator)
    assert client.get("/escalations/").status_code == 403


def test_the_row_shows_the_clock_whose_turn_it_is_and_the_pane_who_is_next(
    client: Client, council: Council, escalation: Escalation
) -> None:
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert "Escalations in Family Safeguarding" in shown
    assert "<b>4</b> over" in shown
    assert '<span class="qc-you">You</span>' in shown
    assert "You, Tue 17 Nov" in shown
    assert (
        "Marguerite Osei: <b>it is not acknowledged yet</b>. Amara Whitlock is told today if it is still open." in shown
    )
    assert "<b>1</b> over" in shown
    assert "<b>1</b> wait for you" in shown
    sweep_deadlines(on=TODAY, at=NOW)
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert "Leona Bhandari is told on Tuesday 24 November if it is still open." in shown, "not the Head, who is late"


def test_when_all_immediate_actions_are_done_the_head_reads_them_in_the_pane_and_signs_there(
    client: Client, council: Council, escalation: Escalation
) -> None:
    acting.acknowledge_step(step(escalation, "acknowledge"), by=council.head_of_service, at=LATER)
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert "<b>0</b> wait for you" in shown
    assert "Devinder Halloran, Mon 23 Nov" in shown
    assert "Ask Devinder" in shown
    assert 'id="read"' not in shown, "nothing waits for her"
    assert "<b>Today</b>" in shown
    second = add_action(escalation.audit)
    for action in escalation.audit.actions.filter(kind=Action.Kind.IMMEDIATE):
        do(action)
    assert second.kind == Action.Kind.IMMEDIATE
    shown = page_of(client, council.head_of_service, "/escalations/")
    for words in (
        "Sign immediate actions",
        "You: all done with evidence",
        "Marguerite Osei: <b>all of it is done, and only the signature is missing</b>.",
        "The chronology has an entry for each event since May",
        "Chronology on Mosaic, entry of 17 November.",
        "<b>Wed 18 Nov</b>, due Mon 23 Nov.",
        "I have read all 2 and sign",
    ):
        assert words in shown, words
    assert len(green(shown)) == 2, "in the row for a tablet, in the pane for a desk"
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    page = f"/escalations/{escalation.ref}/immediate_actions/sign/"
    reply = client.post(page, {"words": "", "seen": seen, "back": "queue"})
    assert (reply.status_code, reply["Location"]) == (302, "/escalations/")
    shown = page_of(client, council.manager, "/escalations/?show=yours")
    assert "You, Wed 16 Dec" in shown


def test_the_worst_stands_first_then_ones_own_then_the_clock(client: Client, council: Council) -> None:
    def made(number: int, **more: Any) -> Audit:
        case = CaseFactory.create(keyworker=council.keyworker)
        return finalised_audit(council, number=number, case=case, **more)

    ri, low, mine = made(1, grade=Grade.REQUIRES_IMPROVEMENT, at=LATER - timedelta(days=9)), None, None
    low = made(2, grade=Grade.INADEQUATE, at=LATER - timedelta(days=5))
    acting.acknowledge_step(step(opened(low), "acknowledge"), by=council.head_of_service, at=LATER)
    mine = made(3, grade=Grade.INADEQUATE)
    safe = concern.raise_concern(
        made(4), by=council.keyworker, at=NOW, why="Alone.", spoken_to=council.manager, spoken=NOW
    )
    client.force_login(council.head_of_service)

    def refs(query: str) -> list[str]:
        return [one.ref for one in client.get(f"/escalations/?{query}").context["page"]]

    assert refs("") == [safe.ref, mine.ref, low.ref, ri.ref]
    assert refs("order=clock") == [ri.ref, mine.ref, low.ref, safe.ref]
    assert refs("show=safeguarding") == [safe.ref]
    for words, found in ((ri.ref[-3:], ri.ref), (ri.case.person_id, ri.ref), ("Devinder Hall", None)):
        assert found is None or refs(f"q={words}") == [found]
    assert refs(f"owner={council.head_of_service.pk}") == [mine.ref]
    shown = text(client.get("/escalations/"))
    assert "qc-safe" in shown
    assert f"?open={safe.ref}#read" in shown
    other = text(client.get(f"/escalations/?open={safe.ref}"))
    assert "Alone." in other.split('id="read"')[1]
    client.force_login(council.auditor)
    assert refs(f"q={ri.case.person_id[:-1]}") == []


def test_whom_it_waits_for_is_asked_from_the_row_and_all_of_it_is_taken_to_excel(
    client: Client, council: Council, escalation: Escalation
) -> None:
    acting.acknowledge_step(step(escalation, "acknowledge"), by=council.head_of_service, at=LATER)
    client.force_login(council.head_of_service)
    reply = client.post(f"/escalations/{escalation.ref}/immediate_actions/ask/", {"back": "queue"}, follow=True)
    assert "Asked. Devinder Halloran has been told." in text(reply)
    assert "Asked " in text(reply).split('class="qc-go"')[1]
    book = client.get("/escalations/queue.xlsx?path=inadequate")
    sheet = load_workbook(BytesIO(b"".join(book.streaming_content))).active  # type: ignore[arg-type]
    cells = [[cell.value for cell in row] for row in sheet.rows]  # type: ignore[union-attr]
    assert cells[0][:6] == ["Why it is open", "Reference", "Team", "Step", "Waits for", "What is missing"]
    assert cells[1][:6] == [
        "Inadequate",
        escalation.ref,
        "North",
        "Immediate actions",
        "Devinder Halloran",
        "its action is not done",
    ]
    assert len(cells) == 2


def test_a_concern_says_who_acts_and_who_agrees(client: Client, council: Council) -> None:
    audit = finalised_audit(council, grade=Grade.GOOD)
    raised = concern.raise_concern(
        audit, by=council.auditor, at=NOW, why="Alone.", spoken_to=council.head_of_service, spoken=NOW
    )
    acting.acknowledge_step(step(raised, "acknowledge"), by=council.head_of_service, at=NOW)
    acting.record_made_safe(step(raised, "make_safe"), by=council.manager, at=NOW, acted="With his aunt.")
    shown = page_of(client, council.head_of_service, "/escalations/")
    assert "You agree, Devinder Halloran acted" in shown
    assert "Agree child is safe" in shown
    assert "Safeguarding" in shown
    assert "Leona Bhandari" in shown


def test_finished_ones_stay_to_be_read(client: Client, council: Council) -> None:
    qa_check = to_qa_check(finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT), council)
    acting.confirm_step(qa_check, by=council.qa_officer, at=LATER, words="Read on Mosaic.")
    shown = page_of(client, council.manager, "/escalations/?show=finished")
    assert qa_check.escalation.ref in shown
    assert "<b>1</b> finished in 3 months" in shown
    shown = page_of(client, council.manager, f"/escalations/{qa_check.escalation.ref}/")
    assert "By Amara Whitlock: “Read on Mosaic.”" in shown
    assert "It is finished. Nothing more is needed." in shown
    assert "No escalation is open." in page_of(client, council.manager, "/escalations/")


def test_the_timeline_tells_what_happened_and_who_is_told_next(
    client: Client, council: Council, escalation: Escalation
) -> None:
    sweep_deadlines(on=TODAY, at=NOW)
    shown = page_of(client, council.head_of_service, f"/escalations/{escalation.ref}/")
    for words in (
        f"Audit {escalation.audit.ref} is graded Inadequate.",
        "You, Amara Whitlock, Devinder Halloran, Leona Bhandari and Niamh Okonkwo were told.",
        "4 working days over",
        "You. Was due Tuesday 17 November 2026.",
        "Amara Whitlock, QA Officer, was told",
        "<b>Tue 24 Nov</b> Leona Bhandari, Assistant Director",
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
    with django_assert_num_queries(28, exact=False) as few:
        client.get(address)
    for number in range(2, 8):
        case = CaseFactory.create(keyworker=council.keyworker)
        audit = finalised_audit(
            council, number=number, case=case, grade=Grade.INADEQUATE if number % 2 else Grade.REQUIRES_IMPROVEMENT
        )
        if number == 3:
            do(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    sweep_deadlines(on=TODAY, at=NOW)
    with django_assert_num_queries(len(few) if len(few) > 20 else 28, exact=False):  # few rows may open nothing to read
        client.get(address)


@pytest.mark.parametrize("who", ["head_of_service", "keyworker", "qa_officer", "assistant_director"])
def test_one_escalation_asks_the_same_for_one_action_and_for_many(
    client: Client, council: Council, escalation: Escalation, django_assert_num_queries: Any, who: str
) -> None:
    client.force_login(getattr(council, who))
    with django_assert_num_queries(21, exact=False) as few:
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
    assert f'value="{council.court.pk}"' not in text(client.get("/escalations/")), "a team that is never found"


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
    shown = text(client.post("/escalations/acknowledge/", {"ref": [mine[0].ref, theirs.ref]}))
    assert "Bring the chronology up to date from May to today (Devinder Halloran, by Mon 23 Nov)" in shown
    assert theirs.ref not in shown
    assert step(opened(mine[0]), "acknowledge").state == "open", "they are read first"
    none = client.post("/escalations/acknowledge/")
    assert none.status_code == 422
    assert "Tick at least one" in text(none)
    acting.acknowledge_step(step(opened(mine[2]), "acknowledge"), by=council.head_of_service, at=NOW)
    reply = client.post(
        "/escalations/acknowledge/",
        {"read": "yes", "ref": [mine[0].ref, mine[1].ref, mine[2].ref, theirs.ref]},
        follow=True,
    )
    assert f"Acknowledged: {mine[0].ref}, {mine[1].ref}." in text(reply)
    assert f"{mine[2].ref}: “Acknowledge” is now “done”" in text(reply)
    assert step(opened(mine[0]), "acknowledge").done_by == council.head_of_service
    assert step(opened(theirs), "acknowledge").state == "open"
    assert "Acknowledge those ticked" not in page_of(client, council.keyworker, "/escalations/")
