"""Being away: who may say so, who stands in, and what that opens and what it never does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits import actions
from audits.models import Action
from escalation import moves, queue, steps
from escalation.access import visible_escalations
from people import absence
from people.models import Absence, Notice, User
from people.roles import Role
from qualitycounts.refusals import NotAllowed, NotNow, Refused
from standards.grades import Grade
from tests.audits.pages import signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import fresh, opened, step
from tests.factories import Council, UserFactory


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


@pytest.fixture
def deputy(council: Council) -> User:
    """A Head of Service of another service: sees nothing of ours by right."""
    return User.objects.get(pk=council.other_head_of_service.pk)


def away(person: User, deputy: User, *, by: User | None = None, days: int = 5, start: date = TODAY) -> Absence:
    end = start + timedelta(days=days)
    return absence.name(person=person, deputy=deputy, starts_on=start, ends_on=end, by=by or person, at=NOW)


def again(user: User) -> User:
    """The same person, as a new request reads them."""
    return User.objects.get(pk=user.pk)


def test_the_deputy_sees_is_told_and_acts_in_their_own_name_while_it_lasts(council: Council, deputy: User) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    escalation = opened(audit)
    assert not visible_escalations(deputy).exists()
    away(council.head_of_service, deputy)
    told = Notice.objects.filter(subject="Ffion Castellano stands in for Marguerite Osei").values_list("to__name")
    assert sorted(told) == [("Ffion Castellano",), ("Marguerite Osei",)]
    deputy = again(deputy)
    assert visible_escalations(deputy).get() == escalation
    assert [one.slug for one in queue.waiting_for(deputy)] == ["acknowledge"]
    [row] = queue.rows(queue.listed(deputy, "yours", on=TODAY), by=deputy, on=TODAY, show="yours")
    assert row.whose == "Marguerite Osei (away: you stand in)"
    moves.ask(step(escalation, "acknowledge"), by=council.qa_officer, at=NOW)
    assert Notice.objects.filter(to=deputy, subject__startswith="Amara Whitlock asks").exists()
    with pytest.raises(NotAllowed, match="Nobody gives themselves"):
        moves.check_extend(step(escalation, "acknowledge"), by=deputy)
    done = steps.acknowledge(step(escalation, "acknowledge"), by=deputy, at=NOW)
    assert done.done_by == deputy
    stranger = UserFactory.create(roles=(Role.HEAD_OF_SERVICE,), service=council.court.service)
    with pytest.raises(NotAllowed):
        steps.check_record(step(escalation, "supervision"), by=stranger)


def test_a_deputy_does_an_action_and_then_never_signs_or_checks_it(council: Council, deputy: User) -> None:
    audit = finalised_audit(council, grade=Grade.INADEQUATE)
    away(council.manager, deputy)
    deputy = again(deputy)
    immediate = fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))
    done = actions.do(immediate, by=deputy, at=NOW, evidence="Chronology, page 2.", version=1)
    assert done.done_by == deputy
    with pytest.raises(NotAllowed, match="Nobody checks their own"):
        actions.check_countersign(fresh(done), by=deputy, on=TODAY)
    with pytest.raises(NotAllowed, match="You did part of this"):
        steps.check_sign(step(opened(audit), "immediate_actions"), by=deputy)


def test_before_after_and_once_it_is_ended_nothing_is_open(council: Council, deputy: User, settings: Any) -> None:
    finalised_audit(council, grade=Grade.INADEQUATE)
    made = away(council.head_of_service, deputy, start=TODAY + timedelta(days=1), days=0)
    for day, seen in ((TODAY, 0), (TODAY + timedelta(days=1), 1), (TODAY + timedelta(days=2), 0)):
        settings.TODAY = day
        assert visible_escalations(again(deputy)).count() == seen
    settings.TODAY = TODAY + timedelta(days=1)
    absence.end(made, by=council.head_of_service, at=NOW)
    assert not visible_escalations(again(deputy)).exists()
    with pytest.raises(NotNow, match="over already"):
        absence.end(made, by=council.head_of_service, at=NOW)


def test_who_may_be_named_and_by_whom(client: Client, council: Council, deputy: User) -> None:
    with pytest.raises(NotAllowed):
        away(council.head_of_service, deputy, by=council.keyworker)
    with pytest.raises(Refused, match="cannot stand in"):
        away(council.head_of_service, council.keyworker)
    with pytest.raises(Refused, match="before the first"):
        away(council.head_of_service, deputy, days=-1)
    with pytest.raises(Refused, match="passed"):
        away(council.head_of_service, deputy, start=TODAY - timedelta(days=9))
    with pytest.raises(Refused, match="half a year"):
        away(council.head_of_service, deputy, days=190)
    away(council.head_of_service, deputy)
    with pytest.raises(NotNow, match="in those days already"):
        away(council.head_of_service, council.assistant_director, start=TODAY + timedelta(days=5))
    away(council.manager, council.head_of_service, by=council.qa_officer)

    signed_in(client, council.manager)
    page = text(client.get("/away/"))
    assert "Devinder Halloran" in page
    assert "Ffion Castellano" not in page.partition("Enter an absence")[0]
    sent = {"person": council.manager.pk, "deputy": council.head_of_service.pk, "starts_on_0": 1, "starts_on_1": 2}
    sent |= {"starts_on_2": 2027, "ends_on_0": 3, "ends_on_1": 2, "ends_on_2": 2027}
    assert client.post("/away/", sent | {"deputy": council.keyworker.pk}).status_code == 422
    assert client.post("/away/", sent).status_code == 302
    assert client.post("/away/", sent).status_code == 409
    made = Absence.objects.latest("pk")
    assert signed_in(client, council.keyworker).post(f"/away/{made.pk}/end/").status_code == 404
    assert signed_in(client, council.manager).post(f"/away/{made.pk}/end/").status_code == 302
