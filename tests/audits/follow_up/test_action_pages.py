"""The list of actions and the page of one, as each person sees them and acts on them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.models import Action, Audit
from people.models import User
from standards.grades import Grade
from tests.conftest import TODAY
from tests.escalation.build import add_action, finalised_audit
from tests.escalation.walk import do, fresh
from tests.factories import CaseFactory, Council

EVIDENCE = "Entry of 17 November on Mosaic."


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def audit(council: Council) -> Audit:
    return finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)


def immediate(audit: Audit) -> Action:
    return fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_owner_does_it_on_its_page(client: Client, audit: Audit, council: Council) -> None:
    action = immediate(audit)
    signed_in(client, council.manager)
    page = client.get(f"/actions/{action.ref}/")
    assert "Say that it is done, with evidence" in text(page)
    assert "Bring the chronology up to date" in text(page)
    form = client.get(f"/actions/{action.ref}/done/")
    assert 'name="version" value="1"' in text(form)
    reply = client.post(f"/actions/{action.ref}/done/", {"version": 1, "evidence": EVIDENCE})
    assert (reply.status_code, reply["Location"]) == (302, f"/actions/{action.ref}/")
    assert immediate(audit).state == Action.State.DONE
    again = client.post(f"/actions/{action.ref}/done/", {"version": 1, "evidence": EVIDENCE})
    assert again.status_code == 409
    assert "done, to be checked" in text(again)


def test_without_evidence_the_form_comes_back_with_what_to_write(
    client: Client, audit: Audit, council: Council
) -> None:
    reply = signed_in(client, council.manager).post(f"/actions/{immediate(audit).ref}/done/", {"version": 1})
    assert reply.status_code == 422
    assert "Say what shows that it is done, and where on the file to see it." in text(reply)
    assert "<title>Error: Say that it is done" in text(reply)


def test_a_stale_page_is_refused_with_the_words_kept(client: Client, audit: Audit, council: Council) -> None:
    action = immediate(audit)
    Action.objects.filter(pk=action.pk).update(version=4)
    reply = signed_in(client, council.manager).post(
        f"/actions/{action.ref}/done/", {"version": 1, "evidence": EVIDENCE}
    )
    assert reply.status_code == 409
    assert "Someone changed this action since you opened it" in text(reply)
    assert EVIDENCE in text(reply)
    assert 'name="version" value="4"' in text(reply)


def test_the_qa_officer_checks_with_one_press(client: Client, audit: Audit, council: Council) -> None:
    action = do(immediate(audit))
    page = text(signed_in(client, council.qa_officer).get(f"/actions/{action.ref}/"))
    assert "I have seen that it is done" in page
    assert "Send it back, with what is missing" in page
    reply = client.post(f"/actions/{action.ref}/check/", {"version": action.version})
    assert reply.status_code == 302
    assert immediate(audit).state == Action.State.VERIFIED
    assert client.post(f"/actions/{action.ref}/check/", {"version": action.version}).status_code == 409


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("qa_officer", "done", 403),
        ("keyworker", "done", 403),
        ("manager", "check", 403),
        ("keyworker", "check", 403),
        ("head_of_service", "check", 403),
        ("manager", "more-time", 403),
        ("manager", "cancel", 403),
        ("assistant_director", "cancel", 403),
        ("other_manager", "check", 404),
        ("other_head_of_service", "owner", 404),
        ("staff", "check", 404),
        ("reader", "done", 404),
        ("executive_director", "check", 404),
        ("administrator", "check", 403),
        ("administrator", "done", 403),
    ],
)
def test_what_is_not_yours_is_not_there_and_what_you_may_not_do_is_refused(
    client: Client, audit: Audit, council: Council, who: str, address: str, status: int
) -> None:
    action = immediate(audit)
    signed_in(client, getattr(council, who))
    data = {"version": 1, "why": "x", "evidence": "x", "owner": council.head_of_service.pk}
    reply = client.post(f"/actions/{action.ref}/{address}/", data)
    assert reply.status_code == status
    assert immediate(audit).version == 1


@pytest.mark.parametrize(
    ("who", "address", "data", "after"),
    [
        ("qa_officer", "more-time", {"due_on_0": "30", "due_on_1": "11", "due_on_2": "2026", "why": "Snow."}, "open"),
        (
            "head_of_service",
            "more-time",
            {"due_on_0": "1", "due_on_1": "12", "due_on_2": "2026", "why": "The school is closed."},
            "open",
        ),
        ("manager", "owner", {"why": "On leave."}, "open"),
        ("qa_officer", "cancel", {"why": "The case has moved."}, "cancelled"),
    ],
)
def test_moving_an_action(
    client: Client, audit: Audit, council: Council, who: str, address: str, data: dict[str, str], after: str
) -> None:
    action = immediate(audit)
    signed_in(client, getattr(council, who))
    assert client.get(f"/actions/{action.ref}/{address}/").status_code == 200
    assert client.post(f"/actions/{action.ref}/{address}/", {"version": 1}).status_code == 422
    reply = client.post(f"/actions/{action.ref}/{address}/", {"version": 1, "owner": council.head_of_service.pk} | data)
    assert reply.status_code == 302
    assert immediate(audit).state == after
    assert immediate(audit).version == 2


def test_a_date_that_is_no_working_day_is_refused_beside_its_field(
    client: Client, audit: Audit, council: Council
) -> None:
    action = immediate(audit)
    data = {"version": 1, "due_on_0": "28", "due_on_1": "11", "due_on_2": "2026", "why": "Snow."}
    reply = signed_in(client, council.qa_officer).post(f"/actions/{action.ref}/more-time/", data)
    assert reply.status_code == 422
    assert 'href="#id_due_on_0">That is a weekend or a bank holiday' in text(reply)


def test_sending_back_asks_what_is_missing(client: Client, audit: Audit, council: Council) -> None:
    action = do(immediate(audit))
    signed_in(client, council.qa_officer)
    assert "What is still missing?" in text(client.get(f"/actions/{action.ref}/return/"))
    client.post(f"/actions/{action.ref}/return/", {"version": action.version, "why": "May is missing."})
    client.force_login(council.manager)
    assert "Sent back: May is missing." in text(client.get(f"/actions/{action.ref}/"))


def test_the_head_of_service_signs_an_inadequate_one_s_action(client: Client, council: Council) -> None:
    action = do(immediate(finalised_audit(council, grade=Grade.INADEQUATE)))
    page = text(signed_in(client, council.head_of_service).get(f"/actions/{action.ref}/"))
    assert "I have read it and sign" in page
    assert client.post(f"/actions/{action.ref}/sign/", {"version": action.version}).status_code == 302
    assert client.post(f"/actions/{action.ref}/sign/", {"version": action.version}).status_code == 409
    assert fresh(action).countersigned_by == council.head_of_service


@pytest.mark.parametrize(
    ("who", "refs"),
    [
        ("qa_officer", 4),
        ("assistant_director", 4),
        ("head_of_service", 2),
        ("manager", 2),
        ("keyworker", 2),
        ("other_head_of_service", 2),
        ("staff", 0),
        ("reader", 0),
    ],
)
def test_the_list_holds_what_one_may_open(client: Client, audit: Audit, council: Council, who: str, refs: int) -> None:
    case = CaseFactory.create(keyworker=council.other_keyworker)
    elsewhere = finalised_audit(council, number=2, case=case, grade=Grade.REQUIRES_IMPROVEMENT)
    page = text(signed_in(client, getattr(council, who)).get("/actions/"))
    shown = {action.ref for each in (audit, elsewhere) for action in each.actions.all() if action.ref in page}
    assert len(shown) == refs


def test_filters_and_counts_agree(client: Client, audit: Audit, council: Council) -> None:
    add_action(audit)
    do(immediate_of(audit, 1))
    signed_in(client, council.manager)

    def refs(query: str) -> list[str]:
        page = text(client.get(f"/actions/?{query}"))
        return [action.ref for action in audit.actions.order_by("number") if f"/actions/{action.ref}/" in page]

    one, two, three = (f"{audit.ref}-{number}" for number in (1, 2, 3))
    assert refs("") == [one, two, three]
    assert refs("whose=mine") == [three]
    assert refs("state=done") == [one]
    assert refs("state=all&whose=check") == []
    assert refs("late=today") == [three]
    assert refs("late=yes") == []
    assert refs(f"team={council.court.pk}") == []
    assert refs(f"team={council.north.pk}") == [one, two, three]
    page = text(client.get("/actions/"))
    assert "<b>3</b> not finished" in page
    assert "<b>1</b> yours to do" in page
    client.force_login(council.qa_officer)
    assert refs("whose=check") == [one]
    assert "<b>1</b> yours to check" in text(client.get("/actions/"))


def immediate_of(audit: Audit, number: int) -> Action:
    return fresh(audit.actions.get(number=number))


def test_late_is_a_day_after_its_date_and_never_once_done(
    client: Client, audit: Audit, council: Council, settings: Any
) -> None:
    signed_in(client, council.qa_officer)
    ref = immediate(audit).ref
    assert ref not in text(client.get("/actions/?late=yes"))
    settings.TODAY = TODAY.replace(day=24)
    page = text(client.get("/actions/?late=yes"))
    assert ref in page
    assert "<b>1</b> over" in page
    do(immediate(audit))
    assert "No action fits." in text(client.get("/actions/?late=yes"))


@pytest.mark.parametrize("path", ["/actions/", "/actions/?whose=check"])
def test_the_list_asks_the_same_of_the_database_for_one_and_for_many(
    client: Client, audit: Audit, council: Council, django_assert_num_queries: Any, path: str
) -> None:
    signed_in(client, council.qa_officer).get(path)  # a list is written down as opened once an hour
    counted = []
    for more in (0, 12):
        for _ in range(more):
            add_action(audit)
        for action in audit.actions.filter(kind="immediate", state="open"):
            do(action)
        with django_assert_num_queries(counted[0] if counted else 9, exact=bool(counted)) as asked:
            client.get(path)
        counted.append(len(asked))


def test_one_action_is_shown_in_a_few_questions(
    client: Client, audit: Audit, council: Council, django_assert_max_num_queries: Any
) -> None:
    signed_in(client, council.qa_officer)
    with django_assert_max_num_queries(13):  # one of them: that it was opened
        client.get(f"/actions/{immediate(audit).ref}/")
